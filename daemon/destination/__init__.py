"""Thin I/O on the services that the feeds are sent to."""

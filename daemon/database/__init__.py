"""Thin I/O on the tables of our own."""

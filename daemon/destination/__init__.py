"""Thin I/O on the services that the feeds are sent to."""

from daemon.destination.make import make_destination

__all__ = ["make_destination"]

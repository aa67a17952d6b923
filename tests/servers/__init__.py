"""The makes of database servers that the tests know, and how each is had."""

from servers.makes import MAKES, Make, summary

__all__ = ["MAKES", "Make", "summary"]

"""What this package raises on purpose."""


class CaptureError(Exception):
    """Changes can't be captured as wanted; the message says what is in the way and what to do."""


class BusyError(CaptureError):
    """Somebody else is in the way for now; the same again, later, does the rest."""

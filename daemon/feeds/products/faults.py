"""What keeps an item from being built."""

from daemon.errors import FeedSyncError


class FaultyProductError(FeedSyncError):
    """The shop holds something of which no item can be made; the message names it."""

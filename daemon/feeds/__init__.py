"""The feeds. One file is one feed; FEEDS is the list of them, in the order of a first sync."""

from daemon.core.feed import Feed

FEEDS: tuple[Feed, ...] = ()

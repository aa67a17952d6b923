"""The terms in force: what is sent where, and by which rules, by all that work on one database.

Whoever moves a change off a changelog, or drops an entity from pending, does so for all. So nobody
may who doesn't know a feed or destination that others serve: the terms are kept in the database,
every process makes sure that they are its own in the transaction in which it takes work, and other
terms come into force only while nobody lives by those before. What is new by them gets a first
sync (see `baseline`), so that nothing is lost that was not collected for it.
"""

from __future__ import annotations

from collections.abc import Sequence

import orjson
import sqlalchemy as sa

from daemon.commerce.shop import Shop
from daemon.core.delivery import Destination
from daemon.core.feed import Feed
from daemon.core.item import canonical
from daemon.database.runs import beat, hold_fact, select_fact, write_fact
from daemon.errors import OtherTermsError
from daemon.sync.baseline import fingerprint, forget_baselines
from daemon.sync.context import Context
from daemon.sync.processes import ALIVE_SECONDS, living_daemons, own_name, shown

FACT = "terms"
SHOWN = 3


def terms_of(feeds: Sequence[Feed], destinations: Sequence[Destination], shop: Shop) -> str:
    """What is sent where, and each feed's fingerprint, as canonical JSON."""
    found = {
        f"{feed.name} to {one.name} ({one.environment})": fingerprint(feed, shop, one)
        for feed in feeds
        for one in destinations
        if one.takes(feed.name)
    }
    return canonical(found).decode()


def hold(connection: sa.Connection, context: Context) -> None:
    """Keep these terms in force until the transaction ends.

    Raises:
        OtherTermsError: others are.
    """
    if not context.terms:
        return
    found = connection.scalar(select_fact(context.own, FACT).with_for_update(read=True))
    if found not in {None, context.terms}:
        raise OtherTermsError(
            "other settings have come into force on this database: "
            f"{difference(context.terms, str(found))}. Stop this process, or give it the same."
        )


def adopt(connection: sa.Connection, context: Context, *, is_daemon: bool = False) -> bool:
    """Put this process's terms into force; True where others were before.

    is_daemon: from now on the process counts among those that live by them.

    Raises:
        OtherTermsError: a daemon lives by others.
    """
    own, name = context.own, own_name()
    before = hold_fact(connection, own, FACT, context.terms)
    is_changed = before not in {None, context.terms}
    if is_changed:
        others = [one for one in living_daemons(connection, own) if one != name]
        if others:
            raise OtherTermsError(
                f"{', '.join(map(shown, others))} works on this database by other settings than "
                f"{shown(name)}: {difference(context.terms, str(before))}. Changes would be lost. "
                "Give all the same feeds and destinations, or stop the others first; one that was "
                f"killed counts for {ALIVE_SECONDS:.0f} seconds."
            )
        forget_baselines(connection, context)
        write_fact(connection, own, FACT, context.terms)
    if is_daemon:
        beat(connection, own, name)
    return is_changed


def difference(mine: str, theirs: str) -> str:
    """How the terms of this process differ from others, in words."""
    here, there = orjson.loads(mine), orjson.loads(theirs)
    both = here.keys() & there.keys()
    parts = {
        "only this one sends": here.keys() - there.keys(),
        "only that one sends": there.keys() - here.keys(),
        "they build by other rules": {name for name in both if here[name] != there[name]},
    }
    return "; ".join(f"{words} {listed(sorted(names))}" for words, names in parts.items() if names)


def listed(names: Sequence[str]) -> str:
    """The first of these names, and how many more there are."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more

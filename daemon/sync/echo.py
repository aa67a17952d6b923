"""What a destination must be told again, for what it was told changed what else it holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import orjson
import sqlalchemy as sa

from daemon.core.outcome import Force, Outcome, Recorded
from daemon.core.settle import Settled
from daemon.core.translation import Echo, Translation
from daemon.database.items import mark_due_again, read_known_by
from daemon.database.pending import Cause, enqueue
from daemon.sync.context import Context

TOLD_AGAIN = Cause("told again")


def tell_again(
    connection: sa.Connection, context: Context, destination_id: int, echoes: Iterable[Echo]
) -> None:
    """Make pending what these echoes mean, in the transaction that records what caused them.

    Whatever was sent to the destination by then is recorded as sent, and so is found. What it has
    accepted is due there once more; what is on its way as yet is ordered, for it may have come
    before.
    """
    for echo in echoes:
        if echo.feed in context.feed:
            table = context.own.items[echo.feed]
            found = read_known_by(connection, table, destination_id, echo.fragments)
            accepted = [entity_id for entity_id, is_accepted in found.items() if is_accepted]
            others = found.keys() - set(accepted)
            mark_due_again(connection, table, destination_id, accepted)
            enqueue(connection, context.own, echo.feed, accepted, TOLD_AGAIN)
            ordered = replace(TOLD_AGAIN, force=Force.ITEMS)
            enqueue(connection, context.own, echo.feed, others, ordered)


def echoes_of(
    translation: Translation | None, settled: Sequence[Settled], recorded: Mapping[str, Recorded]
) -> Iterator[Echo]:
    """The echoes of what was accepted. recorded: what was known before it was sent."""
    if translation is None:
        return
    accepted = [one for one in settled if one.outcome is Outcome.EXPORTED]
    gone = [one for one in accepted if one.is_deleted or was_gone(recorded.get(one.feed_id))]
    new = [one for one in accepted if not one.is_deleted and is_new(recorded.get(one.feed_id))]
    yield from echoes_of_deletions(translation, gone)
    yield from translation.after_creation([orjson.loads(one.minimal) for one in new])


def echoes_of_deletions(
    translation: Translation | None, gone: Iterable[Settled | Recorded]
) -> Iterable[Echo]:
    """The echoes of deletions that the destination has, or may have."""
    if translation is None:
        return ()
    return translation.after_deletion([orjson.loads(one.minimal) for one in gone])


def was_gone(recorded: Recorded | None) -> bool:
    """True where the destination may have got a deletion whose echo nobody made."""
    if recorded is None:
        return False
    in_doubt = recorded.is_deleted and recorded.outcome is not Outcome.EXPORTED
    return in_doubt or recorded.is_late_other


def is_new(recorded: Recorded | None) -> bool:
    """True unless the destination surely had the item before."""
    return recorded is None or recorded.is_deleted or recorded.outcome is not Outcome.EXPORTED

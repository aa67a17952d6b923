"""The values of change capture: what is watched, and where its changes are written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

WHOLE_FEED = 0
"""The entity id of a coarse change in a changelog of ids ('' in one of texts).

It doesn't tell a coarse change: 0 is also the id of a customer group and of a store view. What
tells it is its source, which ends with COARSE.
"""

COARSE = "*"
"""Ends the source of a coarse change (`eav_attribute*`): one that stands for every entity of the
changelog.
"""


class KeyType(Enum):
    """What a changelog's `entity_id` column holds."""

    ID = "id"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Changelog:
    """One changelog table: the changes of one kind of source entity (product, category, …).

    `entity` names the table, `cfs_cl_<entity>`. Rows are only ever appended by triggers and deleted
    by the collector, so the table has no secondary index.
    """

    entity: str
    key_type: KeyType = KeyType.ID


@dataclass(frozen=True, slots=True)
class Hop:
    """One step from a row towards the entity it belongs to: `SELECT give FROM table WHERE match =
    …`.
    """

    table: str
    match: str
    give: str


@dataclass(frozen=True, slots=True)
class Key:
    """How a trigger finds the entity id of a changed row.

    `column` is a column of the subscribed table. Without hops its value is the id; with hops it is
    looked up in the named tables one after the other (staging: `row_id` → `entity_id`). A `None`
    column writes a coarse change: entity id `WHOLE_FEED`, source with `COARSE` at its end. An id
    that is null, or that the lookup doesn't find, is not written.
    """

    column: str | None
    hops: tuple[Hop, ...] = ()


@dataclass(frozen=True, slots=True)
class Subscription:
    """A table whose changes are written to a changelog.

    table: name without the shop's prefix.
    key: where the entity id is.
    columns: the watched columns; an UPDATE that changes none of them (nor the key) writes nothing.
        Empty means only inserts, deletes and key changes count. A column that this shop's table
        lacks is passed over: it can't change.
    attribute: the column whose value (an attribute id) is noted in the change, or None.
    optional: True where a shop may lack the table; then nothing is installed and nothing is wrong.
    grouped: True where one statement tends to write many rows of an entity one after the other;
        then one change stands for all of them. Not for one that notes an attribute.
    reader: who reads these changes (a feed). When a DELETE takes rows along by foreign keys, a
        reader that learns the same id from a table above is not told once more.
    """

    changelog: Changelog
    table: str
    key: Key
    columns: tuple[str, ...] = ()
    attribute: str | None = None
    optional: bool = False
    grouped: bool = False
    reader: str = ""


@dataclass(frozen=True, slots=True)
class CompiledTrigger:
    """One trigger as it must stand in the server: at most one of ours for each table and event.

    body: the text between the trigger's header and its end, the hash in a comment inside BEGIN…END.
    digest: the hash of the body without that comment; equal digests mean equal behaviour.
    """

    name: str
    table: str
    timing: str
    event: str
    body: str
    digest: str

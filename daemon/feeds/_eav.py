"""EAV values of products and categories: all store views of a batch in five queries at most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from daemon.commerce.attributes import Attribute, Attributes
from daemon.commerce.shop import Shop
from daemon.feeds._rows import among, fetch

BACKENDS = ("int", "decimal", "text", "varchar", "datetime")
"""The backend types that have a table each, in the order they are read in."""

DEFAULT_STORE = 0

NOTHING: Mapping[str, str | None] = {}


@dataclass(frozen=True, slots=True)
class Values:
    """The values of a batch: entity id → store id → attribute code → text.

    The text is what CAST(value AS CHAR) gives: decimals keep their scale, times are
    `YYYY-MM-DD HH:MM:SS`. Store 0 holds the defaults. A NULL value stands as None.
    """

    by_entity: Mapping[int, Mapping[int, Mapping[str, str | None]]]

    def of(self, entity_id: int, store_id: int) -> Mapping[str, str | None]:
        """All values of an entity in a store view: a row of its own, even NULL, beats the default.

        Where the store view has no rows of its own, this is the mapping of the defaults itself.
        """
        stores = self.by_entity.get(entity_id)
        if stores is None:
            return NOTHING
        default = stores.get(DEFAULT_STORE, NOTHING)
        own = None if store_id == DEFAULT_STORE else stores.get(store_id)
        return default if own is None else {**default, **own}

    def get(self, entity_id: int, code: str, store_id: int = DEFAULT_STORE) -> str | None:
        """One value as the store view sees it; None where there is none."""
        stores = self.by_entity.get(entity_id, {})
        own = stores.get(store_id, NOTHING)
        return own[code] if code in own else stores.get(DEFAULT_STORE, NOTHING).get(code)


def select_values(
    shop: Shop, entity_table: str, backend: str, attribute_ids: Iterable[int], ids: Sequence[int]
) -> sa.Select[Any]:
    """(entity id, JSON object `store id/attribute id` → text) of one backend table.

    The server aggregates because the driver takes several times as long for plain rows. Adding 0
    keeps it from planning one range for each pair of entity and attribute.
    """
    values, entity = shop.tables(f"{entity_table}_{backend}"), shop.tables(entity_table)
    slot = sa.func.concat(values.c.store_id, "/", values.c.attribute_id)
    entity_id = entity.c.entity_id if shop.is_staged else values.c.entity_id
    query = sa.select(entity_id, sa.func.json_objectagg(slot, sa.cast(values.c.value, sa.CHAR)))
    if shop.is_staged:
        query = query.select_from(values).join(entity, entity.c.row_id == values.c.row_id)
        query = query.where(shop.current(entity))
    return query.where(
        among(entity_id, ids), among(values.c.attribute_id + 0, attribute_ids)
    ).group_by(entity_id)


def read_values(
    connection: sa.Connection,
    shop: Shop,
    attributes: Attributes,
    codes: Iterable[str],
    ids: Sequence[int],
) -> Values:
    """The values of these attributes (static and unknown codes are passed over) of these entities.

    One query for each backend type among the attributes, whatever the number of ids.
    """
    wanted = by_backend(attributes, codes)
    entity_table = f"{attributes.entity_type}_entity"
    found: dict[int, dict[int, dict[str, str | None]]] = {}
    for backend, some in wanted.items():
        query = select_values(shop, entity_table, backend, [one.id for one in some], ids)
        put(found, fetch(connection, query), {one.id: one.code for one in some})
    return Values(found)


def read_numbers(
    connection: sa.Connection,
    shop: Shop,
    entity_table: str,
    codes: Mapping[int, str],
    ids: Sequence[int],
) -> Values:
    """The whole numbers that are stored of these attributes (id → code), in one query."""
    found: dict[int, dict[int, dict[str, str | None]]] = {}
    put(found, fetch(connection, select_values(shop, entity_table, "int", codes, ids)), codes)
    return Values(found)


def by_backend(attributes: Attributes, codes: Iterable[str]) -> dict[str, list[Attribute]]:
    """The attributes of these codes by the backend table that holds their values."""
    known = attributes.by_code
    found: dict[str, list[Attribute]] = {}
    for attribute in (known[code] for code in codes if code in known):
        found.setdefault(attribute.backend_type, []).append(attribute)
    return {backend: found[backend] for backend in BACKENDS if backend in found}


def put(
    found: dict[int, dict[int, dict[str, str | None]]],
    rows: Iterable[tuple[Any, ...]],
    codes: Mapping[int, str],
) -> None:
    """Sort aggregated rows into what was found so far."""
    slots: dict[str, tuple[int, str]] = {}
    for entity_id, values in rows:
        stores = found.setdefault(entity_id, {})
        for slot, value in orjson.loads(values).items():
            place = slots.get(slot)
            if place is None:
                store, attribute = slot.split("/")
                place = slots[slot] = int(store), codes[int(attribute)]
            stores.setdefault(place[0], {})[place[1]] = value

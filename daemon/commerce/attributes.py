"""EAV attributes: their ids, types and where their values stand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import sqlalchemy as sa

from daemon.commerce.tables import ShopTables

ABSENT = 0
"""The id of an attribute that the shop lacks: no row has it, for ids are counted from 1."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """A row of eav_attribute."""

    id: int
    code: str
    backend_type: str
    frontend_input: str | None
    source_model: str | None
    is_user_defined: bool


@dataclass(frozen=True)
class Attributes:
    """All attributes of one entity type, in the order of their codes."""

    entity_type: str
    all: tuple[Attribute, ...]

    @cached_property
    def by_code(self) -> dict[str, Attribute]:
        """The attributes by code."""
        return {attribute.code: attribute for attribute in self.all}

    def id_of(self, code: str) -> int:
        """The id of the attribute with this code; ABSENT where the shop has none."""
        found = self.by_code.get(code)
        return ABSENT if found is None else found.id

    @cached_property
    def by_id(self) -> dict[int, Attribute]:
        """The attributes by id."""
        return {attribute.id: attribute for attribute in self.all}


def read_attributes(connection: sa.Connection, tables: ShopTables) -> dict[str, Attributes]:
    """The product and category attributes, by entity type code."""
    attribute, kind = tables("eav_attribute"), tables("eav_entity_type")
    query = (
        sa.select(
            kind.c.entity_type_code,
            attribute.c.attribute_id,
            attribute.c.attribute_code,
            attribute.c.backend_type,
            attribute.c.frontend_input,
            attribute.c.source_model,
            attribute.c.is_user_defined,
        )
        .join(kind, kind.c.entity_type_id == attribute.c.entity_type_id)
        .where(kind.c.entity_type_code.in_(["catalog_product", "catalog_category"]))
        .order_by(attribute.c.attribute_code)
    )
    found: dict[str, list[Attribute]] = {"catalog_product": [], "catalog_category": []}
    for kind_code, id_, code, backend, frontend, source, user_defined in connection.execute(query):
        found[kind_code].append(Attribute(id_, code, backend, frontend, source, bool(user_defined)))
    return {code: Attributes(code, tuple(rows)) for code, rows in found.items()}

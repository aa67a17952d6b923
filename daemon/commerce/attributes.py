"""EAV attributes: their ids, types and where their values stand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import attrgetter

import sqlalchemy as sa

from daemon.commerce.columns import packed, unpacked
from daemon.commerce.tables import ShopTables

ABSENT = 0
"""The id of an attribute that the shop lacks: no row has it, for ids are counted from 1."""

BOOLEAN_SOURCE = "Magento\\Eav\\Model\\Entity\\Attribute\\Source\\Boolean"


@dataclass(frozen=True, slots=True)
class Attribute:
    """A row of eav_attribute."""

    id: int
    code: str
    backend_type: str
    frontend_input: str | None
    source_model: str | None
    is_user_defined: bool

    @property
    def is_boolean(self) -> bool:
        """True where the values are 0 and 1 for no and yes."""
        return self.source_model == BOOLEAN_SOURCE


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


COLUMNS = ("attribute_code", "backend_type", "frontend_input", "source_model", "is_user_defined")
"""Of eav_attribute, in the order of an Attribute's fields after its id."""


def read_attributes(connection: sa.Connection, tables: ShopTables) -> dict[str, Attributes]:
    """The product and category attributes, by entity type code."""
    attribute, kind = tables("eav_attribute"), tables("eav_entity_type")
    values = (packed(attribute.c.attribute_id, attribute.c[name]) for name in COLUMNS)
    query = (
        sa.select(kind.c.entity_type_code, *values)
        .join(kind, kind.c.entity_type_id == attribute.c.entity_type_id)
        .where(kind.c.entity_type_code.in_(["catalog_product", "catalog_category"]))
        .group_by(kind.c.entity_type_code)
    )
    found = {code: Attributes(code, ()) for code in ("catalog_product", "catalog_category")}
    return found | {row[0]: as_attributes(*row) for row in connection.execute(query)}


@lru_cache(maxsize=8)
def as_attributes(entity_type: str, *columns: str) -> Attributes:
    """The attributes from their columns; the same object while the shop has the same."""
    codes, backends, frontends, sources, defined = map(unpacked, columns)
    found = (
        Attribute(id_, code, backends[id_], frontends[id_], sources[id_], bool(defined[id_]))
        for id_, code in codes.items()
    )
    return Attributes(entity_type, tuple(sorted(found, key=attrgetter("code"))))

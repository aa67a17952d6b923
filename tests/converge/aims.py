"""What writes aim at: the tables, columns, attributes and paths that feeds depend on."""

from __future__ import annotations

from dataclasses import dataclass

from converge.values import literal
from daemon.commerce.shop import Shop
from daemon.core.feed import Edge


@dataclass(frozen=True)
class Aim:
    """What an edge reads: a table, its columns, and the attributes and paths that count."""

    table: str
    columns: tuple[str, ...] = ()
    attributes: tuple[int, ...] = ()
    paths: tuple[str, ...] = ()

    @property
    def condition(self) -> str:
        """Which rows count."""
        if self.attributes:
            return f"attribute_id IN ({', '.join(map(str, self.attributes))})"
        if self.paths:
            return f"path IN ({', '.join(map(literal, self.paths))})"
        return "TRUE"


def aim_of(edge: Edge, shop: Shop) -> Aim:
    """What an edge reads, by the ids that the shop has for it."""
    on = edge.on
    known = shop.product_attributes if edge.entity_type == "catalog_product" else None
    known = known or shop.category_attributes
    columns = (*on.columns, *((on.key.column,) if on.key.column else ()))
    codes = edge.attributes or frozenset()
    ids = sorted(one.id for one in known.all if one.code in codes)
    return Aim(on.table, columns, tuple(ids), tuple(sorted(edge.values or ())))

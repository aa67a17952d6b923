"""Writes that only make sense together: what a shop does in one go."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from converge.values import Look, literal

CURRENT = 1760000000
"""The staging version in force in a sample shop."""

FOREVER = 2147483647
MARKER = "ac_tax_class"
"""The code of an attribute for which products say more, whatever else the attribute is."""

VALUES = ("int", "varchar", "decimal", "text", "datetime")


@dataclass
class Stage:
    """Where scenes play. link: what child tables know an entity's version by.

    free: skus that a product had and gave up.
    """

    prefix: str
    link: str
    rng: random.Random
    free: list[str] = field(default_factory=list)
    number: int = 0

    @property
    def is_staged(self) -> bool:
        return self.link == "row_id"

    def new_sku(self) -> str:
        """One that no product has."""
        if self.free and self.rng.random() < 0.4:
            return self.free.pop(self.rng.randrange(len(self.free)))
        self.number += 1
        return f"new-{self.number}-{self.rng.randrange(10**6)}"


Scene = Callable[[Stage, Look], Iterator[str]]


def entities(stage: Stage, look: Look, count: int, kind: str = "product") -> list[dict[str, Any]]:
    """Versions in force, by chance; of categories, not the root of all."""
    force = f"created_in <= {CURRENT} AND updated_in > {CURRENT}" if stage.is_staged else "TRUE"
    seed = stage.rng.randrange(10**6)
    return look(
        f"SELECT * FROM {stage.prefix}catalog_{kind}_entity WHERE {force}"
        f" AND {'TRUE' if kind == 'product' else 'level > 1'} ORDER BY RAND({seed}) LIMIT {count}"
    )


def rename(stage: Stage, look: Look) -> Iterator[str]:
    """A product gets another sku: a new one, one that is free again, or other letters."""
    for row in entities(stage, look, 1):
        new = row["sku"].swapcase() if stage.rng.random() < 0.2 else stage.new_sku()
        yield set_sku(stage, row, new)
        stage.free.append(row["sku"])


def swap(stage: Stage, look: Look) -> Iterator[str]:
    """Two products swap their skus."""
    found = entities(stage, look, 2)
    if len(found) == 2:
        one, other = found
        yield set_sku(stage, one, stage.new_sku())
        yield set_sku(stage, other, one["sku"])
        yield set_sku(stage, one, other["sku"])


def set_sku(stage: Stage, row: dict[str, Any], sku: str) -> str:
    """The version of the product has this sku now."""
    where = f"{stage.link} = {row[stage.link]}"
    table = f"{stage.prefix}catalog_product_entity"
    return f"UPDATE {table} SET sku = {literal(sku)} WHERE {where}"


def delete_product(stage: Stage, look: Look) -> Iterator[str]:
    """A product goes; at times another takes its sku at once."""
    found = entities(stage, look, 2)
    for row in found[:1]:
        yield gone(stage, row, "product")
    if len(found) == 2 and stage.rng.random() < 0.3:
        yield set_sku(stage, found[1], found[0]["sku"])
    elif found:
        stage.free.append(found[0]["sku"])


def gone(stage: Stage, row: dict[str, Any], kind: str) -> str:
    """Delete an entity as the shop does: all versions at once."""
    if not stage.is_staged:
        table = f"{stage.prefix}catalog_{kind}_entity"
        return f"DELETE FROM {table} WHERE entity_id = {row['entity_id']}"
    table = "sequence_product" if kind == "product" else "sequence_catalog_category"
    return f"DELETE FROM {stage.prefix}{table} WHERE sequence_value = {row['entity_id']}"


def add_product(stage: Stage, look: Look) -> Iterator[str]:
    """A product like another one."""
    for row in entities(stage, look, 1):
        yield from copied(stage, look, row, "product", {"sku": stage.new_sku()})
        yield (
            f"INSERT INTO {stage.prefix}catalog_product_website (product_id, website_id)"
            f" SELECT {next_id(stage, look, 'product')}, website_id"
            f" FROM {stage.prefix}catalog_product_website WHERE product_id = {row['entity_id']}"
        )


def next_id(stage: Stage, look: Look, kind: str) -> int:
    """The first entity id that is free."""
    tables = [(f"catalog_{kind}_entity", "entity_id")]
    if stage.is_staged:
        name = "sequence_product" if kind == "product" else "sequence_catalog_category"
        tables.append((name, "sequence_value"))
    queries = (f"SELECT MAX({column}) AS n FROM {stage.prefix}{table}" for table, column in tables)
    return 1 + max(look(query)[0]["n"] or 0 for query in queries)


def copied(
    stage: Stage, look: Look, row: dict[str, Any], kind: str, changes: dict[str, Any]
) -> Iterator[str]:
    """A new entity with the values of another; the path of a category ends with its own id."""
    new = {**row, **changes, "entity_id": next_id(stage, look, kind)}
    if "path" in new:
        new["path"] = f"{new['path']}/{new['entity_id']}"
    if stage.is_staged:
        name = "sequence_product" if kind == "product" else "sequence_catalog_category"
        yield f"INSERT INTO {stage.prefix}{name} (sequence_value) VALUES ({new['entity_id']})"
    yield from version(stage, look, kind, row, new)


def version(
    stage: Stage, look: Look, kind: str, row: dict[str, Any], new: dict[str, Any]
) -> Iterator[str]:
    """A row of an entity, and a copy of the values that another row has."""
    table = f"{stage.prefix}catalog_{kind}_entity"
    if stage.is_staged:
        query = f"SELECT MAX(row_id) + 1 AS n FROM {table}"
        new = {**new, "row_id": look(query)[0]["n"]}
    columns = ", ".join(new)
    yield f"INSERT INTO {table} ({columns}) VALUES ({', '.join(map(literal, new.values()))})"
    for backend in VALUES:
        yield (
            f"INSERT INTO {table}_{backend} (attribute_id, store_id, {stage.link}, value)"
            f" SELECT attribute_id, store_id, {new[stage.link]}, value FROM {table}_{backend}"
            f" WHERE {stage.link} = {row[stage.link]}"
        )


def add_version(stage: Stage, look: Look) -> Iterator[str]:
    """A version of an entity that is in force at once, or only later; staged shops alone."""
    kind = stage.rng.choice(("product", "category"))
    if stage.is_staged:
        for row in entities(stage, look, 1, kind):
            begin = CURRENT - stage.rng.randint(1, 999) if stage.rng.random() < 0.7 else 1 + CURRENT
            if row["created_in"] < begin < row["updated_in"]:
                new = {**row, "created_in": begin, "updated_in": row["updated_in"]}
                yield (
                    f"UPDATE {stage.prefix}catalog_{kind}_entity SET updated_in = {begin}"
                    f" WHERE row_id = {row['row_id']}"
                )
                yield from version(stage, look, kind, row, new)


def add_category(stage: Stage, look: Look) -> Iterator[str]:
    """A category below another one."""
    for row in entities(stage, look, 1, "category"):
        place = {"parent_id": row["entity_id"], "level": row["level"] + 1, "path": row["path"]}
        yield from copied(stage, look, row, "category", place)


def move_category(stage: Stage, look: Look) -> Iterator[str]:
    """A category, and all below it, goes below another one."""
    found = entities(stage, look, 2, "category")
    if len(found) == 2:
        one, to = found
        if to["path"].startswith(f"{one['path']}/") or one["parent_id"] == to["entity_id"]:
            return
        table = f"{stage.prefix}catalog_category_entity"
        path, deeper = f"{to['path']}/{one['entity_id']}", to["level"] + 1 - one["level"]
        yield (
            f"UPDATE {table} SET path = CONCAT({literal(path)},"
            f" SUBSTRING(path, {len(one['path']) + 1})), level = level + ({deeper})"
            f" WHERE path = {literal(one['path'])} OR path LIKE {literal(one['path'] + '/%')}"
        )
        yield (
            f"UPDATE {table} SET parent_id = {to['entity_id']} WHERE entity_id = {one['entity_id']}"
        )


def delete_category(stage: Stage, look: Look) -> Iterator[str]:
    """A category goes, with all below it, as the shop does."""
    for row in entities(stage, look, 1, "category"):
        below = f"path LIKE {literal(row['path'] + '/%')}"
        query = (
            f"SELECT DISTINCT entity_id FROM {stage.prefix}catalog_category_entity WHERE {below}"
        )
        if row["level"] > 2:
            for one in look(f"{query} ORDER BY entity_id DESC"):
                yield gone(stage, one, "category")
            yield gone(stage, row, "category")


def mark_attribute(stage: Stage, look: Look) -> Iterator[str]:
    """An attribute takes a code that asks for more of each product, or gives it back."""
    table = f"{stage.prefix}eav_attribute"
    marked = look(f"SELECT attribute_id FROM {table} WHERE attribute_code = '{MARKER}'")
    seed = stage.rng.randrange(10**6)
    some = "is_user_defined = 1 AND entity_type_id = 4"
    for row in marked or look(
        f"SELECT attribute_id FROM {table} WHERE {some} ORDER BY RAND({seed}) LIMIT 1"
    ):
        code = f"given_back_{seed}" if marked else MARKER
        yield (
            f"UPDATE {table} SET attribute_code = '{code}'"
            f" WHERE attribute_id = {row['attribute_id']}"
        )


def type_in_option(stage: Stage, look: Look) -> Iterator[str]:
    """An attribute whose values are typed in gets an option that a product has, or loses all."""
    prefix = stage.prefix
    option, seed = f"{prefix}eav_attribute_option", stage.rng.randrange(10**6)
    for row in look(
        "SELECT a.attribute_id, a.backend_type, COUNT(o.option_id) AS options"
        f" FROM {prefix}eav_attribute a LEFT JOIN {option} o USING (attribute_id)"
        " WHERE a.entity_type_id = 4 AND a.is_user_defined = 1"
        " AND a.backend_type IN ('varchar', 'text')"
        " AND COALESCE(a.frontend_input, '') NOT IN ('select', 'multiselect')"
        " AND RIGHT(COALESCE(a.source_model, ''), 7) <> 'Boolean'"
        f" GROUP BY 1, 2 ORDER BY RAND({seed}) LIMIT 1"
    ):
        mine = f"attribute_id = {row['attribute_id']}"
        if row["options"]:
            yield f"DELETE FROM {option} WHERE {mine}"
            continue
        newest = f"SELECT MAX(option_id) FROM {option} WHERE {mine}"
        yield f"INSERT INTO {option} (attribute_id) VALUES ({row['attribute_id']})"
        yield (
            f"INSERT INTO {option}_value (option_id, store_id, value)"
            f" SELECT MAX(option_id), 0, 'Typed {seed}' FROM {option} WHERE {mine}"
        )
        yield (
            f"UPDATE {prefix}catalog_product_entity_{row['backend_type']}"
            f" SET value = ({newest}) WHERE {mine} ORDER BY value_id LIMIT 1"
        )


SCENES: tuple[Scene, ...] = (
    rename,
    rename,
    swap,
    delete_product,
    add_product,
    add_version,
    add_category,
    move_category,
    delete_category,
    mark_attribute,
    type_in_option,
)

ADDING = {"product": add_product, "category": add_category}
REMOVING = {"product": delete_product, "category": delete_category}

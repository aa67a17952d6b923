"""Writes what each feed depends on, from the feeds' own declarations, as a page for people."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from daemon.commerce.shop import Shop, ShopReader
from daemon.core.feed import Edge, Feed
from daemon.feeds import FEEDS
from daemon.feeds.asides import ASIDES
from daemon.sandbox.mariadb import private_server
from daemon.sandbox.precision import EFFECTS, PRODUCTS
from daemon.sandbox.shop import create_shop
from daemon.sync.context import edges_of

HEAD = """# What each feed depends on

This page is made from the feeds' declarations by `make docs`; a test keeps it current. The same
declarations make the triggers: a column that is not named here wakes no feed.

A change of a row is written to a *changelog*, and from there makes entities of a feed stale: the
*same* entity, *others* that a query finds, or *all* of the feed, which is then rebuilt at low
priority. What a DELETE takes along by foreign keys counts as deleted too, though no table here is
written to. Attributes are those of a sample shop; a feed reads those that yours has. What is
*translated* depends on more where a destination takes the feed in its own terms (`optimizer`).
"""
PICTURE = """## From changelogs to feeds

A dotted line means that a change there rebuilds the whole feed.
"""
PRECISION = f"""## How much an edit rebuilds

In a sample shop of {PRODUCTS} products and three store views; tests make each edit and count.
Built anew is every entity that may have changed; sent is only what really differs, a store view,
website or customer group at a time.

| edit | entities built anew | items sent |
| --- | --- | --- |
"""
TRANSLATED = tuple(
    replace(feed, name=f"{feed.name}, translated", edges=ASIDES[feed.name].edges)
    for feed in FEEDS
    if feed.name in ASIDES
)
"""What feeds depend on besides where a destination translates them."""

EVERY = (*FEEDS, *TRANSLATED)
SHOWN = 6
"""So many attributes are named at most."""

NUMBERED = re.compile(r"(catalog_category_product_index_store|inventory_stock_)\d+$")
EDITIONS = {
    (True, True): "",
    (True, False): " *(Open Source only)*",
    (False, True): " *(Adobe Commerce only)*",
    (False, False): " *(where a shop has it)*",
}
"""Is it in Open Source, and in Adobe Commerce? Neither: a table that sample shops lack."""


@dataclass(frozen=True)
class Dependency:
    """One line: what changes, what is affected in words, and how far that goes."""

    feed: str
    changelog: str
    table: str
    what: str
    why: str
    reach: str


def dependency(shop: Shop, feed: Feed, edge: Edge) -> Dependency:
    """An edge as a line; the tables of single stores and stocks count as one."""
    reach = "all" if edge.whole else "others" if edge.widen else "the same"
    table = NUMBERED.sub(r"\1*", edge.on.table)
    return Dependency(
        feed.name, edge.on.changelog.entity, table, what_of(shop, edge), edge.why, reach
    )


def what_of(shop: Shop, edge: Edge) -> str:
    """What of the table counts: paths, attributes, columns, or only that a row comes or goes."""
    if edge.values is not None:
        return ", ".join(f"`{path}`" for path in sorted(edge.values))
    if edge.attributes is not None:
        return named(codes_in(shop, edge.on.table, edge.attributes))
    return ", ".join(f"`{column}`" for column in edge.on.columns) or "rows that come and go"


def codes_in(shop: Shop, table: str, codes: Iterable[str]) -> list[str]:
    """Those of these attributes whose values stand in the table, sorted."""
    both = {**shop.category_attributes.by_code, **shop.product_attributes.by_code}
    if table.startswith("catalog_category"):
        both |= shop.category_attributes.by_code
    return [
        code
        for code in sorted(codes)
        if code in both and table.endswith(f"_{both[code].backend_type}")
    ]


def named(codes: Sequence[str]) -> str:
    """Attribute codes, cut short where they are many."""
    more = len(codes) - SHOWN
    text = ", ".join(f"`{code}`" for code in codes[:SHOWN])
    return f"{text} and {more} more" if more > 0 else text


def dependencies(shop: Shop) -> dict[Dependency, None]:
    """All of a shop, in the order of their declarations."""
    return {dependency(shop, feed, edge): None for feed, edge in edges_of(EVERY, shop)}


def rare(shop: Shop) -> dict[Dependency, None]:
    """Those on tables that this shop lacks."""
    every = ((feed, edge) for feed in EVERY for edge in feed.edges(shop))
    lacking = (pair for pair in every if pair[1].on.table not in shop.tables)
    return {dependency(shop, feed, edge): None for feed, edge in lacking}


def page(open_source: Shop, staged: Shop) -> str:
    """The whole page."""
    ours, theirs = dependencies(open_source), dependencies(staged)
    every = ours | theirs | rare(staged)
    marks = {one: EDITIONS[one in ours, one in theirs] for one in every}
    names = {feed.name for feed in FEEDS}
    drawn = [one for one in every if one.feed in names]
    parts = [HEAD, PICTURE, picture(drawn), changelogs(every)]
    parts += [section(feed.name, marks) for feed in EVERY]
    return "\n".join([*parts, PRECISION + precision()])


def precision() -> str:
    """The rows of the table of effects."""
    lines = []
    for edit, effect in EFFECTS.items():
        built, sent = (
            ", ".join(
                f"{feed} {counts[which]:,}" for feed, counts in effect.items() if counts[which]
            )
            for which in (0, 1)
        )
        lines.append(f"| {edit} | {built or 'none'} | {sent or 'none'} |\n")
    return "".join(lines)


def picture(every: Iterable[Dependency]) -> str:
    """Changelogs and feeds as a mermaid diagram."""
    reaches: dict[tuple[str, str], set[str]] = {}
    for one in every:
        reaches.setdefault((one.changelog, one.feed), set()).add(one.reach)
    lines = ["```mermaid", "flowchart LR"]
    lines += [f'  {log}[("{log}")]' for log in sorted({log for log, _ in reaches})]
    lines += [f"  feed_{feed}[{feed}]" for feed in dict.fromkeys(feed for _, feed in reaches)]
    for (log, feed), found in sorted(reaches.items()):
        lines.append(f"  {log} {'-.->' if found == {'all'} else '-->'} feed_{feed}")
    return "\n".join([*lines, "```", ""])


def changelogs(every: Iterable[Dependency]) -> str:
    """The tables that write to each changelog."""
    tables: dict[str, set[str]] = {}
    for one in every:
        tables.setdefault(one.changelog, set()).add(one.table)
    rows = (
        f"| `cfs_cl_{log}` | {', '.join(f'`{table}`' for table in sorted(tables[log]))} |"
        for log in sorted(tables)
    )
    return "\n".join(["| changelog | tables |", "| --- | --- |", *rows, ""])


def section(feed: str, marks: Mapping[Dependency, str]) -> str:
    """One feed: what changes, what that affects, and how far it goes."""
    lines = [f"## {feed}", "", "| table | what counts | makes stale | which |"]
    lines.append("| --- | --- | --- | --- |")
    lines += [
        f"| `{one.table}`{mark} | {one.what} | {one.why} | {one.reach} |"
        for one, mark in marks.items()
        if one.feed == feed
    ]
    return "\n".join([*lines, ""])


def sample(url: str, schema: str, *, staged: bool) -> Shop:
    """A small sample shop, as feeds see it; it stands in a schema of its own on this server."""
    server = sa.create_engine(url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {schema} CHARACTER SET utf8mb4")
    engine = sa.create_engine(f"{url}{schema}?charset=utf8mb4", poolclass=sa.NullPool)
    create_shop(engine, products=5, staged=staged, today=date(2026, 11, 23))
    with engine.connect() as connection:
        return ShopReader().read(connection)


def samples(url: str, schema: str) -> Iterator[Shop]:
    """Shops of both editions."""
    for staged in (False, True):
        yield sample(url, f"{schema}_{int(staged)}", staged=staged)


def main() -> None:
    """Print the page."""
    with tempfile.TemporaryDirectory() as directory, private_server(Path(directory)) as server:
        sys.stdout.write(page(*samples(server.url, "dependencies")))


if __name__ == "__main__":
    main()

"""A shop as a batch sees it: tables, scopes, configuration and attributes, read together."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from changelog_triggers.model import Hop, Key
from daemon.commerce.attributes import Attributes, read_attributes
from daemon.commerce.config import Config, read_config
from daemon.commerce.scopes import Scopes, read_scopes
from daemon.commerce.tables import ShopTables, read_fingerprint, read_tables
from daemon.core.options import FeedOptions
from daemon.errors import ShopError

COLUMNS_SECONDS = 60.0
"""How long the columns of the shop's tables are taken for unchanged."""

FIRST_VERSION = 1
"""The staging version that is current where no update has ever been applied."""

FOREVER = 2147483647
"""The staging version until which a row is in force that nothing scheduled ends."""

DEFAULT_OPTIONS = FeedOptions()


@dataclass(frozen=True)
class Shop:
    """What must be known of a shop before one of its entities can be read. Small; read once per
    batch.

    version: the staging version that is current (a Unix time), FIRST_VERSION without staging.
    options: how feeds are built, by the settings.
    """

    tables: ShopTables
    scopes: Scopes
    config: Config
    product_attributes: Attributes
    category_attributes: Attributes
    version: int = FIRST_VERSION
    options: FeedOptions = DEFAULT_OPTIONS

    @property
    def is_staged(self) -> bool:
        """True on Adobe Commerce with content staging."""
        return self.tables.is_staged

    @property
    def link_field(self) -> str:
        """The column that joins child tables of products and categories: `entity_id`, or staged
        `row_id`.
        """
        return "row_id" if self.is_staged else "entity_id"

    def current(self, entity: sa.FromClause) -> sa.ColumnElement[bool]:
        """The condition that keeps the versions of products or categories that are in force now."""
        if not self.is_staged:
            return sa.true()
        return sa.and_(entity.c.created_in <= self.version, entity.c.updated_in > self.version)

    def key_of(self, entity_table: str, column: str = "entity_id") -> Key:
        """How a trigger finds the entity id in a child table of `entity_table`.

        column: the child's column holding the link field. An EAV table calls it `row_id` when
            staged; pass `entity_id` for those.
        """
        if not self.is_staged:
            return Key(column)
        child_column = "row_id" if column == "entity_id" else column
        return Key(child_column, (Hop(entity_table, "row_id", "entity_id"),))


def read_version(connection: sa.Connection, tables: ShopTables) -> int:
    """The current staging version, from the flag that Commerce keeps.

    Raises:
        ShopError: the flag can't be read; which versions are in force is then anybody's guess.
    """
    if not tables.is_staged or "flag" not in tables:
        return FIRST_VERSION
    flag = tables("flag")
    data = connection.scalar(sa.select(flag.c.flag_data).where(flag.c.flag_code == "staging"))
    return version_of(data) if data else FIRST_VERSION


def version_of(data: str) -> int:
    """The version that the flag's data name.

    Raises:
        ShopError: they name none.
    """
    try:
        return int(json.loads(data).get("current_version", FIRST_VERSION))
    except (ValueError, TypeError, AttributeError) as error:
        raise ShopError(
            "The row `staging` of the shop's table flag does not tell the version in force: "
            f'flag_data is {data[:60]!r}, not JSON such as {{"current_version": 1764028800}}. '
            "Commerce's cron writes it when it applies scheduled updates; see that it runs."
        ) from error


def read_shop(
    connection: sa.Connection,
    tables: ShopTables,
    overrides: Mapping[str, str] | None = None,
    options: FeedOptions = DEFAULT_OPTIONS,
) -> Shop:
    """The shop as the connection's snapshot shows it."""
    attributes = read_attributes(connection, tables)
    return Shop(
        tables,
        read_scopes(connection, tables),
        read_config(connection, tables, overrides),
        attributes["catalog_product"],
        attributes["catalog_category"],
        read_version(connection, tables),
        options,
    )


class ShopReader:
    """Reads the shop for a batch; remembers its tables until one comes or goes."""

    def __init__(
        self,
        prefix: str = "",
        overrides: Mapping[str, str] | None = None,
        options: FeedOptions = DEFAULT_OPTIONS,
    ) -> None:
        self._prefix = prefix
        self._overrides = dict(overrides or {})
        self._options = options
        self._fingerprint = (0, 0)
        self._tables: ShopTables | None = None
        self._read_at = 0.0

    def read(self, connection: sa.Connection) -> Shop:
        """The shop as the connection sees it now."""
        return read_shop(connection, self.tables(connection), self._overrides, self._options)

    def tables(self, connection: sa.Connection) -> ShopTables:
        """The shop's tables; read again after a minute, for an upgrade may change columns."""
        fingerprint = read_fingerprint(connection)
        is_old = time.monotonic() - self._read_at > COLUMNS_SECONDS
        if self._tables is None or is_old or fingerprint != self._fingerprint:
            self._tables = read_tables(connection, self._prefix)
            self._fingerprint, self._read_at = fingerprint, time.monotonic()
        return self._tables

"""The composition root: the only place that wires settings, database, feeds and destinations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from functools import cached_property, partial

import sqlalchemy as sa

from changelog_triggers import CaptureError, Step, run_steps
from daemon.commerce.shop import Shop, ShopReader
from daemon.core.brake import Brake
from daemon.core.delivery import Destination
from daemon.core.feed import Feed
from daemon.core.redaction import with_redaction
from daemon.core.retry import RetryPolicy
from daemon.database.connect import make_engine
from daemon.database.layout import Lack, lacks
from daemon.database.schema import OwnTables, utc_now
from daemon.destination import make_destination
from daemon.errors import ConfigurationError, ShopError
from daemon.feeds.asides import with_asides
from daemon.log import configure_logging
from daemon.option_check import check_options
from daemon.plugins import all_feeds
from daemon.settings import Settings
from daemon.sync.claiming import Pace
from daemon.sync.context import Context
from daemon.sync.engine import Engine
from daemon.sync.executor import make_executor
from daemon.sync.processes import living_daemons, shown
from daemon.sync.terms import adopt, terms_of


def make_context(settings: Settings, only: Collection[str] | None = None) -> Context:
    """A process's context; picklable as a partial, so that workers make their own.

    only: the destinations that count; None for all. Without any it has every feed that the shop
        has the tables for.
    """
    engine = make_engine(settings.database.address)
    feeds = with_redactions(all_feeds(), settings.feeds.redact)
    own = OwnTables(
        [feed.name for feed in feeds], settings.database.table_prefix, settings.database.own_schema
    )
    reader = ShopReader(
        settings.database.table_prefix, settings.shop.config, settings.feeds.options
    )
    destinations = make_destinations(settings, feeds, only)
    feeds = with_asides(feeds, destinations)
    with engine.connect() as connection:
        shop = reader.read(connection)
    on = tuple(
        feed
        for feed in feeds
        if has_tables(feed, shop)
        and (only == () or any(one.takes(feed.name) for one in destinations))
    )
    return Context(
        engine=engine,
        own=own,
        reader=reader,
        feeds=on,
        destinations=destinations,
        terms=terms_of(on, destinations, shop),
        policy=RetryPolicy(
            settings.retry.first_delay,
            settings.retry.longest_delay,
            settings.retry.attempts,
            settings.retry.give_up_after,
            lag_seconds=settings.sync.claim,
        ),
        clock=clock_of(settings.clock.now),
        claim_seconds=settings.sync.claim,
        collect_rows=settings.sync.collect_rows,
        brake=Brake(settings.brake.share, settings.brake.minimum, settings.brake.window),
    )


def clock_of(fixed: dt.datetime | None) -> Callable[[sa.Connection], dt.datetime]:
    """The moment to build for: the fixed one, else the server's, which all hosts share."""
    return utc_now if fixed is None else lambda _: fixed


def make_worker_context(settings: Settings, only: Collection[str] | None) -> Context:
    """The context of a worker process, which logs as its parent does."""
    configure_logging(settings.log)
    return make_context(settings, only)


def with_redactions(feeds: Sequence[Feed], redact: Mapping[str, Sequence[str]]) -> tuple[Feed, ...]:
    """The feeds without the fields that the settings leave out of them.

    Raises:
        ConfigurationError: a feed is named that doesn't exist.
    """
    check_names("feeds.redact", redact, feeds)
    return tuple(
        with_redaction(feed, redact[feed.name]) if redact.get(feed.name) else feed for feed in feeds
    )


def check_names(key: str, names: Iterable[str], feeds: Sequence[Feed]) -> None:
    """Make sure that there is a feed of each of these names.

    Raises:
        ConfigurationError: there is not. key: the setting that names it.
    """
    known = {feed.name for feed in feeds}
    unknown = sorted(set(names) - known)
    if unknown:
        raise ConfigurationError(
            f"{key}: no such feed: {', '.join(unknown)}. There are {', '.join(sorted(known))}."
        )


def has_tables(feed: Feed, shop: Shop) -> bool:
    """True where the shop has every table that the feed can't do without."""
    return all(table in shop.tables for table in feed.requires)


def missing_table(feed: Feed, shop: Shop) -> str:
    """The first table that the shop lacks for the feed."""
    return next(table for table in feed.requires if table not in shop.tables)


def make_destinations(
    settings: Settings, feeds: Sequence[Feed], only: Collection[str] | None = None
) -> tuple[Destination, ...]:
    """The configured destinations. only: those that count; None for all.

    Raises:
        ConfigurationError: one can't be made, or names a feed that doesn't exist.
    """
    for name, one in settings.destinations.items():
        by_feed = {*one.routes, *one.envelopes, *one.time_fields, *one.batch_items} - {"default"}
        check_names(f"destinations.{name}", {*by_feed, *(one.feeds or ())}, feeds)
    return tuple(
        make_destination(name, one)
        for name, one in settings.destinations.items()
        if only is None or name in only
    )


class App:
    """One installation, as a command sees it; everything is made when it is first needed."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def context(self) -> Context:
        """This process's context."""
        return self._checked(make_context(self.settings))

    @cached_property
    def preview_context(self) -> Context:
        """A context that knows every feed and no destination."""
        return self._checked(make_context(self.settings, ()))

    def preview_at(self, destination: str) -> Context:
        """A context that knows this destination alone, and the feeds that it takes."""
        return self._checked(make_context(self.settings, (destination,)))

    def _checked(self, context: Context) -> Context:
        with context.looking() as (_, shop):
            check_options(shop)
        return context

    @property
    def engine(self) -> sa.Engine:
        """This process's connections."""
        return self.context.engine

    @property
    def pace(self) -> Pace:
        """How much is in hand at once."""
        sync = self.settings.sync
        return Pace(sync.workers, sync.batch_entities, sync.weights)

    def make_executor(self, only: Collection[str] | None = None) -> Executor:
        """The executor that the settings name, one worker above their number for live changes.

        only: the destinations that its workers know, for a preview; None for all.
        """
        kind = self.settings.sync.executor
        make = make_worker_context if kind == "processes" else make_context
        workers = self.settings.sync.workers + (1 if only is None else 0)
        return make_executor(kind, workers, partial(make, self.settings, only))

    def make_sync_engine(self, pace: Pace | None = None) -> Engine:
        """What drains pending, at the pace that the settings name unless another is given.

        Raises:
            OtherTermsError: a daemon works on the database by other settings.
        """
        self.adopt_terms()
        return Engine(self.context, self.make_executor, pace or self.pace)

    def adopt_terms(self, *, is_daemon: bool = False) -> None:
        """Put what these settings send where into force; see `terms.adopt`."""
        self.context.transact(adopt, self.context, is_daemon=is_daemon)

    def missing(self) -> list[Lack]:
        """What of our own tables is not in the database."""
        with self.engine.connect() as connection:
            return lacks(connection, self.context.own)

    def lacks_table(self, name: str) -> bool:
        """True where a table of our own is not in the database at all."""
        return any(lack.what == f"table {name}" for lack in self.missing())

    def check_installed(self) -> None:
        """Make sure that the tables of our own are there, with all their columns.

        Raises:
            ConfigurationError: they are not.
        """
        missing = self.missing()
        if missing:
            raise ConfigurationError(
                f"not installed in this database: there is no {missing[0].what}. "
                "Run `feed-sync install`."
            )

    def create_tables(self) -> None:
        """Create the tables of our own that are not there yet, and the columns they lack.

        Raises:
            ShopError: the server refuses; the message names what to grant.
        """
        steps = [Step(lack.sql, lack.table) for lack in self.missing()]
        try:
            with self.engine.connect() as connection:
                run_steps(connection, steps, self.context.own.schema)
        except CaptureError as error:
            raise ShopError(str(error)) from error

    def living_daemons(self) -> list[str]:
        """The daemons that work here, as host:pid."""
        with self.engine.connect() as connection:
            return [shown(name) for name in living_daemons(connection, self.context.own)]

    def feeds_off(self) -> dict[str, str]:
        """The feeds that are off, and why."""
        on = set(self.context.feed)
        with self.context.looking() as (_, shop):
            return {
                feed.name: (
                    "no destination has a route for it"
                    if has_tables(feed, shop)
                    else f"the shop has no table {missing_table(feed, shop)}"
                )
                for feed in all_feeds()
                if feed.name not in on
            }

    def unknown_names(self) -> list[str]:
        """What the settings of destinations name and the shop doesn't have, in words."""
        with self.context.looking() as (_, shop):
            views = {view.code for view in shop.scopes.store_views}
            websites = {website.code for website in shop.scopes.websites.values()}
        return [
            f"destinations.{name}.{key}: the shop has no {kind} {code}; it has"
            f" {', '.join(sorted(known))}"
            for name, one in self.settings.destinations.items()
            for key, kind, codes, known in (
                ("locales", "store view", one.locales, views),
                ("currencies", "website", one.currencies, websites),
            )
            for code in codes
            if code not in known
        ]

    def close(self) -> None:
        """Let go of connections and files."""
        for destination in self.context.destinations:
            destination.close()
        self.engine.dispose()

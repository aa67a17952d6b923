"""What `feed-sync run` runs: the engine, and every duty at its times."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import structlog

from daemon.app import App
from daemon.core.item import content_hash
from daemon.database.runs import beat, leave
from daemon.errors import FeedSyncError, OtherTermsError, ShopBusyError
from daemon.log import one_line
from daemon.overview import off_at
from daemon.settings import Settings
from daemon.sync.audit import audit
from daemon.sync.baseline import request_baselines
from daemon.sync.boundaries import cross
from daemon.sync.brake import remind
from daemon.sync.context import Context
from daemon.sync.engine import Engine
from daemon.sync.patrol import Beat, Patrol
from daemon.sync.processes import own_name
from daemon.sync.recover import purge, purge_history, recover
from daemon.sync.restores import Restores
from daemon.sync.schedule import Duties, Duty
from daemon.sync.terms import hold

log = structlog.get_logger()

BEAT = "5s"
"""How often the daemon says that it is alive; see `processes.living_daemons`."""


class SyncService:
    """The daemon's work, as `process.serve` drives it.

    reread: reads the settings again; raises ConfigurationError where they are wrong.
    """

    def __init__(self, settings: Settings, reread: Callable[[], Settings]) -> None:
        self.settings = settings
        self._reread = reread
        self._app = App(settings)
        self._turns_before = 0
        self._engine: Engine | None = None
        self._duties: Duties | None = None
        self._restores: Restores | None = None

    def start(self) -> None:
        """Check the installation, put its triggers right, ask for first syncs, begin the duties.

        Raises:
            FeedSyncError: the settings, the database or the installation won't do.
        """
        app = self._app
        app.check_installed()
        for feed, reason in app.feeds_off().items():
            log.warning("feed off", feed=feed, reason=reason)
        for name, feeds in off_at(app.context).items():
            log.info("feeds off", destination=name, feeds=feeds, reason="it has no route for them")
        for sentence in app.unknown_names():
            log.warning("settings name what is not there", reason=sentence)
        app.adopt_terms(is_daemon=True)
        self._restores = Restores(app.context, state_file(app.context))
        try:
            self._inspect()
        except ShopBusyError as error:
            log.warning("triggers not right yet", reason=one_line(error), cure="the next audit")
        request_baselines(app.context)
        self._engine = app.make_sync_engine()
        self._duties = Duties(self._made_duties())
        self._beat()
        self._duties.start()

    def stop(self, timeout_seconds: float) -> bool:
        """Finish the batch in hand and let everything go; False if that took too long."""
        assert self._engine is not None  # noqa: S101 — start came before
        assert self._duties is not None  # noqa: S101
        self._engine.stop()
        in_time = self._duties.stop(timeout_seconds)
        if in_time:
            self._engine.close()
            self._app.context.transact(leave, self._app.context.own, own_name())
            self._app.close()
        return in_time

    def progress(self) -> int:
        """How many turns the engine has taken."""
        return self._turns_before + (self._engine.turns if self._engine else 0)

    def follow_clock(self) -> None:
        """Let the duties be in time after this host's clock was put back."""
        assert self._duties is not None  # noqa: S101 — start came before
        self._duties.follow_clock()

    def status_line(self) -> str:
        """What was done since the start, and by whom."""
        totals = self._engine.totals if self._engine else {}
        numbers = {key: totals.get(key, 0) for key in ("sent", "tombstones", "failed", "refused")}
        feeds = len(self._app.context.feeds)
        return f"{feeds} feeds; " + ", ".join(f"{value:,} {key}" for key, value in numbers.items())

    def reload(self) -> None:
        """Follow the settings as they are now, in every respect; what is in hand is finished first.

        Raises:
            FeedSyncError: they won't do; then those before stay in force.
        SystemExit: nor do those before any more; whoever supervises the daemon starts it again.
        """
        before, settings = self.settings, self._reread()
        fresh = App(settings)
        fresh.check_installed()
        self.stop(before.sync.stop_timeout)
        self._turns_before = self.progress()
        try:
            self._go_on(settings, fresh)
        except FeedSyncError:
            try:
                self._go_on(before, App(before))
            except FeedSyncError as error:
                log.error("the daemon can't go on", error=one_line(error))  # noqa: TRY400
                raise SystemExit(error.exit_code) from error
            raise

    def _go_on(self, settings: Settings, app: App) -> None:
        self.settings, self._app = settings, app
        self.start()

    def _inspect(self) -> None:
        assert self._restores is not None  # noqa: S101 — start came before
        with self._app.engine.begin() as connection:
            hold(connection, self._app.context)
        self._restores.look()
        audit(self._app.context)

    def _beat(self) -> None:
        self._app.context.transact(beat, self._app.context.own, own_name())

    def _drain(self) -> None:
        """Work; where others did by other settings meanwhile, only once they are gone."""
        assert self._engine is not None  # noqa: S101 — start came before
        try:
            self._engine.drain()
        except OtherTermsError:
            self._app.adopt_terms(is_daemon=True)
            request_baselines(self._app.context)

    def _made_duties(self) -> list[Duty]:
        context, settings = self._app.context, self.settings
        schedule, sync = settings.schedule, settings.sync
        beat = Beat(settings.verify.period, settings.verify.repair)
        verify = [Duty("verify", schedule.verify, Patrol(context, beat).run)]
        return [
            *(verify if settings.verify.enabled else []),
            Duty("sync", schedule.sync, self._drain),
            Duty("boundaries", schedule.boundaries, partial(cross, context), at_start=True),
            Duty("recovery", schedule.recovery, partial(recover, context)),
            Duty("audit", schedule.audit, self._inspect),
            Duty("held reminder", schedule.held_reminder, partial(remind, context)),
            Duty("purge", schedule.purge, partial(purge, context, sync.keep_tombstones)),
            Duty(
                "run history purge",
                schedule.run_history_purge,
                partial(purge_history, context, sync.keep_runs),
            ),
            Duty("beat", BEAT, self._beat),
        ]


def state_file(context: Context) -> Path | None:
    """Where the daemon of this installation keeps what must outlive a restored database.

    In systemd's StateDirectory; None where there is none.
    """
    directory = os.environ.get("STATE_DIRECTORY")
    if not directory:
        return None
    url, own = context.engine.url, context.own
    place = f"{url.host}:{url.port}/{url.database}/{own.schema}/{own.prefix}"
    return Path(directory) / f"looks-{content_hash(place.encode())}"

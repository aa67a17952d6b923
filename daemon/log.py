"""Logging: structlog on top of the standard library, one line per batch and per transition.

Every library's log goes the same way, so each line has one form and passes the same redaction.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import structlog
from structlog.stdlib import ProcessorFormatter

from daemon.secret import masked, masked_text
from daemon.settings import LogSettings

QUIET = {
    "apscheduler": logging.ERROR,  # a duty that is still running when due again is no news
    "urllib3": logging.ERROR,  # the outcome of a request is logged by whoever made it
    "asyncio": logging.WARNING,
    "distributed": logging.WARNING,
}
PRIORITIES = {"debug": 7, "info": 6, "warning": 4, "error": 3, "critical": 2}
PLAIN = (str, int, float, bool, type(None), Mapping, list, tuple)
FIRST = ("timestamp", "level", "event")
EventDict = MutableMapping[str, Any]


def configure_logging(settings: LogSettings, stream: TextIO | None = None) -> None:
    """Log to the stream (standard error) as the settings say. Calling it again replaces that.

    A worker process calls it too: handlers are not inherited by spawned processes.
    """
    target = stream or sys.stderr
    handler = logging.StreamHandler(target)
    handler.setFormatter(formatter(chosen_format(settings.format, target, os.environ)))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.level)
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *COMMON,
            ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def chosen_format(wanted: str, stream: TextIO, environment: Mapping[str, str]) -> str:
    """`auto` resolved: journal where the stream is the journal's, console on a terminal, else JSON.

    systemd sets JOURNAL_STREAM=DEVICE:INODE for all children, also for those redirected elsewhere.
    """
    if wanted != "auto":
        return wanted
    if environment.get("JOURNAL_STREAM") and environment["JOURNAL_STREAM"] == place_of(stream):
        return "journal"
    return "console" if stream.isatty() else "json"


def place_of(stream: TextIO) -> str | None:
    """The stream's DEVICE:INODE, None where no file is behind it."""
    try:
        found = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return None
    return f"{found.st_dev}:{found.st_ino}"


def formatter(form: str) -> ProcessorFormatter:
    """The formatter of `console`, `json` or `journal`."""
    stamp = [structlog.processors.TimeStamper(fmt="iso", utc=True)] if form != "journal" else []
    return ProcessorFormatter(
        foreign_pre_chain=COMMON,
        processors=[
            ProcessorFormatter.remove_processors_meta,
            *stamp,
            structlog.processors.format_exc_info,
            redacted,
            renderer(form),
        ],
    )


def renderer(form: str) -> structlog.typing.Processor:
    """What makes a line of the keys and values."""
    if form == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    if form == "journal":
        return journal_lines
    return structlog.dev.ConsoleRenderer(
        colors=not os.environ.get("NO_COLOR"),
        exception_formatter=structlog.dev.plain_traceback,
        sort_keys=False,
    )


def redacted(_logger: Any, _method: str, line: EventDict) -> EventDict:
    """The line, what it is about first, without secrets: by name, or found inside a text."""
    order = (*(key for key in FIRST if key in line), *(key for key in line if key not in FIRST))
    plain = {key: line[key] if isinstance(line[key], PLAIN) else str(line[key]) for key in order}
    return {str(key): value for key, value in masked(plain).items()}


def journal_lines(_logger: Any, _method: str, line: EventDict) -> str:
    """`<6>batch feed=products sent=12`: priority and text; the journal has the time itself.

    The lines of a traceback follow with the same priority, for the journal splits at line ends.
    """
    priority = PRIORITIES.get(str(line.pop("level", "info")), 6)
    event, trace = str(line.pop("event", "")), str(line.pop("exception", ""))
    line.pop("logger", None)
    pairs = structlog.processors.LogfmtRenderer()(None, "", line) if line else ""
    head = " ".join(filter(None, (event.replace("\n", " "), str(pairs))))
    return "\n".join(f"<{priority}>{part}" for part in (head, *trace.splitlines()))


def one_line(error: BaseException) -> str:
    """An error as a line may show it: its class and first line, without secrets."""
    return masked_text(f"{type(error).__name__}: {error}".split("\n", 1)[0])


COMMON: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.StackInfoRenderer(),
]

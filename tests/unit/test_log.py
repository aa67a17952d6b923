import io
import json
import logging
import os
import re
import tempfile
import warnings

import pytest
import structlog

from daemon.log import (
    chosen_format,
    configure_logging,
    one_line,
    place_of,
)
from daemon.settings import LogSettings


@pytest.fixture(autouse=True)
def logging_as_it_was():
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    logging.captureWarnings(False)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def log():
    def configured(form="json", level="INFO"):
        stream = io.StringIO()
        configure_logging(LogSettings(format=form, level=level), stream)
        return stream

    return configured


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_line_that_begins_with_what_it_is_about(log):
    stream = log()
    structlog.get_logger("daemon.sync").info("batch", sent=3, feed="products", elapsed=0.5)
    [line] = lines(stream)
    assert list(line)[:3] == ["timestamp", "level", "event"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", line.pop("timestamp"))
    assert line == {
        "event": "batch",
        "level": "info",
        "logger": "daemon.sync",
        "feed": "products",
        "sent": 3,
        "elapsed": 0.5,
    }


def test_the_journal_gets_a_priority_and_no_time(log):
    stream = log("journal")
    structlog.get_logger("x").info("batch", feed="products", sent=3)
    structlog.get_logger("x").info("transition", what="circuit", before="closed", after="open")
    structlog.get_logger("x").warning("two\nlines", why="a b")
    assert stream.getvalue() == (
        "<6>batch feed=products sent=3\n"
        "<6>transition what=circuit before=closed after=open\n"
        '<4>two lines why="a b"\n'
    )


def test_each_line_of_a_traceback_has_its_priority(log):
    stream = log("journal")
    try:
        int("no")
    except ValueError:
        structlog.get_logger("x").exception("failed")
    written = stream.getvalue().splitlines()
    assert written[0] == "<3>failed"
    assert written[-1] == "<3>ValueError: invalid literal for int() with base 10: 'no'"
    assert all(line.startswith("<3>") for line in written)


def test_a_terminal_gets_colours_unless_it_wants_none(log, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = log("console")
    structlog.get_logger("x").info("hello", feed="products")
    assert "\x1b[" in stream.getvalue()
    monkeypatch.setenv("NO_COLOR", "1")
    stream = log("console")
    structlog.get_logger("x").info("hello", feed="products")
    assert "\x1b[" not in stream.getvalue()
    assert "hello" in stream.getvalue()


@pytest.mark.parametrize("form", ["console", "json", "journal"])
def test_no_secret_is_logged(log, form):
    stream = log(form)
    logger = structlog.get_logger("x")
    logger.info("a", token="t0psecret", headers={"Authorization": "Basic t0psecret"})
    logger.info("connecting to mysql://shop:t0psecret@db/x", nested=[{"api_key": "t0psecret"}])
    logger.info("b", error=ValueError("Authorization: Bearer t0psecret"))
    logging.getLogger("other").info("http://u:%s@host", "t0psecret")
    logger.error("c", exc_info=ValueError("mysql://shop:t0psecret@db/x"))
    assert "t0psecret" not in stream.getvalue()
    assert stream.getvalue().count("********") == 7


def test_other_libraries_log_in_the_same_form(log):
    stream = log()
    logging.getLogger("some.library").warning("%s of %s", 1, 2)
    [line] = lines(stream)
    assert (line["event"], line["logger"], line["level"]) == ("1 of 2", "some.library", "warning")


def test_noisy_libraries_are_quiet(log):
    stream = log(level="DEBUG")
    logging.getLogger("apscheduler.scheduler").warning("maximum number of running instances")
    logging.getLogger("urllib3.connectionpool").warning("Retrying")
    assert stream.getvalue() == ""


def test_the_level_is_that_of_the_settings(log):
    stream = log(level="WARNING")
    structlog.get_logger("x").info("hidden")
    structlog.get_logger("x").warning("seen")
    assert [line["event"] for line in lines(stream)] == ["seen"]


def test_configuring_again_replaces_the_first(log):
    first, second = log(), log()
    structlog.get_logger("x").info("once")
    assert (first.getvalue(), len(lines(second))) == ("", 1)


def test_context_is_part_of_each_line(log):
    stream = log()
    structlog.contextvars.bind_contextvars(run="r1")
    structlog.get_logger("x").info("hello")
    assert lines(stream)[0]["run"] == "r1"


def test_warnings_are_logged(log):
    stream = log()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn("old", DeprecationWarning, stacklevel=1)
    assert "DeprecationWarning: old" in lines(stream)[0]["event"]


def test_the_form_follows_the_stream():
    with tempfile.TemporaryFile("w") as file:
        here = place_of(file)
        assert chosen_format("auto", file, {}) == "json"
        assert chosen_format("auto", file, {"JOURNAL_STREAM": here}) == "journal"
        assert chosen_format("auto", file, {"JOURNAL_STREAM": "1:2"}) == "json"
        assert chosen_format("console", file, {"JOURNAL_STREAM": here}) == "console"
    assert chosen_format("auto", io.StringIO(), {"JOURNAL_STREAM": "1:2"}) == "json"


def test_a_terminal_is_for_people():
    controller, terminal = os.openpty()
    with open(terminal, "w", encoding="utf-8") as stream:  # noqa: PTH123 — it is no path
        assert chosen_format("auto", stream, {"JOURNAL_STREAM": "1:2"}) == "console"
    os.close(controller)


def test_an_error_fits_on_one_line():
    error = ValueError("mysql://a:b@c/d is down\nand more")
    assert one_line(error) == "ValueError: mysql://a:********@c/d is down"

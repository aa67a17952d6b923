"""The manual pages, as `man` reads them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import click
import pytest

from daemon import errors
from daemon.cli import group
from daemon.errors import FeedSyncError
from daemon.sandbox.manual import PAGES, brought_up_to_date
from daemon.template import filled_template

DIRECTORY = Path(__file__).resolve().parents[2] / "deploy" / "man"

needs_man = pytest.mark.skipif(shutil.which("man") is None, reason="no man on this machine")


def read(page):
    """What `man` shows, each line as wide as it needs to be, and its complaints."""
    return subprocess.run(
        ["man", "--warnings", "-l", str(DIRECTORY / page)],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": "/usr/bin:/bin", "MANWIDTH": "500", "LC_ALL": "C.UTF-8"},
    )


@needs_man
@pytest.mark.parametrize("page", PAGES)
def test_man_has_nothing_to_complain_about(page):
    assert read(page).stderr == ""


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_what_the_code_knows(page):
    text = (DIRECTORY / page).read_text(encoding="utf-8")
    assert text == brought_up_to_date(page, text), "run `make docs`"


def commands(command, path):
    """The words of each command, and the options it takes."""
    if isinstance(command, click.Group):
        for name in command.list_commands(None):
            yield from commands(command.get_command(None, name), f"{path} {name}")
    else:
        yield path, [opt for one in command.params for opt in (*one.opts, *one.secondary_opts)]


@needs_man
def test_each_command_is_explained_with_its_options():
    parts = read("feed-sync.1").stdout.split("\n   feed-sync ")[1:]
    shown = {part.splitlines()[0]: part for part in parts}
    for path, options in commands(group, "feed-sync"):
        words = path.removeprefix("feed-sync ")
        [text] = [it for head, it in shown.items() if f"{head} ".startswith(f"{words} ")]
        assert [one for one in options if one.startswith("-") and one not in text] == []


@needs_man
def test_each_setting_is_explained():
    text = read("feed-sync.toml.5").stdout
    terms = {line.split(" = ")[0].strip() for line in text.splitlines()}
    lines = [line.lstrip("# ") for line in filled_template({}).splitlines() if " = " in line]
    keys = {line.split(" = ")[0] for line in lines}
    assert {key for key in keys if key.isidentifier()} - terms == set()


@needs_man
def test_each_exit_code_is_explained():
    status = read("feed-sync.1").stdout.split("EXIT STATUS")[1].split("ENVIRONMENT")[0]
    explained = {int(line.split()[0]) for line in status.splitlines() if line[7:8].isdigit()}
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    raised = {kind.exit_code for kind in kinds if issubclass(kind, FeedSyncError)}
    assert raised | {0, 2, 130, 143} == explained

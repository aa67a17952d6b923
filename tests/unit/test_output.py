import io
import json
import sys

import click
import pytest
from rich.console import Console

from daemon.cli.output import confirm, print_pairs, print_rows

ROWS = [{"feed": "products", "failed": 0, "on": True}, {"feed": "[red]x", "failed": None}]


def test_rows_are_a_table_for_people(capsys):
    print_rows(["feed", "failed"], ROWS, as_json=False)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines == [["feed", "failed"], ["products", "0"], ["[red]x"]]


def test_nothing_is_cut_off_where_a_terminal_is_narrow(capsys, monkeypatch):
    monkeypatch.setattr("daemon.cli.output.console", lambda: Console(width=40))
    row = {"feed": "inventoryStockStatus", "failing_seconds": 8.5, "verified": "25 Nov 10:00Z"}
    print_rows(list(row), [row], as_json=False)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        ["failing"],
        ["feed", "seconds", "verified"],
        ["inventoryStockStatus", "8.5", "25", "Nov"],
        ["10:00Z"],
    ]


def test_what_no_terminal_is_wide_enough_for_is_whole(capsys, monkeypatch):
    monkeypatch.setattr("daemon.cli.output.console", lambda: Console(width=10))
    print_rows(["feed", "delivered"], [{"feed": "products", "delivered": 1234567}], as_json=False)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines == [["feed", "delivered"], ["products", "1234567"]]


def test_rows_are_objects_with_all_their_keys_for_programs(capsys):
    print_rows(["feed"], ROWS, as_json=True)
    assert json.loads(capsys.readouterr().out) == ROWS


def test_a_long_value_is_not_folded_in_a_pipe(capsys):
    print_pairs({"name": "x " * 500}, as_json=False)
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_pairs_are_one_object_for_programs(capsys):
    print_pairs({"a": 1}, as_json=True)
    assert json.loads(capsys.readouterr().out) == {"a": 1}


def test_nobody_is_asked_without_a_terminal(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    with pytest.raises(click.UsageError, match="--yes"):
        confirm("Really?", yes=False)
    confirm("Really?", yes=True)

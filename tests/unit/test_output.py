import io
import json
import sys

import click
import pytest

from daemon.cli.output import confirm, print_pairs, print_rows

ROWS = [{"feed": "products", "failed": 0, "on": True}, {"feed": "[red]x", "failed": None}]


def test_rows_are_a_table_for_people(capsys):
    print_rows(["feed", "failed"], ROWS, as_json=False)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines == [["feed", "failed"], ["products", "0"], ["[red]x"]]


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

"""A process is told from every other, whatever its host and id are called."""

import os
import subprocess
import sys

import pytest

from daemon.sync import processes
from daemon.sync.processes import BOOT_ID, began, is_dead, name_of, own_name, place, shown


@pytest.fixture(autouse=True)
def _forget():
    """Nothing is remembered from test to test of what the system told."""
    place.cache_clear()
    name_of.cache_clear()
    yield
    place.cache_clear()
    name_of.cache_clear()


def of(pid, started, where=None):
    return f"host:{pid}:{where or place()}.{started}"


def test_this_process_lives():
    assert not is_dead(own_name())
    assert not is_dead(f"{own_name()}:18f-3")
    assert shown(own_name()).endswith(f":{os.getpid()}")


def test_one_that_ended_is_dead():
    child = subprocess.Popen([sys.executable, "-c", ""])
    name = of(child.pid, began(child.pid))
    child.wait()
    assert is_dead(name)


def test_one_whose_id_was_given_to_another_is_dead():
    assert is_dead(of(os.getpid(), int(began(os.getpid())) - 1))
    assert not is_dead(of(os.getpid(), began(os.getpid())))


def test_nobody_knows_of_one_of_another_boot_or_container():
    assert not is_dead(of(4194305, 1, "0123456789abcdef"))
    assert is_dead(of(4194305, 1))


@pytest.mark.parametrize("name", ["host:4194305", "host:4194305:18f-3", "host:4194305:0123456789"])
def test_nobody_knows_of_one_whose_mark_proves_nothing(name):
    assert not is_dead(name)


def test_a_process_that_is_hidden_is_not_taken_for_dead(monkeypatch, tmp_path):
    place()
    monkeypatch.setattr(processes, "PROC", tmp_path)
    assert not is_dead(of(os.getpid(), 1))


def test_where_the_system_tells_nothing_no_mark_proves_anything(monkeypatch, tmp_path):
    monkeypatch.setattr(processes, "PROC", tmp_path)
    assert place() == ""
    mine = own_name()
    assert not is_dead(mine.replace(f":{os.getpid()}:", ":4194305:"))
    name_of.cache_clear()
    assert own_name() != mine


def test_the_boot_may_be_told_by_the_environment(monkeypatch):
    mine = place()
    place.cache_clear()
    monkeypatch.setenv(BOOT_ID, "5" * 32)
    assert place() not in {mine, ""}

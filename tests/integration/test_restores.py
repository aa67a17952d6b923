"""A database that is restored from a backup, records and all."""

from __future__ import annotations

import pytest

from daemon.sync.audit import audit
from daemon.sync.restores import Restores, read_number


def tables(world):
    with world.shop.connect() as connection:
        return [row[0] for row in connection.exec_driver_sql("SHOW TABLES")]


def back_up(world):
    with world.shop.begin() as connection:
        for name in tables(world):
            connection.exec_driver_sql(f"CREATE TABLE backup_{name} LIKE {name}")
            connection.exec_driver_sql(f"INSERT INTO backup_{name} SELECT * FROM {name}")


def restore(world):
    """What a dump does: every table anew, none with its triggers."""
    with world.shop.begin() as connection:
        for name in [one for one in tables(world) if not one.startswith("backup_")]:
            connection.exec_driver_sql(f"DROP TABLE {name}")
            connection.exec_driver_sql(f"RENAME TABLE backup_{name} TO {name}")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "looks"


def test_after_a_restore_the_destination_holds_what_the_shop_holds(world):
    restores = Restores(world.context)
    world.add("a", "b")
    world.drain()
    assert not restores.look()
    back_up(world)
    world.run("UPDATE thing SET name = 'newer' WHERE sku = 'a'")
    world.drain()
    assert not restores.look()
    restore(world)
    assert world.shelf.items != world.expected()
    assert restores.look()
    audit(world.context)
    world.drain()
    assert world.shelf.items == world.expected()
    assert not restores.look(), "once is enough"


def test_a_process_that_was_not_running_learns_of_it_by_its_file(world, file):
    world.add("a")
    world.drain()
    back_up(world)
    for _ in range(3):
        assert not Restores(world.context, file).look()
    restore(world)
    assert Restores(world.context, file).look()
    assert not Restores(world.context, file).look()


def test_two_processes_do_not_take_each_other_for_a_restore(world, tmp_path):
    one, other = (Restores(world.context, tmp_path / name) for name in ("one", "other"))
    for _ in range(3):
        assert (one.look(), other.look(), one.look()) == (False, False, False)


def test_a_first_look_is_no_restore_and_neither_is_a_lost_file(world, file):
    assert not Restores(world.context, file).look()
    file.unlink()
    assert not Restores(world.context, file).look()
    file.write_text("broken")
    assert (read_number(file), Restores(world.context, file).look()) == (0, False)


def test_of_two_processes_one_notices(world, tmp_path):
    world.add("a")
    world.drain()
    one, other = (Restores(world.context, tmp_path / name) for name in ("one", "other"))
    back_up(world)
    for _ in range(3):
        one.look(), other.look()
    restore(world)
    assert (one.look(), other.look(), one.look()) == (True, False, False)

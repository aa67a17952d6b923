import pytest

from daemon.sync.dry_run import WINDOWS, windows


@pytest.mark.parametrize("count", [0, 1, 3, 4, 3 * WINDOWS, 3 * WINDOWS + 1, 7 * WINDOWS])
def test_every_id_comes_once_in_order_and_only_the_last_window_is_short(count):
    ids = [7 * number for number in range(count)]

    def read(after, limit):
        return [one for one in ids if one > after][:limit]

    found = list(windows(read, 3))
    assert [one for window in found for one in window] == ids
    assert all(len(window) == 3 for window in found[:-1])


def test_ids_are_read_for_many_windows_at_once_until_some_are_missing():
    asked = []

    def read(after, limit):
        asked.append((after, limit))
        return list(range(after + 1, min(after + 1 + limit, 100)))

    assert len(list(windows(read, 2))) == 50
    assert asked == [(-1, 2 * WINDOWS), (79, 2 * WINDOWS)]

from daemon.process import Pulse


def test_systemd_is_pinged_at_half_its_time_while_there_is_progress():
    pulse = Pulse(0.0, 10.0, None)
    told = [pulse.beat(now, int(now), "") for now in (0.0, 1.0, 4.9, 5.0, 6.0, 10.0)]
    assert told == [["WATCHDOG=1"], [], [], ["WATCHDOG=1"], [], ["WATCHDOG=1"]]


def test_a_daemon_without_progress_is_silent_until_it_makes_some():
    pulse = Pulse(0.0, 10.0, None)
    told = [pulse.beat(now, progress, "") for now, progress in ((0, 7), (5, 7), (9, 7), (9.5, 8))]
    assert told == [["WATCHDOG=1"], [], [], ["WATCHDOG=1"]]


def test_without_a_watchdog_nothing_is_pinged():
    assert Pulse(0.0, None, None).beat(100.0, 1, "") == []


def test_a_status_is_told_when_it_changes():
    pulse = Pulse(0.0, None, None)
    told = [pulse.beat(0.0, 0, status) for status in ("idle", "idle", "3 pending")]
    assert told == [["STATUS=idle"], [], ["STATUS=3 pending"]]


def test_the_heartbeat_is_touched_on_progress_only(tmp_path):
    file = tmp_path / "alive"
    pulse = Pulse(0.0, None, file)
    pulse.beat(0.0, 1, "")
    assert file.exists()
    file.unlink()
    pulse.beat(1.0, 1, "")
    assert not file.exists()
    pulse.beat(2.0, 2, "")
    assert file.exists()

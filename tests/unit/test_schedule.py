import threading

import pytest

from daemon.errors import ShopError
from daemon.sync import schedule
from daemon.sync.schedule import Duties, Duty, clock_ahead

SOON = "10ms"
NEVER = "0 0 1 1 *"
PATIENCE = 20
START = clock_ahead()


class Recorded:
    """A duty's work that tells when it begins, and ends when it is let."""

    def __init__(self, *, held=False, error=None):
        self.begun = threading.Semaphore(0)
        self.hold = threading.Event()
        self.error = error
        self.at_once = self.most_at_once = self.runs = 0
        if not held:
            self.hold.set()

    def __call__(self):
        self.at_once += 1
        self.runs += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        self.begun.release()
        self.hold.wait(PATIENCE)
        self.at_once -= 1
        if self.error:
            raise self.error

    def has_begun(self, times=1):
        return all(self.begun.acquire(timeout=PATIENCE) for _ in range(times))


@pytest.fixture
def running():
    started = []

    def start(*duties):
        started.append(Duties(duties))
        started[-1].start()
        return started[-1]

    yield start
    for duties in started:
        assert duties.stop(PATIENCE)


def test_a_duty_runs_again_and_again(running):
    work = Recorded()
    running(Duty("sync", SOON, work))
    assert work.has_begun(3)


def test_a_duty_runs_at_the_start_where_that_is_wanted_and_else_at_its_first_time(running):
    at_once, later = Recorded(), Recorded()
    running(Duty("boundaries", "1h", at_once, at_start=True), Duty("audit", "1h", later))
    assert at_once.has_begun()
    assert (at_once.runs, later.runs) == (1, 0)


@pytest.mark.parametrize("error", [ShopError("no such table"), RuntimeError("a bug")])
def test_a_duty_that_raises_is_counted_and_runs_again(running, error):
    work, other = Recorded(error=error), Recorded()
    duties = running(Duty("audit", SOON, work), Duty("sync", SOON, other))
    assert work.has_begun(3)
    assert other.has_begun(1)
    assert duties.failures["audit"] >= 2
    assert duties.failures["sync"] == 0


def test_a_slow_duty_is_never_run_twice_at_once_and_holds_back_no_other(running):
    slow, quick = Recorded(held=True), Recorded()
    running(Duty("purge", SOON, slow), Duty("sync", SOON, quick))
    assert slow.has_begun()
    assert quick.has_begun(5)
    assert slow.runs == 1
    slow.hold.set()
    assert slow.has_begun()
    assert slow.most_at_once == 1


def test_stopping_waits_for_the_run_in_hand_and_begins_no_other():
    work = Recorded(held=True)
    duties = Duties([Duty("sync", SOON, work)])
    duties.start()
    assert work.has_begun()
    threading.Timer(0.05, work.hold.set).start()
    assert duties.stop(PATIENCE) is True
    assert (work.runs, work.at_once) == (1, 0)


def test_stopping_gives_up_after_its_time():
    work = Recorded(held=True)
    duties = Duties([Duty("sync", SOON, work)])
    duties.start()
    assert work.has_begun()
    assert duties.stop(0.05) is False
    work.hold.set()


def test_a_run_that_was_due_before_the_stop_does_not_begin_after_it():
    work = Recorded()
    duty = Duty("sync", SOON, work)
    duties = Duties([duty])
    duties.stop(0)
    duties._run(duty)
    assert work.runs == 0


def test_what_was_never_started_can_be_stopped():
    assert Duties([Duty("sync", SOON, Recorded())]).stop(0) is True


def test_a_duty_can_be_given_other_times(running):
    work = Recorded()
    duties = running(Duty("sync", NEVER, work))
    duties.reschedule({"sync": SOON, "unknown": SOON})
    assert work.has_begun(2)


def test_a_clock_that_was_put_back_makes_nothing_late(running, monkeypatch):
    work, never = Recorded(), Recorded()
    duties = running(Duty("sync", "1h", work), Duty("purge", NEVER, never))
    before = [job.next_run_time for job in duties._scheduler.get_jobs()]
    for ahead in (-0.9, 0.0, 60.0):
        monkeypatch.setattr(schedule, "clock_ahead", lambda ahead=ahead: START + ahead)
        duties.follow_clock()
        assert [job.next_run_time for job in duties._scheduler.get_jobs()] == before
    monkeypatch.setattr(schedule, "clock_ahead", lambda: START)
    duties.follow_clock()
    after = [job.next_run_time for job in duties._scheduler.get_jobs()]
    assert (after[0] > before[0], after[1]) == (True, before[1])


def test_a_wrong_schedule_changes_nothing(running):
    work = Recorded()
    duties = running(Duty("sync", NEVER, work), Duty("audit", NEVER, work))
    with pytest.raises(ValueError, match="neither a duration"):
        duties.reschedule({"sync": SOON, "audit": "soon"})
    assert duties._schedules == {"sync": NEVER, "audit": NEVER}


def test_a_wrong_schedule_is_refused_at_once():
    with pytest.raises(ValueError, match="neither a duration"):
        Duties([Duty("sync", "soon", Recorded())])

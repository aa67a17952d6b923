"""The path to destinations that are slow, that complain, or that are down."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import replace

import pytest
import sqlalchemy as sa

from daemon.core.health import MOMENTS, Cost, Health, Sign
from daemon.core.retry import RetryPolicy
from daemon.database.health import read_health, write_health
from daemon.database.status import feed_status
from daemon.destination import make_destination
from daemon.destination_settings import DestinationSettings
from daemon.sandbox.receiver import Fault, Receiver
from daemon.sync import gate
from daemon.sync import recover as recovery
from daemon.sync.gate import Gate, closed_destinations
from daemon.sync.processes import place
from daemon.sync.recover import recover

DOWN = Fault(status=503)


@pytest.fixture
def receivers():
    with Receiver() as one, Receiver() as other:
        yield one, other


def destination(receiver, name="one", request=None, **settings):
    return make_destination(
        name,
        DestinationSettings(
            url=receiver.url,
            preset="plain",
            request={"attempts": 1, "first_wait": 0.001} | (request or {}),
            breaker={"failures": 3},
            **settings,
        ),
    )


def told(receiver):
    """The skus that the receiver holds."""
    return sorted(item["sku"] for item in receiver.items("things"))


def health(world, number=1):
    with world.shop.connect() as connection:
        return read_health(connection, world.own, number)


def end_pauses(world):
    """As if every pause were over."""
    with world.shop.begin() as connection:
        connection.execute(sa.update(world.own.health).values(open_until=1, quiet_until=0))


def leading_to(world, *destinations, batch_entities=1):
    return world.new_engine(world.new_context(*destinations), batch_entities)


def failing_seconds(world, at=1, hours_ago=0):
    """For how long items have been failing at a destination, where that began longer ago."""
    items = world.own.items["things"]
    before = items.c.failing_since - sa.text(f"INTERVAL {hours_ago} HOUR")
    with world.shop.begin() as connection:
        connection.execute(sa.update(items).values(failing_since=before))
        return feed_status(connection, world.own, "things", [at]).failing_seconds


def outcomes(world):
    """(destination, outcome, attempts) of every recorded item."""
    rows = world.rows(world.own.items["things"])
    return sorted((row["destination_id"], row["outcome"], row["attempts"]) for row in rows)


def test_work_for_a_destination_that_is_down_stays_pending_and_nothing_spins(world, receivers):
    one, _ = receivers
    engine = leading_to(world, destination(one))
    one.fail(DOWN)
    world.add(*"abcdefgh")
    engine.drain()
    assert len(one.requests) == 3
    assert (health(world).trips, len(world.pending())) == (1, 5)
    engine.drain()
    assert len(one.requests) == 3
    world.make_due()
    assert recover(engine.context) == 0, "failed items wait for the destination too"
    end_pauses(world)
    engine.drain()
    assert len(one.requests) == 4, "one probe"
    assert (health(world).trips, len(world.pending())) == (2, 4)
    one.fail()
    end_pauses(world)
    engine.drain()
    world.make_due()
    recover(engine.context)
    engine.drain()
    assert told(one) == list("abcdefgh")
    assert (world.pending(), health(world).is_sound) == ([], True)


def test_a_probe_of_which_nothing_is_heard_is_made_again_when_no_request_can_take_longer(
    world, receivers
):
    times = {"connect_timeout": 1, "whole_timeout": 20}
    context = world.new_context(destination(receivers[0], request=times))
    with world.shop.begin() as connection:
        write_health(connection, world.own, 1, Health(trips=1, failures=3))
    prober, other = (Gate(context, context.destinations[0], 1, lambda: None) for _ in range(2))
    assert prober.enter(Cost(1, 1)) is None
    assert 15 < other.enter(Cost(1, 1)) <= 21
    with world.shop.begin() as connection:
        connection.execute(sa.update(world.own.health).values(probe_until=1))
    assert other.enter(Cost(1, 1)) is None
    context.engine.dispose()


def test_a_probe_of_a_dead_process_of_this_place_is_waited_for_no_longer(world, receivers):
    engine = leading_to(world, destination(receivers[0], request={"whole_timeout": 600}))
    world.add("a")
    engine.drain()
    now = time.time()
    probing = Health(trips=1, failures=3, open_until=now - 1, probe_until=now + 600)

    def probed_by(mark):
        by = f"any-host:4194305:{mark}.1"
        with world.shop.begin() as connection:
            write_health(connection, world.own, 1, replace(probing, probe_by=by))

    world.add("b")
    probed_by("0123456789abcdef")
    engine.drain()
    assert told(receivers[0]) == ["a"], "of one of another place nobody knows"
    probed_by(place())
    engine.drain()
    assert told(receivers[0]) == ["a", "b"]
    assert health(world).is_sound


@pytest.mark.parametrize("status", [500, 504])
def test_an_item_that_the_service_fails_at_holds_back_no_other(world, receivers, status):
    one, _ = receivers
    policy = RetryPolicy(60.0, 3600.0, attempts=6)
    context = replace(world.new_context(destination(one)), policy=policy)
    engine = world.new_engine(context)
    one.fail(Fault(status=status, sku='"d"'))
    world.add(*"abcdefgh")
    for _ in range(30):
        engine.drain()
        end_pauses(world)
        world.make_due()
        recover(context)
    assert told(one) == list("abcefgh")
    assert world.outcomes()["d"][0] == "dead"


def test_for_the_sake_of_a_probe_not_everything_is_built_again(world, receivers, monkeypatch):
    monkeypatch.setattr(recovery, "PROBE_ENTITIES", 2)
    one, other = receivers
    engine = leading_to(world, destination(one), destination(other, "other"))
    one.fail(DOWN)
    world.add(*"abcdefgh")
    engine.drain()
    assert health(world).is_tripped
    end_pauses(world)
    world.make_due()
    assert recover(engine.context) == 2
    one.fail()
    engine.drain()
    assert len(told(one)) == 2
    world.make_due()
    recover(engine.context)
    engine.drain()
    assert told(one) == list("abcdefgh")


@pytest.mark.parametrize("why", ["limited", "slowed"])
def test_who_need_not_wait_is_sent_to_before_those_that_others_wait_for(
    world, receivers, monkeypatch, why
):
    one, other = receivers
    rate = {"requests_per_minute": 60, "save_up": "1ms"} if why == "limited" else {}
    engine = leading_to(world, destination(one, rate=rate), destination(other, "other"))
    world.add("a")
    engine.drain()
    if why == "slowed":
        with world.shop.begin() as connection:
            write_health(connection, world.own, 1, Health(pace=0.01))
    held = []
    monkeypatch.setattr(gate.time, "sleep", lambda _: held.append(told(other)))
    world.add("b", "c")
    engine.drain()
    assert held[-1] == ["a", "b", "c"]


def test_a_destination_that_is_down_holds_back_no_other(world, receivers):
    one, other = receivers
    engine = leading_to(world, destination(one), destination(other, "other"))
    one.fail(DOWN)
    world.add(*"abcdef")
    engine.drain()
    assert told(other) == list("abcdef")
    assert (len(one.requests), world.pending()) == (3, [])
    attempted, withheld = [(1, "failed", 1)] * 3, [(1, "failed", 0)] * 3
    assert outcomes(world) == withheld + attempted + [(2, "exported", 0)] * 6
    assert 3600 <= failing_seconds(world, hours_ago=1) < 3700, "the age that is to raise an alarm"
    assert failing_seconds(world, at=2) == 0
    one.fail()
    end_pauses(world)
    world.make_due()
    recover(engine.context)
    engine.drain()
    assert told(one) == list("abcdef")
    assert len(other.requests) == 6, "what it has it is not sent again"


def test_a_destination_that_asks_to_be_left_alone_is(world, receivers):
    one, _ = receivers
    engine = leading_to(world, destination(one))
    one.fail(Fault(status=429, retry_after="600"))
    world.add(*"abc")
    engine.drain()
    assert (len(one.requests), len(world.pending())) == (1, 2)
    found = health(world)
    assert (found.pace, found.failures) == (0.5, 0)
    one.fail()
    end_pauses(world)
    engine.drain()
    assert len(told(one)) == 2


def test_a_database_clock_that_was_put_back_keeps_nothing_back(world, receivers):
    one, _ = receivers
    engine = leading_to(world, destination(one))
    one.fail(DOWN)
    world.add(*"abcd")
    engine.drain()
    one.fail()
    ahead = dt.datetime(2100, 1, 1)  # noqa: DTZ001 — the columns hold UTC without saying so
    items, pending = world.own.items["things"], world.own.pending
    with world.shop.begin() as connection:
        connection.execute(sa.update(items).values(next_attempt_at=ahead))
        connection.execute(sa.update(pending).values(due_at=ahead))
        claimed = sa.update(pending).values(claimed_by="gone", claimed_until=ahead)
        connection.execute(claimed.with_dialect_options(mysql_limit=1))
        shut = dict.fromkeys(("open_until", "quiet_until", "probe_until"), 5e9)
        connection.execute(sa.update(world.own.health).values(shut))
    later = leading_to(world, destination(one))
    assert recover(later.context) == 3
    later.drain()
    assert told(one) == list("abcd")
    assert world.pending() == []


def put_clock_back(world, seconds):
    """As if the server's clock had been put back: what was written lies as far ahead of it."""
    c = world.own.health.c
    with world.shop.begin() as connection:
        later = {name: c[name] + seconds for name in MOMENTS}
        connection.execute(sa.update(world.own.health).where(c.seen_at > 0).values(later))


@pytest.mark.timeout(60)
def test_a_clock_that_was_put_back_a_little_makes_no_limited_destination_wait(world, receivers):
    one, _ = receivers
    engine = leading_to(world, destination(one, rate={"requests_per_minute": 6000}))
    world.add("a")
    engine.drain()
    before = health(world)
    assert before.requests_at > 0
    put_clock_back(world, 1800)
    world.add("b")
    engine.drain()
    assert told(one) == ["a", "b"]
    assert health(world).requests_at < before.requests_at + 60, "and no host will wait"


@pytest.mark.timeout(60)
def test_no_pause_grows_by_as_much_as_the_clock_is_put_back(world, receivers):
    one, _ = receivers
    engine = leading_to(world, destination(one))
    one.fail(DOWN)
    world.add(*"abcd")
    engine.drain()
    ((number, seconds),) = closing(world).items()
    put_clock_back(world, 1800)
    assert closing(world)[number] <= seconds


def closing(world):
    with world.shop.connect() as connection:
        return closed_destinations(connection, world.own)


def test_a_tombstone_is_stamped_by_the_clock_that_items_are_built_by(world, receivers):
    one, _ = receivers
    engine = leading_to(world, destination(one))
    world.add("a")
    engine.drain()
    world.run("DELETE FROM thing", "DELETE FROM thing_scope")
    engine.drain()
    [tombstone] = one.tombstones("things")
    assert "2026-01-01 00:00:00" in tombstone.values()


def test_an_item_that_a_service_fails_at_is_the_only_one_that_dies(world, receivers):
    one, _ = receivers
    one.fail(Fault(status=500, sku="poison"))
    batches = {"things": 16}
    engine = leading_to(world, destination(one, batch_items=batches), batch_entities=50)
    world.add(*(f"a{n}" for n in range(20)), "poison")
    engine.drain()
    for _ in range(world.context.policy.attempts):
        world.make_due()
        end_pauses(world)
        recover(engine.context)
        engine.drain()
    assert len(told(one)) == 20
    assert [what for _, what, _ in outcomes(world) if what != "exported"] == ["dead"]


def test_bad_items_are_no_sign_that_a_destination_is_down(world, receivers):
    one, _ = receivers
    engine = leading_to(world, destination(one))
    one.fail(Fault(status=400, sku="bad"))
    world.add(*(f"bad{n}" for n in range(8)), "good")
    engine.drain()
    assert (told(one), health(world).is_sound) == (["good"], True)


def test_all_workers_keep_one_limit_together(world, receivers, monkeypatch):
    slept = []
    monkeypatch.setattr(gate.time, "sleep", slept.append)
    rate = {"requests_per_minute": 0.6, "save_up": "1ms"}
    contexts = [world.new_context(destination(receivers[0], rate=rate)) for _ in range(3)]
    gates = [Gate(one, one.destinations[0], 1, lambda: None) for one in contexts]
    for turn in (*gates, *gates):
        assert turn.enter(Cost(1, 1)) is None
        turn.leave(Sign.WELL)
    assert 1400 < sum(slept) <= 1500, "six requests, 100 s apart: 0 + 100 + … + 500"
    for one in contexts:
        one.engine.dispose()


def test_a_wait_holds_on_to_the_claim(world, receivers, monkeypatch):
    held = []
    monkeypatch.setattr(gate.time, "sleep", lambda _: None)
    rate = {"requests_per_minute": 6, "save_up": "1ms"}
    context = world.new_context(destination(receivers[0], rate=rate))
    turn = Gate(context, context.destinations[0], 1, lambda: held.append(1))
    turn.enter(Cost(1, 1))
    held.clear()
    turn.enter(Cost(1, 1))
    assert len(held) >= 10
    context.engine.dispose()

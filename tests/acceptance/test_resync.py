"""A full resync of more than a thousand entities: resumed after a crash, live changes first."""

from __future__ import annotations

import pytest
from installation import Installation, create_schema, drop_schema, wait_until

from daemon.sandbox import edits
from daemon.sandbox.receiver import Fault

PRODUCTS = 260
BATCH = 40


@pytest.fixture(scope="module")
def large(server_url, tmp_path_factory):
    name = f"large_{tmp_path_factory.getbasetemp().name.replace('-', '_')}"
    url = create_schema(server_url, name)
    made = Installation(url, tmp_path_factory.mktemp("large"), PRODUCTS)
    made.configure()
    made.install()
    made.first_sync()
    yield made
    made.close()
    drop_schema(server_url, name)


@pytest.fixture
def slow(large):
    """Small batches to a slow destination, and an ordered resync of all feeds."""
    large.configure(sync={"batch_entities": {"default": BATCH}})
    large.receiver.fail(Fault(latency_ms=50))
    done = large.command("resync", "--all", "--force", "--no-wait")
    assert done.returncode == 0, done.stderr
    assert entities(large) > 1000
    yield large
    large.kill_all()
    large.receiver.fail()


def entities(installation):
    return installation.column("SELECT SUM(total) FROM cfs_resync WHERE filled_at IS NULL")[0]


def sent(installation, since):
    return len(installation.receiver.log(since))


def test_a_resync_that_is_killed_in_the_midst_resumes(slow):
    before = slow.mark
    everything = sum(len(slow.receiver.items(feed)) for feed in slow.own.items)
    killed = slow.start()
    wait_until(lambda: sent(slow, before) > everything / 4, lambda: slow.log)
    slow.kill(killed)
    halfway = sent(slow, before)
    assert halfway < everything, "it was killed in the midst"
    slow.receiver.fail()
    slow.start()
    slow.wait_until_settled()
    identities = {(one.feed, repr(one.identity)) for one in slow.receiver.log(before)}
    assert len(identities) == everything, "it was an order to send all"
    again = sent(slow, before) - everything
    assert again < everything / 4, "it went on where it was, but for the batch in hand"


def test_live_changes_arrive_before_the_end_of_a_resync(slow):
    before = slow.mark
    slow.start()
    wait_until(lambda: sent(slow, before) > 100, lambda: slow.log)
    (made,) = slow.edit(edits.rename_sku)
    new = made.natural_keys[1]

    def arrived():
        return [one for one in slow.receiver.log(before) if one.identity.get("sku") == new]

    wait_until(arrived, lambda: str(slow.left()))
    assert slow.column("SELECT COUNT(*) FROM cfs_pending WHERE priority > 10")[0] > 2 * BATCH
    slow.receiver.fail()
    slow.wait_until_settled()


def test_a_command_waits_until_the_daemon_has_done_what_it_asked_for(large):
    large.configure()
    large.run()
    before = large.mark
    done = large.command("resync", "--feed", "variants", "--feed", "prices", "--force", "--wait")
    assert done.returncode == 0, done.stderr
    told = {(one.feed, repr(one.identity)) for one in large.receiver.log(before)}
    both = ("variants", "prices")
    assert len(told) == sum(len(large.receiver.items(feed)) for feed in both)
    large.kill_all()


def test_a_command_that_waits_for_a_daemon_that_dies_does_the_work_itself(slow):
    daemon = slow.run()
    waiting = slow.start("resync", "--all", "--wait")
    wait_until(lambda: "does the rest" in slow.log, lambda: slow.log)
    slow.kill(daemon)
    slow.receiver.fail()
    assert waiting.wait(120) == 0, slow.log[-3000:]
    assert "this command goes on" in slow.log
    slow.assert_delivered()


def test_a_batch_size_that_is_given_counts_where_the_command_does_the_work(large):
    large.configure()
    before = large.column("SELECT COALESCE(MAX(run_id), 0) FROM cfs_run")[0]
    done = large.command("resync", "--feed", "variants", "--batch-size", "17")
    assert done.returncode == 0, done.stderr
    sizes = large.column(f"SELECT affected FROM cfs_run WHERE run_id > {before}")
    assert len(sizes) > 3
    assert set(sizes[:-1]) == {17}

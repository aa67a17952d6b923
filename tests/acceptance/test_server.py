"""The database server goes away under the daemon and comes back."""

from __future__ import annotations

import pytest
from installation import Installation, create_schema, wait_until

from daemon.sandbox import edits
from daemon.sandbox.mariadb import private_server
from daemon.sandbox.receiver import Fault


@pytest.fixture(scope="module")
def server(tmp_path_factory, program):
    with private_server(tmp_path_factory.mktemp("server"), program=program) as server:
        yield server


@pytest.fixture
def on_own_server(server, tmp_path):
    made = Installation(create_schema(server.url, "shop"), tmp_path, 15)
    try:
        yield made
    finally:
        made.close()


def test_the_daemon_goes_on_by_itself_after_the_server_was_away(server, on_own_server):
    installation = on_own_server
    installation.configure(sync={"executor": "processes", "batch_entities": {"default": 2}})
    installation.install()
    installation.receiver.fail(Fault(latency_ms=100))
    daemon = installation.start()
    wait_until(lambda: installation.receiver.requests, lambda: installation.log)
    for kill in (True, False):
        server.stop(kill=kill)
        wait_until(lambda: "duty failed" in installation.log, lambda: installation.log)
        assert daemon.poll() is None
        server.start()
        installation.edit(edits.change_price, edits.rename_sku)
    installation.receiver.fail()
    installation.wait_until_settled()
    assert daemon.poll() is None
    assert "shop:shop" not in installation.log, "no password in the log"


def test_without_a_server_the_daemon_says_so_and_ends_with_75(installation):
    address = installation.url.replace("127.0.0.1", "127.0.0.2").replace("localhost", "127.0.0.2")
    installation.configure(database={"url": address})
    done = installation.command("run")
    assert done.returncode == 75
    assert "can't reach the database server at 127.0.0.2" in done.stderr
    assert "Traceback" not in done.stderr

"""Access tokens: fetched from a real token endpoint, shared, and renewed when they are refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import orjson
import pytest
from gates import OpenGate

from daemon.core.delivery import Outgoing, Verdict
from daemon.destination import make_destination
from daemon.destination_settings import DestinationSettings
from daemon.errors import ConfigurationError
from daemon.sandbox.mariadb import free_port
from daemon.sandbox.receiver import Access, Receiver

WHO = Access(client_id="me", client_secret="hu5h")
QUICK = {"attempts": 2, "first_wait": 0.001, "longest_wait": 0.01, "connect_timeout": 2}
PRICE = {"sku": "A", "customerGroupCode": "0", "websiteCode": "base", "regular": 10}
ITEM = Outgoing(orjson.dumps(PRICE | {"updatedAt": "2026-11-23T16:00:00+00:00", "deleted": False}))


@pytest.fixture
def receiver():
    with Receiver(access=WHO) as receiver:
        yield receiver


@pytest.fixture
def destination_to(tmp_path):
    made = []

    def make(receiver, word="hu5h", token_url=None):
        (tmp_path / "secret").write_text(word, encoding="utf-8")
        values = {
            "url": receiver.url,
            "auth": "ims",
            "token_url": token_url or f"{receiver.url}/ims/token/v3",
            "client_id": "me",
            "client_secret_file": str(tmp_path / "secret"),
            "request": QUICK,
        }
        made.append(make_destination("aco", DestinationSettings(**values)))
        return made[-1]

    yield make
    for one in made:
        one.close()


def deliver(destination, gate=None):
    [result] = destination.deliver("prices", [ITEM], gate or OpenGate())
    return result


def test_all_threads_send_with_one_token(receiver, destination_to):
    destination = destination_to(receiver)
    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(lambda _: deliver(destination), range(8)))
    assert {one.verdict for one in results} == {Verdict.ACCEPTED}
    assert receiver.tokens.given == 1
    assert {one.headers["authorization"][:7] for one in receiver.requests} == {"Bearer "}


def test_a_token_that_is_refused_is_renewed_and_the_request_made_again(receiver, destination_to):
    destination = destination_to(receiver)
    deliver(destination)
    receiver.tokens.revoke()
    gate = OpenGate()
    assert deliver(destination, gate).verdict is Verdict.ACCEPTED
    assert [one.status for one in receiver.requests] == [200, 401, 200]
    assert receiver.tokens.given == 2
    assert len(gate.costs) == 2, "each request takes its turn"


def test_a_service_that_refuses_every_token_is_asked_twice_and_not_for_ever(
    receiver, destination_to
):
    other = Receiver(access=Access(client_id="me", client_secret="hu5h"))
    with other:
        destination = destination_to(receiver, token_url=f"{other.url}/ims/token/v3")
        result = deliver(destination)
    assert (result.verdict, result.status) == (Verdict.FAILED, 401)
    assert [one.status for one in receiver.requests] == [401, 401]
    assert other.tokens.given == 2


def test_wrong_credentials_fail_with_the_settings_that_cure_it_and_send_nothing(
    receiver, destination_to
):
    result = deliver(destination_to(receiver, word="wr0ng"))
    assert result.verdict is Verdict.FAILED
    assert result.reason == (
        "no access token from destinations.aco.token_url: HTTP 400 Bad Request: invalid_client; "
        "check client_id, client_secret and scope there"
    )
    assert receiver.requests == []


def test_a_token_endpoint_that_is_away_fails_what_was_to_be_sent(receiver, destination_to):
    away = f"http://127.0.0.1:{free_port()}/token"
    result = deliver(destination_to(receiver, token_url=away))
    assert (result.verdict, result.is_attempt) == (Verdict.FAILED, True)
    assert result.reason.startswith(
        "no access token from destinations.aco.token_url: the connection failed"
    )


def test_an_empty_secret_is_found_at_the_start(receiver, destination_to):
    with pytest.raises(
        ConfigurationError, match=r"destinations\.aco\.client_secret_file: it is empty"
    ):
        destination_to(receiver, word="")

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from daemon.destination.ims import Credentials, ImsToken, Token, token_of
from daemon.destination.reply import Reply
from daemon.destination.retry import Unreached
from daemon.destination.signing import NoTokenError

WHO = Credentials("destinations.aco", "https://ims.test/token", "me", "hush", "a,b")
DAY = 86400.0


class Service:
    """Gives token 1, 2, …; None among the answers stands for a refusal."""

    def __init__(self, *seconds: float | None) -> None:
        self.seconds = list(seconds)
        self.fetched = 0

    def fetch(self) -> Token:
        seconds = self.seconds.pop(0)
        if seconds is None:
            raise NoTokenError("IMS is away")
        self.fetched += 1
        return Token(f"t{self.fetched}", seconds)

    def close(self) -> None:
        pass


def ims(service, clock, jitter=lambda: 0.0):
    return ImsToken(service, "Bearer", clock, jitter)


def test_a_token_is_kept_until_a_tenth_of_its_life_is_left():
    now = [0.0]
    token = ims(Service(DAY, DAY), lambda: now[0])
    seen = []
    for moment in (0.0, 0.9 * DAY - 1, 0.9 * DAY):
        now[0] = moment
        seen.append(token.headers()["Authorization"])
    assert seen == ["Bearer t1", "Bearer t1", "Bearer t2"]


def test_chance_renews_a_token_earlier_so_that_not_all_processes_do_so_at_once():
    now = [0.0]
    token = ims(Service(DAY, DAY), lambda: now[0], lambda: 0.5)
    token.headers()
    now[0] = 0.85 * DAY - 1
    assert token.headers()["Authorization"] == "Bearer t1"
    now[0] = 0.85 * DAY
    assert token.headers()["Authorization"] == "Bearer t2"


def test_a_renewal_that_fails_leaves_the_token_until_its_end_and_is_tried_again():
    now = [0.0]
    service = Service(DAY, None, None, None, DAY)
    token = ims(service, lambda: now[0])
    token.headers()
    with capture_logs() as logs:
        for moment in (0.9 * DAY, 0.9 * DAY + 59, 0.9 * DAY + 60):
            now[0] = moment
            assert token.headers()["Authorization"] == "Bearer t1"
    assert [one["reason"] for one in logs] == ["IMS is away", "IMS is away"]
    now[0] = DAY
    with pytest.raises(NoTokenError, match="IMS is away"):
        token.headers()
    assert token.headers()["Authorization"] == "Bearer t2"


def test_a_refused_token_is_dropped_once_however_many_threads_were_refused_with_it():
    service = Service(DAY, DAY)
    token = ims(service, lambda: 0.0)
    refused = [token.headers(), token.headers()]
    assert token.renew(refused[0])
    assert token.headers()["Authorization"] == "Bearer t2"
    assert token.renew(refused[1])
    assert token.headers()["Authorization"] == "Bearer t2"


def test_no_token_is_taken_to_be_good_for_longer_than_a_day():
    body = b'{"access_token": "t", "token_type": "bearer", "expires_in": 86399000}'
    assert token_of(Reply(200, body), WHO) == Token("t", DAY)
    assert token_of(Reply(200, body.replace(b"86399000", b"3599")), WHO) == Token("t", 3599.0)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Unreached("no connection within 5 s"), "no connection within 5 s"),
        (Reply(400, b'{"error": "invalid_client"}'), "HTTP 400 Bad Request: invalid_client"),
        (Reply(200, b"<html>"), "HTTP 200 OK"),
        (Reply(200, b'{"access_token": "a\\nb"}'), "HTTP 200 OK"),
        (Reply(503, b""), "HTTP 503 Service Unavailable"),
    ],
)
def test_without_a_token_the_message_names_the_settings_and_no_secret(answer, reason):
    with pytest.raises(NoTokenError, match=reason) as caught:
        token_of(answer, WHO)
    text = str(caught.value)
    assert text.startswith("no access token from destinations.aco.token_url: ")
    assert "hush" not in f"{text} {WHO!r} {Token('hush', 1.0)!r}"


def test_the_credentials_go_as_a_form():
    assert WHO.form == (
        b"grant_type=client_credentials&client_id=me&client_secret=hush&scope=a%2Cb"
    )

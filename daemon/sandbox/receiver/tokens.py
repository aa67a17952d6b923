"""The token endpoint of the receiver: client credentials for a token, as IMS does it."""

from __future__ import annotations

import secrets
import threading
from http import HTTPStatus
from urllib.parse import parse_qs

import orjson

from daemon.sandbox.receiver.access import Access, same
from daemon.sandbox.receiver.reception import Response

PATH = "/ims/token/v3"
DAY_SECONDS = 86399


class Tokens:
    """The tokens that were given out and are good. access: whose credentials are asked for."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._lock = threading.Lock()
        self._good: set[str] = set()
        self.given = 0

    def answer(self, body: bytes) -> Response:
        """The response to a form: a token, or why there is none."""
        form = {
            name: values[-1] for name, values in parse_qs(body.decode(errors="replace")).items()
        }
        if form.get("grant_type") != "client_credentials":
            return refused("unsupported_grant_type")
        who = (self._access.client_id, self._access.client_secret)
        given = (form.get("client_id"), form.get("client_secret"))
        for one, wanted in zip(given, who, strict=True):
            if wanted is not None and not same(one, wanted):
                return refused("invalid_client")
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._good.add(token)
            self.given += 1
        content = {"access_token": token, "token_type": "bearer", "expires_in": DAY_SECONDS}
        return Response(HTTPStatus.OK, orjson.dumps(content))

    def revoke(self) -> None:
        """Let no token be good any more."""
        with self._lock:
            self._good.clear()

    def takes(self, authorization: str | None) -> bool:
        """True where no token is asked for, or this header carries a good one."""
        if self._access.client_id is None:
            return True
        with self._lock:
            return (authorization or "").rpartition(" ")[2] in self._good


def refused(error: str) -> Response:
    """The refusal of a form."""
    return Response(HTTPStatus.BAD_REQUEST, orjson.dumps({"error": error}))

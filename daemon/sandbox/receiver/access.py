"""Who may send: the key, the signature and the token that the receiver asks for."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from email.message import Message
from typing import Any

import jwt


@dataclass(frozen=True, slots=True)
class Access:
    """What a request must carry; None: it isn't asked for.

    public_key: PEM of the key that x-gw-signature is checked with. token: the whole value of
    Authorization. client_id, client_secret: what the token endpoint wants; requests must then carry
    a token of it.
    """

    api_key: str | None = None
    public_key: str | None = None
    token: str | None = None
    client_id: str | None = None
    client_secret: str | None = None


UNKNOWN_TOKEN = (401, {"title": "Unauthorized", "status": 401, "error_code": "401013"})


def refusal(access: Access, headers: Message[str, str]) -> tuple[int, dict[str, Any]] | None:
    """Status and JSON of the refusal, or None where the request may pass."""
    if access.token is not None and not same(headers.get("Authorization"), access.token):
        return UNKNOWN_TOKEN
    if access.api_key is not None and not same(headers.get("x-api-key"), access.api_key):
        inner = {"code": "Forbidden", "message": "Client ID is missing or unknown"}
        return 403, {"error": inner | {"details": {"error_code": "403000"}}}
    if access.public_key is not None and not signed(headers, access.public_key):
        return 403, {"error_code": "403053", "message": "JWT is invalid"}
    return None


def same(given: str | None, expected: str) -> bool:
    """True where the two are equal, found out in constant time."""
    return given is not None and hmac.compare_digest(given.encode(), expected.encode())


def signed(headers: Message[str, str], public_key: str) -> bool:
    """True where the signature is good and has not run out."""
    try:
        jwt.decode(
            headers.get("x-gw-signature", ""),
            public_key,
            algorithms=["RS256"],
            options={"require": ["exp"]},
        )
    except jwt.InvalidTokenError:
        return False
    return True

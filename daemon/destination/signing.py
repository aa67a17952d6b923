"""Who we are, said in the headers of each request."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Protocol

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

SIGNATURE_HEADER = "x-gw-signature"
API_KEY_HEADER = "x-api-key"
RENEWED_BEFORE_END = 0.2


class NoTokenError(Exception):
    """There is no token to be had now; the text says why, and what to check."""


class Signing(Protocol):
    """Gives the headers that prove who sends a request."""

    def headers(self) -> Mapping[str, str]:
        """Headers for a request that is sent now.

        Raises:
            NoTokenError: they need a token, and there is none.
        """

    def renew(self, refused: Mapping[str, str]) -> bool:
        """Take note that these headers were refused; True where others may be had now."""

    def close(self) -> None:
        """End waits."""


class Steady:
    """What a signing does that has no other headers to give."""

    def renew(self, _refused: Mapping[str, str]) -> bool:
        """No."""
        return False

    def close(self) -> None:
        """Nothing waits."""


class Fixed(Steady):
    """The same headers for every request: none at all, or a bearer token."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = dict(headers)

    def headers(self) -> Mapping[str, str]:
        """The headers."""
        return self._headers


def bearer(token: str, prefix: str) -> Fixed:
    """A token in Authorization, after a prefix such as Bearer, or bare."""
    return Fixed(authorization(token, prefix))


def authorization(token: str, prefix: str) -> dict[str, str]:
    """The header that carries a token."""
    return {"Authorization": f"{prefix} {token}".strip()}


class Gateway(Steady):
    """The public key in x-api-key and a JSON Web Token, signed by the private one, beside it.

    The token says only when it ends (RS256, `exp`); it is made anew when a fifth of its life is
    left.
    """

    def __init__(
        self,
        api_key: str,
        private_key: RSAPrivateKey,
        lifetime_seconds: float = 300.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._api_key = api_key
        self._private_key = private_key
        self._lifetime_seconds = lifetime_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._renew_at = float("-inf")

    def headers(self) -> Mapping[str, str]:
        """The two headers."""
        with self._lock:
            now = self._clock()
            if now >= self._renew_at:
                self._token = self._signed(now + self._lifetime_seconds)
                self._renew_at = now + self._lifetime_seconds * (1 - RENEWED_BEFORE_END)
            return {API_KEY_HEADER: self._api_key, SIGNATURE_HEADER: self._token}

    def _signed(self, end: float) -> str:
        return jwt.encode({"exp": int(end)}, self._private_key, algorithm="RS256")


def private_key_of(pem: str) -> RSAPrivateKey:
    """The RSA key of a PEM text.

    Raises:
        ValueError: it is none, or it wants a passphrase.
    """
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except TypeError as error:
        raise ValueError("the key wants a passphrase; store it without one") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValueError("it holds no private key in PEM") from error
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("it holds a private key, but not an RSA one")  # noqa: TRY004 — its text is wrong
    return key

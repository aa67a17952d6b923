from __future__ import annotations

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from daemon.destination.signing import Fixed, Gateway, bearer, private_key_of


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(65537, 2048)


def pem(key, password=None):
    cipher = (
        serialization.BestAvailableEncryption(password)
        if password
        else serialization.NoEncryption()
    )
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, cipher
    ).decode()


def test_the_signature_says_when_it_ends_and_nothing_else(key):
    headers = Gateway("public", key, 300, clock=lambda: 4_000_000_000.7).headers()
    assert headers["x-api-key"] == "public"
    signature = headers["x-gw-signature"]
    assert jwt.get_unverified_header(signature) == {"alg": "RS256", "typ": "JWT"}
    assert jwt.decode(signature, key.public_key(), algorithms=["RS256"]) == {"exp": 4_000_000_300}


def test_a_signature_is_kept_until_shortly_before_its_end(key):
    moments = iter([0.0, 239.0, 240.0])
    gateway = Gateway("public", key, 300, clock=lambda: next(moments))
    first, second, third = (gateway.headers()["x-gw-signature"] for _ in range(3))
    assert first == second != third


def test_a_token_stands_after_its_prefix_or_alone():
    assert bearer("t", "Bearer").headers() == {"Authorization": "Bearer t"}
    assert bearer("t", "").headers() == {"Authorization": "t"}


def test_no_signing_adds_nothing():
    assert Fixed({}).headers() == {}


def test_a_private_key_is_read_from_pem(key):
    assert private_key_of(pem(key)).private_numbers() == key.private_numbers()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nonsense", "no private key in PEM"),
        (pem(ec.generate_private_key(ec.SECP256R1())), "not an RSA one"),
    ],
)
def test_what_is_no_rsa_key_is_said(text, message):
    with pytest.raises(ValueError, match=message):
        private_key_of(text)


def test_a_key_with_a_passphrase_is_said(key):
    with pytest.raises(ValueError, match="passphrase"):
        private_key_of(pem(key, b"secret"))

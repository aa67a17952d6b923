"""Whose certificate is trusted, on a real TLS connection."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import ssl

import pytest
import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from gates import OpenGate

from daemon.core.delivery import Outgoing, Verdict
from daemon.destination import make_destination
from daemon.destination_settings import DestinationSettings
from daemon.sandbox.receiver import Receiver

ITEMS = [Outgoing(b'{"id":1}')]


def certificate_in(directory, address="127.0.0.1", days=1):
    """A file with a key and a certificate of its own making, that ends in so many days."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sandbox")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=3))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = directory / "both.pem"
    pem = serialization.Encoding.PEM
    file.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(pem)
    )
    return file


@contextlib.contextmanager
def receiver_with(certificate):
    receiver = Receiver()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = receiver._server
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with receiver:
        yield receiver


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return certificate_in(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def receiver(certificate):
    with receiver_with(certificate) as receiver:
        yield receiver


def delivered(receiver, **request):
    settings = DestinationSettings(
        url=receiver.url.replace("http:", "https:"),
        preset="plain",
        request={"first_wait": 0.001, "longest_wait": 0.01, **request},
    )
    destination = make_destination("live", settings)
    gate = OpenGate()
    [result] = destination.deliver("reviewsOfOurs", ITEMS, gate)
    destination.close()
    return result, len(gate.costs)


def test_a_certificate_that_nobody_vouches_for_is_refused_at_once(receiver):
    result, attempts = delivered(receiver)
    assert (result.verdict, attempts) == (Verdict.FAILED, 1)
    assert result.reason.startswith("no TLS connection: ")
    assert result.reason.endswith("; check request.ca_file")
    assert receiver.requests == []


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"days": -1}, "certificate has expired"),
        ({"address": "127.0.0.2"}, "IP address mismatch, certificate is not valid for '127.0.0.1'"),
    ],
)
def test_a_certificate_that_is_over_or_anothers_is_refused_at_once(tmp_path, values, reason):
    certificate = certificate_in(tmp_path, **values)
    with receiver_with(certificate) as receiver:
        result, attempts = delivered(receiver, ca_file=certificate)
        assert receiver.requests == []
    assert (result.verdict, attempts) == (Verdict.FAILED, 1)
    assert reason in result.reason


def test_the_authorities_can_be_chosen(receiver, certificate):
    result, _ = delivered(receiver, ca_file=certificate)
    assert result.verdict is Verdict.ACCEPTED


def test_the_authorities_that_were_chosen_win_over_the_environment(
    receiver, certificate, monkeypatch
):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/dev/null")
    result, _ = delivered(receiver, ca_file=certificate)
    assert result.verdict is Verdict.ACCEPTED


def test_checking_can_be_switched_off(receiver):
    with pytest.warns(urllib3.exceptions.InsecureRequestWarning):
        result, _ = delivered(receiver, verify=False)
    assert result.verdict is Verdict.ACCEPTED

"""Looks at the way to us: the address, the clock, the certificate."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from starlette.responses import JSONResponse

from bot.operations.doctor import web
from bot.operations.place import utc
from tests.bot.operations.doctor import kit


async def live(scope, receive, send) -> None:
    await JSONResponse({"status": "live"})(scope, receive, send)


async def other(scope, receive, send) -> None:
    await JSONResponse({"nginx": True}, 404)(scope, receive, send)


@pytest.mark.parametrize(
    ("base_url", "app", "level"),
    [
        ("https://motcua.test", live, "ok"),
        ("https://motcua.test", other, "bad"),
        ("http://motcua.test", live, "bad"),
        ("http://127.0.0.1:8000", live, "warn"),
    ],
)
def test_given_an_address_when_it_is_not_sealed_or_not_ours_then_that_is_told(
    tmp_path: Path, base_url: str, app, level: str
) -> None:
    one = kit.patient(tmp_path, kit.Net().at(kit.SITE, app), base_url=base_url)
    assert kit.levels(kit.far(web.address, one)) == {"address": level}


@pytest.mark.parametrize(("off", "level"), [(2, "ok"), (40, "warn"), (-40, "warn"), (600, "bad")])
def test_given_a_clock_when_it_is_off_a_providers_then_that_is_told(tmp_path: Path, off: int, level: str) -> None:
    date = format_datetime(datetime.now(timezone.utc) + timedelta(seconds=off), usegmt=True)
    net = kit.Net(date).at(kit.TELEGRAM, live)
    assert kit.levels(kit.far(web.clock, kit.patient(tmp_path, net))) == {"clock": level}


def issued(folder: Path, days: int) -> tuple[Path, Path]:
    """A certificate for localhost, good for so many days, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    start = utc() - timedelta(days=30)
    made = x509.CertificateBuilder(name, name, key.public_key(), 7, start, utc() + timedelta(days=days, minutes=5))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    body = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "cert.pem").write_bytes(body)
    (folder / "key.pem").write_bytes(key.private_bytes(*plain))
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Any]:
    """Serves TLS on a port of this machine; tells the patient who comes to it."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()

    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    def serve(days: int) -> Any:
        certificate, key = issued(tmp_path, days)
        theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        theirs.load_cert_chain(certificate, key)
        starting = asyncio.start_server(hang_up, "127.0.0.1", 0, ssl=theirs)
        server = asyncio.run_coroutine_threadsafe(starting, loop).result(5)
        port = server.sockets[0].getsockname()[1]
        one = kit.patient(tmp_path, base_url=f"https://localhost:{port}")
        return one, ssl.create_default_context(cafile=str(certificate))

    yield serve
    loop.call_soon_threadsafe(loop.stop)


@pytest.mark.parametrize(("days", "level"), [(60, "ok"), (10, "warn"), (1, "bad"), (-1, "bad")])
def test_given_a_certificate_when_it_ends_soon_or_has_ended_then_that_is_told(served, days: int, level: str) -> None:
    one, trusting = served(days)
    assert kit.levels(kit.far(web.certificate, replace(one, tls=trusting))) == {"certificate": level}


def test_given_a_certificate_that_browsers_refuse_when_looked_at_then_that_is_bad(served) -> None:
    one, _ = served(60)
    found = kit.far(web.certificate, one)
    assert (kit.levels(found), "refuse" in found[0].told) == ({"certificate": "bad"}, True)

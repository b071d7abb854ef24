"""Health: alive, ready, looked at in earnest; who may ask; and the name that each request has."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import structlog
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from bot import logs
from bot.app import build
from bot.post.clock import ago, now
from bot.settings import Settings
from bot.store.tables import inbox
from bot.watch import places
from bot.watch.deep import Check, Deep, Level, worst
from bot.web.counted import HEADER
from tests.bot.post.kit import change
from tests.doubles import EchoResponder

TOKEN = {"Authorization": "Bearer a long token"}


@pytest.fixture
def deep(database: Engine, tmp_path: Path) -> Deep:
    return Deep(database, tmp_path, tmp_path / "m", lambda: "ready", lambda: "20261130")


@pytest.fixture
def served(database: Engine, tmp_path: Path) -> Iterator[TestClient]:
    url = str(database.url)
    settings = Settings(url, "h", 1, "http://testserver", "s", media=f"{tmp_path}/m", metrics_token="a long token")
    with TestClient(build(settings, EchoResponder())) as client:
        yield client


def level(deep: Deep, name: str) -> Level | None:
    return next((check.level for check in deep.look() if check.name == name), None)


def test_given_a_sound_service_when_looked_at_then_only_a_backup_is_wanting(deep: Deep, tmp_path: Path) -> None:
    wanting = {check.name for check in deep.look() if check.level is not Level.OK and "disk" not in check.name}
    assert wanting == {"backup"}
    (tmp_path / "backups").mkdir()
    noted = {"at": now().isoformat(), "file": "a.tar", "bytes": 12}
    (tmp_path / "backups/last.json").write_text(json.dumps(noted), "utf-8")
    assert level(deep, "backup") is Level.OK
    (tmp_path / "backups/last.json").write_text(json.dumps({**noted, "at": ago(27 * 3600).isoformat()}), "utf-8")
    assert level(deep, "backup") is Level.DEGRADED
    (tmp_path / "backups/last.json").write_text("{half", "utf-8")
    assert level(deep, "backup") is Level.DEGRADED


def test_given_no_engine_no_model_and_no_room_when_looked_at_then_each_has_failed(
    deep: Deep, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> str:
        raise FileNotFoundError

    monkeypatch.setattr(deep, "_readiness", lambda: "failed")
    monkeypatch.setattr(deep, "_model", missing)
    monkeypatch.setattr(places, "disk_free", lambda _: (0.01, 5_000_000))
    failed = {check.name for check in deep.look() if check.level is Level.FAILED}
    assert failed == {"engine", "model", "disk var", "disk media"}


def test_given_a_database_that_does_not_answer_when_looked_at_then_the_rest_is_told(
    deep: Deep, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError("0912345678")

    monkeypatch.setattr(deep, "_read", fail)
    checks = deep.look()
    assert checks[0] == Check("database", Level.FAILED, "RuntimeError") and len(checks) > 3
    assert worst(checks) is Level.FAILED


def test_given_a_clock_that_was_set_back_when_looked_at_then_it_is_told(deep: Deep, database: Engine) -> None:
    from bot.post.inbox import Inbox
    from bot.post.wake import Wake
    from tests.bot.post.kit import inbound

    Inbox(database, Wake()).receive(inbound("1"))
    assert level(deep, "clock") is Level.OK
    change(database, inbox, received_at=now() + timedelta(hours=2))
    assert level(deep, "clock") is Level.DEGRADED


def test_given_strangers_when_they_ask_then_only_whoever_may_is_told(served: TestClient) -> None:
    for path in ("/health/deep", "/metrics"):
        assert served.get(path).status_code == 401
        assert served.get(path, headers={"Authorization": "Bearer another"}).status_code == 401
        assert served.get(path, headers=TOKEN).status_code in (200, 503)
    assert served.get("/health/deep", headers=TOKEN).json()["status"] in ("ok", "degraded", "failed")
    assert served.get("/health/live").status_code == 200


@pytest.mark.parametrize(("header", "status"), [({}, 200), ({"X-Forwarded-For": "127.0.0.1"}, 401)])
def test_given_this_machine_when_it_asks_then_it_is_told_unless_it_asks_for_another(
    served: TestClient, header: dict[str, str], status: int
) -> None:
    here = TestClient(served.app, client=("127.0.0.1", 5000))
    assert here.get("/metrics", headers=header).status_code == status


def test_given_requests_when_counted_then_by_the_route_and_never_by_what_was_asked_for(served: TestClient) -> None:
    served.get("/t/1.001193")
    served.get("/nowhere/0912345678")
    served.request("BREW", "/")
    told = served.get("/metrics", headers=TOKEN).text
    assert 'route="/t/{token}"' in told and 'route="other"' in told and 'method="other"' in told
    assert "0912345678" not in told and "1.001193" not in told and "BREW" not in told
    assert 'motcua_auth_failures_total{kind="staff"}' not in told


def test_given_a_request_when_something_is_logged_meanwhile_then_it_has_the_name_that_the_answer_tells(
    served: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = served.post("/messages", data={"text": "khai sinh"}, follow_redirects=False)
    named = answer.headers[HEADER]
    assert len(named) == 8 and f"request='{named}'" in capsys.readouterr().err
    assert served.get("/", headers={HEADER: "from-the-proxy-1"}).headers[HEADER] == "from-the-proxy-1"
    assert served.get("/", headers={HEADER: "x'; DROP"}).headers[HEADER] != "x'; DROP"


def test_given_json_when_logged_then_each_line_is_an_object_and_an_engine_that_wants_quiet_keeps_the_form(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure(form="json")
    structlog.get_logger().info("turn_done", inbox=7)
    logs.configure()
    structlog.get_logger().info("turn_done", inbox=8)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    logs.configure(form="text")
    assert [(line["event"], line["level"], line["inbox"]) for line in lines] == [
        ("turn_done", "info", 7),
        ("turn_done", "info", 8),
    ]


def test_given_a_certificate_when_looked_at_then_it_is_known_when_it_ends() -> None:
    key, ends = ec.generate_private_key(ec.SECP256R1()), datetime.now(timezone.utc) + timedelta(days=5)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "here")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(ends - timedelta(days=90)).not_valid_after(ends)
    pem = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()
    seen: list[tuple[str, int]] = []

    def fetch(host: str, port: int) -> str:
        seen.append((host, port))
        return pem

    found = places.Certificate("https://motcua.example", fetch)
    found.look()
    assert 4.9 < (found.seconds() or 0) / 86400 < 5.1 and seen[0] == ("motcua.example", 443)
    assert places.Certificate("http://motcua.example", fetch).seconds() is None


def test_given_a_site_that_cannot_be_reached_when_looked_at_then_nothing_is_said_of_its_certificate() -> None:
    def fetch(host: str, port: int) -> str:
        raise ConnectionRefusedError

    found = places.Certificate("https://motcua.example", fetch)
    found.look()
    assert found.seconds() is None


def test_given_the_first_look_at_a_database_when_nothing_is_wrong_then_nothing_is_logged(deep: Deep) -> None:
    with capture_logs() as told:
        deep.look()
    assert told == []

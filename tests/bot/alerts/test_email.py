"""E-mail against a strict mail server: encrypted, well-formed, and honest about what became of it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.alerts.email import Mailer, mailer
from bot.errors import SendFailed, TryLater, WrongUse
from bot.settings import load
from tests.fakes.smtp import SmtpFake

SENDER = "Một Cửa Cao Bằng <mot-cua@caobang.gov.vn>"
TO = "lan@caobang.gov.vn"
TEXT = "Việc số 12: có người chờ.\n.\nhttps://motcua.example/desk/cases/12\n" + "dài " * 400


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SmtpFake]:
    with SmtpFake(tmp_path).serving() as fake:
        yield fake


def send(fake: SmtpFake, to: str = TO, subject: str = "Một Cửa: có người chờ", text: str = TEXT) -> None:
    Mailer(fake.url, SENDER, timeout=5, context=fake.trusted).send(to, subject, text, "alert-1")


def test_given_a_mail_server_when_sent_then_it_takes_an_encrypted_well_formed_message(server: SmtpFake) -> None:
    send(server)
    (message,) = server.taken
    assert server.envelopes == [("mot-cua@caobang.gov.vn", [TO])]
    assert message["Subject"] == "Một Cửa: có người chờ"
    assert message["From"].addresses[0].display_name == "Một Cửa Cao Bằng"
    assert message["Message-ID"] == "<alert-1@caobang.gov.vn>" and message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().replace("\r\n", "\n").strip() == TEXT.strip()
    assert server.commands[:4] == ["EHLO", "STARTTLS", "EHLO", "AUTH"] and server.commands[-1] == "QUIT"


def test_given_short_vietnamese_lines_when_sent_then_no_byte_of_eight_bits_goes_out(server: SmtpFake) -> None:
    send(server, text="Có người chờ.")
    assert server.taken[0].get_content().strip() == "Có người chờ."


@pytest.mark.parametrize("options", [{"tls": True}, {"login": False}, {"starttls": False, "login": False}])
def test_given_other_servers_when_sent_then_each_takes_it(tmp_path: Path, options: dict[str, Any]) -> None:
    with SmtpFake(tmp_path, **options).serving() as fake:
        send(fake)
    assert len(fake.taken) == 1


def test_given_no_encryption_when_there_is_a_password_then_it_never_goes_out(tmp_path: Path) -> None:
    with SmtpFake(tmp_path, starttls=False).serving() as fake, pytest.raises(TryLater, match="no STARTTLS"):
        send(fake)
    assert "AUTH" not in fake.commands and "MAIL" not in fake.commands


def test_given_a_server_that_nobody_trusts_when_sent_then_nothing_is_said_to_it(server: SmtpFake) -> None:
    with pytest.raises(TryLater):
        Mailer(server.url, SENDER, timeout=5).send(TO, "a", "b", "c")
    assert "AUTH" not in server.commands


@pytest.mark.parametrize(
    ("command", "says", "error"),
    [
        ("CONNECT", "421 busy", TryLater),
        ("CONNECT", "554 go away", SendFailed),
        ("EHLO", "", TryLater),
        ("AUTH", "535 wrong", TryLater),
        ("AUTH", "454 later", TryLater),
        ("MAIL", "451 later", TryLater),
        ("MAIL", "550 no", SendFailed),
        ("RCPT", "450 greylisted", TryLater),
        ("RCPT", "550 lan@caobang.gov.vn unknown", SendFailed),
        ("DATA", "451 later", TryLater),
        ("END", "552 full", SendFailed),
        ("END", "452 full", TryLater),
        ("END", "", TryLater),
    ],
)
def test_given_a_server_that_refuses_when_sent_then_it_is_tried_again_only_where_that_helps(
    server: SmtpFake, command: str, says: str, error: type[SendFailed]
) -> None:
    server.says[command] = says
    with pytest.raises(error) as raised:
        send(server)
    assert type(raised.value) is error and "@" not in str(raised.value)


def test_given_a_server_that_hangs_up_at_the_end_when_sent_then_the_message_was_taken(server: SmtpFake) -> None:
    server.says["QUIT"] = ""
    send(server)
    assert len(server.taken) == 1


def test_given_nobody_who_listens_when_sent_then_it_is_tried_later() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(TryLater):
            Mailer(f"smtp://localhost:{taken.getsockname()[1]}", SENDER, timeout=2).send(TO, "a", "b", "c")


@pytest.mark.parametrize("to", ["", "lan", "a@b@c.vn", "lan@x.vn, hoa@x.vn", "lan@x.vn\nBcc: all@x.vn", "a b@c.vn"])
def test_given_what_is_no_address_when_sent_then_nobody_is_written_to(server: SmtpFake, to: str) -> None:
    with pytest.raises(SendFailed):
        send(server, to=to)
    assert server.taken == []


def test_given_a_subject_of_two_lines_when_sent_then_no_header_is_begun(server: SmtpFake) -> None:
    send(server, subject="một\r\nBcc: all@x.vn")
    assert server.envelopes[0][1] == [TO] and server.taken[0]["Bcc"] is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost",
        "http://localhost",
        "smtp://",
        "smtp://u@host",
        "smtp://host:x",
        "smtp://host/path",
        "smtp://:p@h",
        "smtp://u:ẩn@h",
    ],
)
def test_given_what_is_no_server_when_built_then_it_says_so_without_the_password(url: str) -> None:
    with pytest.raises(WrongUse, match="MOTCUA_SMTP_URL"):
        Mailer(url, SENDER)


def test_given_no_sender_when_built_then_it_says_so() -> None:
    with pytest.raises(WrongUse, match="MOTCUA_SMTP_FROM"):
        Mailer("smtp://localhost", "")


def test_given_settings_when_read_then_mail_is_off_without_a_server(tmp_path: Path) -> None:
    values = {"MOTCUA_SECRET_KEY": "x", "MOTCUA_DATABASE_URL": "sqlite://"}
    assert mailer(load(values)) is None
    assert mailer(load({**values, "MOTCUA_SMTP_URL": "smtp://h", "MOTCUA_SMTP_FROM": "a@b.vn"})) is not None

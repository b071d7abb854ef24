"""A strict fake of a mail server (RFC 5321, with STARTTLS and AUTH): it takes a message only in the order and the
shape that the standard asks for, and none in clear once it has a user.

What it is told to say instead is in `says`: a command's answer, such as `says["RCPT"] = "450 later"`; "" closes the
connection there.
"""

from __future__ import annotations

import base64
import datetime
import email
import email.policy
import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "mot-cua", "a b: 1/2@%"
#: Bytes of a line, CRLF not counted.
LONGEST = 998
_PATH = re.compile(r"(FROM|TO):<([^<>\s@]+@[^<>\s@]+)>( BODY=8BITMIME)?( SIZE=\d+)?", re.IGNORECASE)


class Refusal(Exception):
    """A command that the standard forbids here."""


class SmtpFake(socketserver.ThreadingTCPServer):
    """Listens on a free port of this machine; `tls` from the first byte, or offered with `starttls`."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, folder: Path, *, tls: bool = False, starttls: bool = True, login: bool = True) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.tls, self.starttls, self.login = tls, starttls, login
        self.certificate = _certificate(folder)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.certificate)
        #: Messages that were taken, and their envelopes: sender, recipients.
        self.taken: list[EmailMessage] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.says: dict[str, str] = {}
        #: Commands as they came, without what follows them.
        self.commands: list[str] = []

    @property
    def url(self) -> str:
        """As MOTCUA_SMTP_URL."""
        known = f"{USER}:a%20b%3A%201%2F2%40%25@" if self.login else ""
        return f"{'smtps' if self.tls else 'smtp'}://{known}localhost:{self.server_address[1]}"

    @property
    def trusted(self) -> ssl.SSLContext:
        """A client's view that knows this server."""
        return ssl.create_default_context(cafile=str(self.certificate))

    @contextmanager
    def serving(self) -> Iterator[SmtpFake]:
        """Answers until the end of the block."""
        thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.shutdown()
            thread.join(5)
            self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up, or does not trust us, is no trouble of ours."""


class _Session(socketserver.BaseRequestHandler):
    """One connection."""

    server: SmtpFake

    def handle(self) -> None:
        self.secure = self.known = False
        if self.server.tls:
            self._encrypt()
        self.buffer, self.greeted, self.sender, self.whom = b"", False, "", list[str]()
        self._say(self.server.says.get("CONNECT", "220 fake ESMTP"))
        while True:
            line = self._line()
            verb, _, rest = line.decode("ascii").partition(" ")
            self.server.commands.append(verb.upper())
            answer = self.server.says.get(verb.upper())
            if answer is None:
                answer = self._answer(verb.upper(), rest)
            if not answer:
                return
            self._say(answer)
            if verb.upper() == "QUIT":
                return
            if verb.upper() == "STARTTLS" and answer.startswith("220"):
                self._encrypt()
                self.greeted = False

    def _answer(self, verb: str, rest: str) -> str:
        try:
            return str(getattr(self, f"_do_{verb.lower()}")(rest))
        except AttributeError:
            return f"500 unknown: {verb}"
        except Refusal as error:
            return str(error)

    def _do_ehlo(self, rest: str) -> str:
        _must(bool(rest.strip()), "501 who are you")
        self.greeted, self.sender, self.whom = True, "", []
        offers = ["fake", "SIZE 1000000"]
        if self.server.starttls and not self.secure:
            offers.append("STARTTLS")
        if self.server.login and self.secure:
            offers.append("AUTH PLAIN")
        return "\r\n".join([*(f"250-{offer}" for offer in offers[:-1]), f"250 {offers[-1]}"])

    def _do_starttls(self, rest: str) -> str:
        _must(self.server.starttls and not self.secure and not rest, "503 not here")
        return "220 go ahead"

    def _do_auth(self, rest: str) -> str:
        _must(self.greeted and self.secure, "538 not in clear")
        kind, _, told = rest.partition(" ")
        _must(kind == "PLAIN", "504 only PLAIN")
        self.known = base64.b64decode(told).decode() == f"\0{USER}\0{PASSWORD}"
        return "235 welcome" if self.known else "535 5.7.8 wrong"

    def _do_mail(self, rest: str) -> str:
        _must(self.greeted and not self.sender, "503 not now")
        _must(self.known or not self.server.login, "530 5.7.0 log in first")
        self.sender = _path(rest, "FROM")
        return "250 ok"

    def _do_rcpt(self, rest: str) -> str:
        _must(bool(self.sender), "503 MAIL first")
        self.whom.append(_path(rest, "TO"))
        return "250 ok"

    def _do_data(self, rest: str) -> str:
        _must(bool(self.whom) and not rest, "503 RCPT first")
        self._say("354 go on")
        lines = []
        while (line := self._line()) != b".":
            _must(len(line) <= LONGEST, "500 line too long")
            lines.append(line.removeprefix(b"."))
        body = b"\r\n".join(lines) + b"\r\n"
        _must(body.isascii(), "554 8BITMIME was not offered")
        if "END" in self.server.says:
            return self.server.says["END"]
        message = email.message_from_bytes(body, policy=email.policy.SMTP)
        _must(all(message[name] for name in ("From", "To", "Date", "Message-ID", "Subject")), "550 a header is missing")
        self.server.taken.append(message)  # type: ignore[arg-type]
        self.server.envelopes.append((self.sender, self.whom))
        self.sender, self.whom = "", []
        return "250 taken"

    def _do_rset(self, rest: str) -> str:
        self.sender, self.whom = "", []
        return "250 ok"

    def _do_quit(self, rest: str) -> str:
        return "221 bye"

    def _encrypt(self) -> None:
        self.request = self.server.context.wrap_socket(self.request, server_side=True)
        self.secure = True

    def _say(self, answer: str) -> None:
        self.request.sendall(answer.encode() + b"\r\n")

    def _line(self) -> bytes:
        """Up to CRLF; a lone line feed ends nothing and may not come."""
        while b"\r\n" not in self.buffer:
            came = self.request.recv(65536)
            if not came:
                raise ConnectionError("gone")
            self.buffer += came
        line, _, self.buffer = self.buffer.partition(b"\r\n")
        if b"\n" in line or b"\r" in line:
            raise ConnectionError("a line feed of its own")
        return line


def _must(holds: bool, refusal: str) -> None:
    if not holds:
        raise Refusal(refusal)


def _path(rest: str, name: str) -> str:
    found = _PATH.fullmatch(rest.strip().replace(" size=", " SIZE="))
    if not found or found[1].upper() != name:
        raise Refusal("501 no such address")
    return found[2]


def _certificate(folder: Path) -> Path:
    """Of "localhost", with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.datetime.now(datetime.timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "smtp.pem"
    path.write_bytes(key.private_bytes(pem, *plain) + made.public_bytes(pem))
    return path

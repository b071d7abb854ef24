"""E-mail to staff, through the office's own mail server."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, getaddresses
from urllib.parse import unquote, urlsplit

from bot.errors import SendFailed, TryLater, WrongUse
from bot.post.clock import now
from bot.settings import Settings

#: Seconds that a mail server is waited for, each time it is to say something.
_TIMEOUT = 15.0
#: Encrypted from the first byte, or once both have said so.
_PORTS = {"smtps": 465, "smtp": 587}
#: A server's answers from here on are final.
_FOR_GOOD = 500


@dataclass(frozen=True)
class Server:
    """Where mail is handed in."""

    host: str
    port: int
    #: Encrypted from the first byte.
    tls: bool
    user: str = ""
    password: str = field(default="", repr=False)


class Mailer:
    """Sends one message at a time; from any thread."""

    def __init__(self, url: str, sender: str, timeout: float = _TIMEOUT, context: ssl.SSLContext | None = None) -> None:
        """`url` as in MOTCUA_SMTP_URL; `context` says which certificates are trusted. Raises WrongUse."""
        self._server, self._sender = _server(url), _address(sender)
        if self._sender is None:
            raise WrongUse("MOTCUA_SMTP_FROM must be an e-mail address, such as mot-cua@caobang.gov.vn")
        self._timeout, self._context = timeout, context or ssl.create_default_context()

    def send(self, to: str, subject: str, text: str, name: str) -> None:
        """Hands one message in. `name` is the same at each try, so that a reader shows one that came twice once.

        Raises SendFailed where it never will be taken, TryLater where it may: with the kind of trouble, and nothing
        that the server said, which may hold the address.
        """
        message = self._message(to, subject, text, name)
        try:
            server = self._connected()
            try:
                server.send_message(message)
            finally:
                _leave(server)
        except smtplib.SMTPRecipientsRefused as error:
            raise _refused("recipient", [code for code, _ in error.recipients.values()]) from error
        except smtplib.SMTPAuthenticationError as error:
            # Somebody may mend the password meanwhile.
            raise TryLater(f"login {error.smtp_code}") from error
        except smtplib.SMTPResponseException as error:
            raise _refused(type(error).__name__, [error.smtp_code]) from error
        except smtplib.SMTPNotSupportedError as error:
            raise SendFailed("not supported") from error
        except (smtplib.SMTPException, OSError) as error:
            raise TryLater(type(error).__name__) from error

    def _message(self, to: str, subject: str, text: str, name: str) -> EmailMessage:
        whom = _address(to)
        if whom is None:
            raise SendFailed("address")
        message = EmailMessage(policy=SMTP)
        try:
            message["From"], message["To"], message["Subject"] = self._sender, whom, _one_line(subject)
            message["Date"], message["Message-ID"] = format_datetime(now()), f"<{name}@{self._domain}>"
            # Nobody's holiday notice is wanted in return.
            message["Auto-Submitted"] = "auto-generated"
            # Not every server takes bytes of eight bits, and smtplib does not ask.
            message.set_content(text, cte="quoted-printable")
        except (ValueError, MessageError) as error:
            raise SendFailed("address") from error
        return message

    @property
    def _domain(self) -> str:
        return self._sender.domain if self._sender else ""

    def _connected(self) -> smtplib.SMTP:
        """Encrypted; a name and a password never go out in clear."""
        at = self._server
        if at.tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(at.host, at.port, timeout=self._timeout, context=self._context)
        else:
            server = smtplib.SMTP(at.host, at.port, timeout=self._timeout)
        try:
            self._greet(server)
        except BaseException:
            server.close()
            raise
        return server

    def _greet(self, server: smtplib.SMTP) -> None:
        server.ehlo()
        if not self._server.tls and server.has_extn("starttls"):
            server.starttls(context=self._context)
        elif not self._server.tls and self._server.user:
            raise TryLater("no STARTTLS")
        if self._server.user:
            server.login(self._server.user, self._server.password)


def _leave(server: smtplib.SMTP) -> None:
    """Whatever the server says to a goodbye, the message was taken or not before."""
    with contextlib.suppress(smtplib.SMTPException, OSError):
        server.quit()
    server.close()


def mailer(settings: Settings) -> Mailer | None:
    """None where no mail server is set. Raises WrongUse."""
    return Mailer(settings.smtp_url, settings.smtp_from) if settings.smtp_url else None


def _server(url: str) -> Server:
    """Raises WrongUse, which tells nothing of the password."""
    parts = urlsplit(url)
    try:
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        port = 0
    if not port or not parts.hostname or parts.path.strip("/") or bool(parts.username) != bool(parts.password):
        raise WrongUse("MOTCUA_SMTP_URL must look like smtp://user:password@host:587 or smtps://user:password@host")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (user + password).isascii():
        raise WrongUse("User and password in MOTCUA_SMTP_URL must be of ASCII characters: smtplib sends no others")
    return Server(parts.hostname, port, parts.scheme == "smtps", user, password)


def _address(text: str) -> Address | None:
    """One address, perhaps with a name before it; None for anything else."""
    several = getaddresses([text])
    name, address = several[0] if len(several) == 1 else ("", "")
    if address.count("@") != 1 or any(char.isspace() or not char.isprintable() for char in text.replace(" ", "")):
        return None
    try:
        return Address(name, addr_spec=address)
    except (ValueError, IndexError, MessageError):
        return None


def _one_line(text: str) -> str:
    """Nothing of it can begin another header."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _refused(what: str, codes: list[int]) -> SendFailed:
    code = max(codes, default=0)
    return SendFailed(f"{what} {code}") if code >= _FOR_GOOD else TryLater(f"{what} {code}")

"""The way to us: the address, its certificate, the clock."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from bot.operations.doctor.finding import Finding, Patient, ago, bad, ok, warn

#: Days that a certificate is still good for, below which it is bad, and worth a word. Caddy renews at 30.
_CERTIFICATE_BAD, _CERTIFICATE_LOW = 3, 14
#: Seconds that the clock may be off: codes of a second factor take 30, Telegram and TLS more.
_CLOCK_LOW, _CLOCK_BAD = 20, 60


async def address(patient: Patient) -> AsyncIterator[Finding]:
    """Under which citizens reach us."""
    url = patient.settings.base_url
    if not patient.public:
        mend = "set MOTCUA_BASE_URL=https://… in .env once citizens are to reach it"
        yield warn("address", f"{url} is reached from this machine alone.", mend)
        return
    if not url.startswith("https://"):
        yield bad(
            "address", f"{url}: what citizens write travels unsealed.", "set MOTCUA_BASE_URL=https://… and use Caddy"
        )
        return
    answer = await patient.http.get(f"{url.rstrip('/')}/health/live")
    if answer.status_code == 200 and '"live"' in answer.text:
        yield ok("address", f"The service answers at {url}.")
    else:
        mend = "systemctl status motcua caddy; is deploy/Caddyfile in use?"
        yield bad("address", f"{url} answers {answer.status_code}, and that is not the service.", mend)


async def certificate(patient: Patient) -> AsyncIterator[Finding]:
    """How long it is good for; one that browsers refuse is refused here."""
    target = urlsplit(patient.settings.base_url)
    if target.scheme != "https" or not target.hostname:
        return
    try:
        _, writer = await asyncio.open_connection(target.hostname, target.port or 443, ssl=patient.tls)
    except ssl.SSLCertVerificationError as error:
        yield bad(
            "certificate", f"Browsers refuse it: {error.verify_message}.", "systemctl status caddy; journalctl -u caddy"
        )
        return
    told = writer.get_extra_info("peercert") or {}
    writer.close()
    yield _lasting(datetime.fromtimestamp(ssl.cert_time_to_seconds(told["notAfter"]), timezone.utc), patient.clock())


def _lasting(end: datetime, now: datetime) -> Finding:
    left = (end - now).total_seconds()
    told = f"The certificate is good for {ago(left)} more."
    if left < _CERTIFICATE_BAD * 86400:
        return bad("certificate", told, "systemctl reload caddy; journalctl -u caddy")
    if left < _CERTIFICATE_LOW * 86400:
        return warn("certificate", told, "journalctl -u caddy: why is it not renewed?")
    return ok("certificate", told)


async def clock(patient: Patient) -> AsyncIterator[Finding]:
    """Against that of a provider."""
    target = urlsplit(patient.settings.telegram_base_url or patient.settings.zalo_oa_api_base)
    answer = await patient.http.head(f"{target.scheme}://{target.netloc}/")
    told = answer.headers.get("date")
    if told is None:
        return
    # A second is lost by cutting it off, and some on the way.
    apart = abs((patient.clock() - parsedate_to_datetime(told)).total_seconds())
    if apart > _CLOCK_LOW:
        finding = bad if apart > _CLOCK_BAD else warn
        yield finding("clock", f"The clock is {ago(apart)} off.", "timedatectl set-ntp true")
    else:
        yield ok("clock", f"The clock is that of {target.hostname}.")


CHECKS = (address, certificate, clock)

"""The signature of a webhook request: mac = sha256(app id + raw body + timestamp + secret), all UTF-8, hexadecimal.

Sources: chatwoot app/jobs/webhooks/zalo_events_job.rb, hermes-zalo-oa-plugin oa_webhook.py. They disagree on three of
the terms, and no real account has decided yet. So each known variant is tried, and the one that matched is logged.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.channels.zalo_oa.shapes import moment, now
from bot.errors import NotGenuine

log = structlog.get_logger()

#: Zalo repeats an event for two hours at most; what is older was recorded by somebody.
_MOST_APART = timedelta(days=1)
_MAC = re.compile(r"mac=([0-9a-fA-F]{64})")


@dataclass(frozen=True)
class _Variant:
    #: Which terms it takes, for the log.
    name: str
    first: str
    stamp: str
    secret: str

    def mac(self, body: bytes) -> str:
        terms = (self.first.encode(), body, self.stamp.encode(), self.secret.encode())
        return hashlib.sha256(b"".join(terms)).hexdigest()


class Signatures:
    """Knows requests of Zalo from those of others."""

    def __init__(self, app_id: str, app_secret: str, webhook_secret: str, clock: Callable[[], datetime] = now) -> None:
        """`webhook_secret` is the "OA Secret Key" of the console's webhook page. An empty term is never tried."""
        self._app_id = app_id
        self._secrets = {"oa_secret": webhook_secret, "app_secret": app_secret}
        self._clock = clock
        self._told: set[str] = set()

    def check(self, headers: Mapping[str, str], body: bytes) -> None:
        """Raises NotGenuine where no variant fits, or where the request is of another day. Header names: lower case."""
        given = _MAC.fullmatch(headers.get("x-zevent-signature", "").strip())
        if given is None:
            raise NotGenuine("no signature")
        variants = list(self._variants(headers, _object(body)))
        # All are computed and compared, so that the time taken does not say which one was near.
        fits = [hmac.compare_digest(variant.mac(body), given[1].lower()) for variant in variants]
        matched = [variant for variant, fit in zip(variants, fits, strict=True) if fit]
        if not matched:
            raise NotGenuine("the signature fits no variant")
        self._refuse_replay(matched[0].stamp)
        self._tell(matched[0].name)

    def _variants(self, headers: Mapping[str, str], event: dict[str, object]) -> Iterator[_Variant]:
        firsts = {"app_id": self._app_id, "oa_id": _term(event.get("oa_id"))}
        stamps = {"body": _term(event.get("timestamp")), "header": _term(headers.get("x-zevent-timestamp", "").strip())}
        for first, first_term in firsts.items():
            for stamp, stamp_term in stamps.items():
                for secret, secret_term in self._secrets.items():
                    if first_term and stamp_term and secret_term:
                        yield _Variant(f"{first} {stamp} {secret}", first_term, stamp_term, secret_term)

    def _refuse_replay(self, stamp: str) -> None:
        sent_at = moment(stamp)
        if sent_at is None or abs(self._clock() - sent_at) > _MOST_APART:
            raise NotGenuine("the timestamp is more than a day away: a replay, or a wrong clock")

    def _tell(self, variant: str) -> None:
        if variant not in self._told:
            self._told.add(variant)
            log.info("zalo_signature_matched", variant=variant)


def _term(value: object) -> str:
    """Digits as text; everything else is an absent term."""
    text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    return text if text.isascii() and text.isdigit() else ""


def _object(body: bytes) -> dict[str, object]:
    """Other JSON than an object holds no terms; RecursionError: it is nested too deep."""
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        raise NotGenuine("the body is no JSON") from None
    return event if isinstance(event, dict) else {}

"""The signature of a webhook request: each variant, and whoever cannot prove to be Zalo."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.channels.zalo_oa.signature import Signatures
from bot.errors import NotGenuine
from tests.bot.channels.zalo_oa.support import APP_ID, APP_SECRET, OA_SECRET

STAMP = "1540363714987"
THEN = datetime.fromtimestamp(int(STAMP) / 1000, timezone.utc)
#: The vector of reference/channels.md, section 1.2.
BODY = (
    '{"app_id":"360846524940903967","sender":{"id":"246845883529197922"},"user_id_by_app":"552177279717587730",'
    '"recipient":{"id":"388613280878808645"},"event_name":"user_send_text","message":{"text":"Xin chào",'
    '"msg_id":"96d3cdf3af150460909"},"timestamp":"1540363714987"}'
).encode()
MAC = "ad504a3458b855d41c5e52f792a35393a96e47bc4ff69a42751954113b2aba7a"
OA_ID, HEADER_STAMP = "388613280878808645", "1540363715000"


def signatures(app_secret: str = APP_SECRET, oa_secret: str = OA_SECRET, now: datetime = THEN) -> Signatures:
    return Signatures(APP_ID, app_secret, oa_secret, lambda: now)


def signed(body: bytes, first: str, stamp: str, secret: str) -> dict[str, str]:
    mac = hashlib.sha256(first.encode() + body + stamp.encode() + secret.encode()).hexdigest()
    return {"x-zevent-signature": f"mac={mac}"}


def test_given_the_vector_of_the_reference_when_it_is_checked_then_it_is_genuine() -> None:
    signatures().check({"x-zevent-signature": f"mac={MAC}"}, BODY)


@pytest.mark.parametrize("first", [APP_ID, OA_ID], ids=["app_id", "oa_id"])
@pytest.mark.parametrize("stamp", [STAMP, HEADER_STAMP], ids=["body", "header"])
@pytest.mark.parametrize("secret", [OA_SECRET, APP_SECRET], ids=["oa_secret", "app_secret"])
def test_given_a_variant_when_two_requests_fit_it_then_both_are_genuine_and_the_log_names_it_once(
    first: str, stamp: str, secret: str, request: pytest.FixtureRequest
) -> None:
    body = json.dumps({"oa_id": OA_ID, "event_name": "follow", "timestamp": int(STAMP)}).encode()
    checker, headers = signatures(), {**signed(body, first, stamp, secret), "x-zevent-timestamp": HEADER_STAMP}
    with capture_logs() as logs:
        checker.check(headers, body)
        checker.check(headers, body)
    names = {APP_ID: "app_id", OA_ID: "oa_id", STAMP: "body", HEADER_STAMP: "header"}
    key = "oa_secret" if secret == OA_SECRET else "app_secret"
    told = [(entry["event"], entry["variant"]) for entry in logs]
    assert told == [("zalo_signature_matched", f"{names[first]} {names[stamp]} {key}")]


def test_given_a_genuine_request_when_a_byte_is_changed_then_it_is_refused() -> None:
    with pytest.raises(NotGenuine, match="no variant"):
        signatures().check({"x-zevent-signature": f"mac={MAC}"}, BODY.replace(b"Xin", b"xin"))


@pytest.mark.parametrize(
    "header",
    [None, "", "mac=", MAC, f"mac={MAC[:-1]}", f"mac={MAC}0", f"mac={MAC[:-1]}g", f"sha256={MAC}", "mac=" + "é" * 64],
)
def test_given_no_signature_or_half_a_one_when_it_is_checked_then_it_is_refused(header: str | None) -> None:
    headers = {} if header is None else {"x-zevent-signature": header}
    with pytest.raises(NotGenuine, match="no signature"):
        signatures().check(headers, BODY)


def test_given_empty_secrets_when_a_request_is_signed_with_nothing_then_it_is_refused() -> None:
    with pytest.raises(NotGenuine):
        signatures("", "").check(signed(BODY, APP_ID, STAMP, ""), BODY)


def test_given_one_secret_when_a_request_is_signed_with_an_empty_one_then_it_is_refused() -> None:
    with pytest.raises(NotGenuine):
        signatures("").check(signed(BODY, APP_ID, STAMP, ""), BODY)


@pytest.mark.parametrize("stamp", [None, "", "soon", True, 1.5, "\ud800", "-1540363714987"])
def test_given_no_timestamp_when_it_is_signed_without_one_then_it_is_refused(stamp: Any) -> None:
    body = json.dumps({"event_name": "follow", "timestamp": stamp}).encode()
    with pytest.raises(NotGenuine):
        signatures().check(signed(body, APP_ID, "", OA_SECRET), body)


@pytest.mark.parametrize(
    "body", [b"", b"no json", b"\xff\xfe{", b"[" * 100_000, b'{"timestamp": ' + b"9" * 5000 + b"}"]
)
def test_given_no_json_when_it_is_signed_then_it_is_refused(body: bytes) -> None:
    with pytest.raises(NotGenuine):
        signatures().check(signed(body, APP_ID, "", OA_SECRET), body)


@pytest.mark.parametrize("apart", [timedelta(days=1, seconds=1), timedelta(days=-1, seconds=-1)])
def test_given_a_genuine_request_of_another_day_when_it_is_checked_then_it_is_a_replay(apart: timedelta) -> None:
    with pytest.raises(NotGenuine, match="replay"):
        signatures(now=THEN + apart).check({"x-zevent-signature": f"mac={MAC}"}, BODY)


@pytest.mark.parametrize("apart", [timedelta(hours=23), timedelta(hours=-23)])
def test_given_a_late_repetition_when_it_is_checked_then_it_is_genuine(apart: timedelta) -> None:
    signatures(now=THEN + apart).check({"x-zevent-signature": f"mac={MAC}"}, BODY)


def test_given_a_refusal_when_it_is_told_then_neither_words_nor_secrets_are_in_it() -> None:
    with pytest.raises(NotGenuine) as caught, capture_logs() as logs:
        signatures().check({"x-zevent-signature": "mac=" + "0" * 64}, BODY)
    assert not any(word in f"{caught.value}{logs}" for word in ("Xin", OA_SECRET, "246845883529197922"))

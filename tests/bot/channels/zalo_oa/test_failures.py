"""Each refusal of Zalo's and each trouble on the way: what the post is told to do."""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from bot.channels.port import Delivery, Part
from bot.channels.zalo_oa.failures import DO, until_morning
from bot.errors import ChannelDown, SendFailed, TryLater, Unreachable, WindowClosed
from tests.bot.channels.zalo_oa.support import CITIZEN, Provider, channel, error, ok

PART = Part(CITIZEN, 1, "Chào bác")


def failure(*script: httpx.Response | Exception) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        asyncio.run(channel(Provider(*script)).send(PART))
    return caught.value


def facts(failed: SendFailed) -> tuple[Any, ...]:
    return type(failed), failed.retry_after, failed.perhaps_sent, failed.whole_channel


LATER, PERHAPS = (TryLater, 0.0, False, False), (TryLater, 0.0, True, False)
GONE, CLOSED, DEAD = (
    (Unreachable, None, False, False),
    (WindowClosed, None, False, False),
    (SendFailed, None, False, False),
)
DOWN, QUOTA = (ChannelDown, 300.0, False, True), (ChannelDown, 3600.0, False, True)
RECIPIENT_QUOTA = (SendFailed, 3600.0, False, False)
#: The table of reference/channels.md, section 1.7.
TABLE = {
    **dict.fromkeys((-216, -220), DOWN),
    -32: LATER,
    -200: PERHAPS,
    **dict.fromkeys((-201, -210, -233, -240, -248), DEAD),
    **dict.fromkeys((-213, -217, -244, -227), GONE),
    **dict.fromkeys((-230, -232), CLOSED),
    -211: QUOTA,
    -218: RECIPIENT_QUOTA,
    **dict.fromkeys((-204, -205, -209, -212, -219, -221, -223, -224, -235), DOWN),
    **dict.fromkeys((-242, -320, -321, -14002, -14003), DOWN),
}


@pytest.mark.parametrize(("code", "wanted"), TABLE.items())
def test_given_a_refusal_when_a_part_is_sent_then_the_post_is_told_what_to_do(
    code: int, wanted: tuple[Any, ...]
) -> None:
    failed = failure(error(code))
    assert (facts(failed), str(failed)) == (wanted, f"zalo {code}")


def test_given_the_table_of_codes_when_it_is_compared_then_each_is_tested() -> None:
    assert set(DO) == set(TABLE) | {-100, -234}


def test_given_a_code_that_nobody_knows_when_a_part_is_sent_then_it_may_have_been_sent() -> None:
    assert facts(failure(error(-9999))) == PERHAPS


def test_given_a_code_as_a_text_when_a_part_is_sent_then_it_is_understood() -> None:
    assert facts(failure(error("-230"))) == CLOSED


def test_given_the_night_ban_when_a_part_is_sent_then_it_waits_for_the_morning() -> None:
    failed = failure(error(-234))
    assert type(failed) is SendFailed and failed.retry_after is not None and 0 < failed.retry_after <= 86_400


@pytest.mark.parametrize(("hour", "wanted"), [(22, 3600.0), (23, 86_400.0), (0, 82_800.0)])
def test_given_an_hour_in_utc_when_the_morning_in_vietnam_is_asked_for_then_seconds_fit(
    hour: int, wanted: float
) -> None:
    assert until_morning(datetime(2026, 11, 20, hour, tzinfo=timezone.utc)) == wanted


@pytest.mark.parametrize(
    "kind", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout], ids=lambda kind: kind.__name__
)
def test_given_no_connection_when_a_part_is_sent_then_it_was_surely_not_sent(kind: type[Exception]) -> None:
    assert facts(failure(kind("secret-url"))) == LATER


@pytest.mark.parametrize(
    "kind",
    [httpx.ReadTimeout, httpx.WriteTimeout, httpx.ReadError, httpx.RemoteProtocolError],
    ids=lambda kind: kind.__name__,
)
def test_given_a_broken_connection_when_a_part_is_sent_then_it_may_have_been_sent(kind: type[Exception]) -> None:
    failed = failure(kind("secret-url"))
    assert (facts(failed), str(failed)) == (PERHAPS, f"zalo {kind.__name__}")


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        (httpx.Response(500, text="<html>"), PERHAPS),
        (httpx.Response(503, json={"error": 0}), PERHAPS),
        (httpx.Response(200, text="<html>"), PERHAPS),
        (httpx.Response(200, json=[1]), PERHAPS),
        (httpx.Response(200, content=b"[" * 100_000), PERHAPS),
        (httpx.Response(200, content=b"\xff\xff"), PERHAPS),
        (httpx.Response(200, json={"error": {"code": 1}}), PERHAPS),
        (httpx.Response(200, json={"error": "no"}), PERHAPS),
        (httpx.Response(429, text=""), LATER),
        (httpx.Response(400, text=""), DEAD),
        (httpx.Response(404, text=""), DOWN),
        (httpx.Response(302, headers={"location": "https://elsewhere.test"}), DOWN),
        (httpx.Response(500, json={"error": -230}), CLOSED),
    ],
)
def test_given_an_odd_answer_when_a_part_is_sent_then_the_post_is_told_what_to_do(
    answer: httpx.Response, wanted: tuple[Any, ...]
) -> None:
    assert facts(failure(answer)) == wanted


@pytest.mark.parametrize("data", [{}, [], "", {"message_id": None}, {"message_id": ["m1"]}])
def test_given_a_success_without_an_id_when_a_part_is_sent_then_it_is_delivered_all_the_same(data: Any) -> None:
    answer = httpx.Response(200, json={"data": data, "error": 0})
    assert asyncio.run(channel(Provider(answer)).send(PART)) == Delivery("")


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ({"quota": {"remain": 7}}, 7),
        ({"quota": {"remain": "7"}}, 7),
        ({"quota": {"cs_reply": {"remain": 0}}}, 0),
        ({"cs_reply": {"remain": "3"}}, 3),
        ({"quota": {"remain": "many"}}, None),
        ({"quota": 5}, None),
        ({}, None),
    ],
)
def test_given_a_quota_when_a_part_is_sent_then_the_delivery_says_what_is_left(
    more: dict[str, Any], wanted: int | None
) -> None:
    delivery = asyncio.run(channel(Provider(ok({"message_id": "m1", **more}))).send(PART))
    assert delivery == Delivery("m1", wanted)


def test_given_a_refusal_when_it_is_logged_then_lengths_and_no_words_are_in_it() -> None:
    with capture_logs() as logs:
        failed = failure(error(-201))
    assert [entry["event"] for entry in logs] == ["zalo_refused"]
    assert logs[0]["shape"] == {"recipient": {"user_id": 18}, "message": {"text": 8}}
    assert not any(word in f"{failed!r}{logs}" for word in ("Chào", CITIZEN, "access-0"))

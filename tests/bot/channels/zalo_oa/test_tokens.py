"""Tokens: one refresher at a time, kept before used, and nothing papered over."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx
import pytest
from structlog.testing import capture_logs

from bot.channels.port import Part
from bot.channels.zalo_oa import channel as channel_module
from bot.channels.zalo_oa import tokens as tokens_module
from bot.errors import ChannelDown, NoToken, TryLater
from tests.bot.channels.zalo_oa.support import CITIZEN, Provider, Store, channel, client, error, ok, pair, utc

PART = Part(CITIZEN, 1, "Chào bác")


class Death(BaseException):
    """The process dies here."""


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens_module, "_LOOK_AFTER", 0.005)
    monkeypatch.setattr(tokens_module, "_KEEP_AGAIN", (0.0, 0.0))


def test_given_a_young_pair_when_a_part_is_sent_then_nothing_is_refreshed() -> None:
    provider, store = Provider(), Store(pair(hours=5.1))
    asyncio.run(channel(provider, store).send(PART))
    assert (provider.refreshes, provider.requests[0].headers["access_token"]) == (0, "access-0")
    assert "authorization" not in provider.requests[0].headers


def test_given_a_pair_of_twenty_hours_when_a_part_is_sent_then_the_new_pair_is_kept_and_used() -> None:
    provider, store = Provider(), Store(pair(hours=4.9))
    asyncio.run(channel(provider, store).send(PART))
    assert [kept.refresh for kept in store.kept] == ["refresh-1"]
    assert timedelta(hours=24.9) < store.kept[0].expires_at - utc() <= timedelta(hours=25)
    assert provider.requests[0].headers["access_token"] == "access-1"


def test_given_two_channels_of_one_store_when_both_send_much_then_one_refreshes_once() -> None:
    provider, store = Provider(), Store(pair(hours=-1))

    async def both() -> None:
        channels = [channel(provider, store), channel(provider, store)]
        await asyncio.gather(*(one.send(PART) for one in channels * 5))

    asyncio.run(both())
    assert (provider.refreshes, len(store.kept), len(provider.requests)) == (1, 1, 10)
    assert {request.headers["access_token"] for request in provider.requests} == {"access-1"}


def test_given_somebody_who_was_faster_when_the_turn_is_ours_then_the_used_up_token_is_not_tried() -> None:
    provider, store = Provider(), Store(pair(hours=1))
    taken = store.take_turn

    def too_late(seconds: float) -> bool:
        store.tokens = pair(access="access-9", refresh="refresh-9")
        return taken(seconds)

    store.take_turn = too_late  # type: ignore[method-assign]
    asyncio.run(channel(provider, store).send(PART))
    assert (provider.refreshes, provider.requests[0].headers["access_token"]) == (0, "access-9")


def test_given_a_turn_of_another_when_the_pair_still_works_then_it_is_used() -> None:
    provider, store = Provider(), Store(pair(hours=1))
    assert store.take_turn(60)
    asyncio.run(channel(provider, store).send(PART))
    assert (provider.refreshes, provider.requests[0].headers["access_token"]) == (0, "access-0")


def test_given_a_turn_of_another_that_brings_nothing_when_the_pair_has_ended_then_letters_wait() -> None:
    store = Store(pair(hours=-1))
    assert store.take_turn(60)
    with pytest.raises(ChannelDown):
        asyncio.run(channel(Provider(), store).send(PART))


@pytest.mark.parametrize("code", [-216, -220])
def test_given_a_token_that_ends_in_the_middle_when_a_part_is_sent_then_one_refresh_and_one_retry_follow(
    code: int,
) -> None:
    provider, store = Provider(error(code), ok()), Store(pair())
    delivery = asyncio.run(channel(provider, store).send(PART))
    assert (delivery.channel_message_id, provider.refreshes) == ("m1", 1)
    assert [request.headers["access_token"] for request in provider.requests] == ["access-0", "access-1"]


def test_given_a_new_token_that_is_refused_too_when_a_part_is_sent_then_the_channel_is_down() -> None:
    provider = Provider(error(-216))
    with pytest.raises(ChannelDown, match="zalo -216"):
        asyncio.run(channel(provider, Store(pair())).send(PART))
    assert (provider.refreshes, len(provider.requests)) == (1, 2)


def test_given_a_pair_that_another_has_renewed_when_ours_is_refused_then_theirs_is_used() -> None:
    provider, store = Provider(error(-216), ok()), Store(pair())
    answered = provider.__call__

    def renewed(request: httpx.Request) -> httpx.Response:
        store.tokens = pair(access="access-9", refresh="refresh-9")
        return answered(request)

    asyncio.run(channel(httpx.MockTransport(renewed), store).send(PART))
    assert (provider.refreshes, provider.requests[1].headers["access_token"]) == (0, "access-9")


def test_given_a_death_between_answer_and_keeping_when_the_channel_starts_again_then_a_person_is_called() -> None:
    provider, store = Provider(), Store(pair(hours=-1))
    provider.strict = True
    store.breaks = [Death()]
    with pytest.raises(Death):
        asyncio.run(channel(provider, store).send(PART))
    store._until = 0.0  # The dead one's turn has ended.
    with capture_logs() as logs, pytest.raises(ChannelDown, match="zalo oauth -14014"):
        asyncio.run(channel(provider, store).send(PART))
    assert [(entry["event"], entry["log_level"]) for entry in logs] == [("zalo_tokens_failed", "error")]
    assert (store.kept, provider.requests) == ([], [])


def test_given_a_store_that_breaks_once_when_a_new_pair_is_kept_then_it_is_kept_at_the_second_try() -> None:
    provider, store = Provider(), Store(pair(hours=-1))
    store.breaks = [OSError()]
    asyncio.run(channel(provider, store).send(PART))
    assert [kept.refresh for kept in store.kept] == ["refresh-1"]


def test_given_a_store_that_stays_broken_when_a_new_pair_cannot_be_kept_then_it_is_never_used() -> None:
    provider, store = Provider(), Store(pair(hours=-1))
    store.breaks = [OSError()] * 3
    with capture_logs() as logs, pytest.raises(ChannelDown, match="OSError"):
        asyncio.run(channel(provider, store).send(PART))
    assert (provider.requests, logs[-1]["event"]) == ([], "zalo_tokens_failed")


def test_given_a_failed_refresh_when_the_pair_still_works_then_it_is_used_and_a_person_is_called() -> None:
    provider, store = Provider(), Store(pair(hours=2))
    provider.oauth = httpx.ConnectError("no")
    with capture_logs() as logs:
        asyncio.run(channel(provider, store).send(PART))
        asyncio.run(channel(provider, store).send(PART))
    # The second send finds the turn taken: a broken provider is not asked at every message.
    assert [entry["event"] for entry in logs] == ["zalo_tokens_failed"]
    assert len(provider.requests) == 2


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, json={"error": -14014}),
        httpx.Response(200, json={"access_token": "a"}),
        httpx.Response(200, json={"access_token": 1, "refresh_token": 2}),
        httpx.Response(200, json={"access_token": "", "refresh_token": ""}),
        httpx.Response(500, text="<html>"),
        httpx.ReadTimeout("no"),
    ],
)
def test_given_an_answer_without_tokens_when_the_pair_has_ended_then_letters_wait(
    answer: httpx.Response | Exception,
) -> None:
    provider, store = Provider(), Store(pair(hours=-1))
    provider.oauth = answer
    with capture_logs() as logs, pytest.raises(ChannelDown):
        asyncio.run(channel(provider, store).send(PART))
    assert ([entry["event"] for entry in logs], store.kept) == (["zalo_tokens_failed"], [])
    assert "refresh-0" not in str(logs)


@pytest.mark.parametrize("seconds", ["90000", 90000, None, "soon", "999999999"])
def test_given_any_lifetime_when_a_pair_is_kept_then_it_ends_within_25_hours(seconds: object) -> None:
    provider, store = Provider(), Store(pair(hours=-1))
    answer = {"access_token": "a", "refresh_token": "r", "expires_in": seconds}
    provider.oauth = httpx.Response(200, json=answer)
    asyncio.run(client(provider, store).fresh())
    assert timedelta(hours=24.9) < store.kept[0].expires_at - utc() <= timedelta(hours=25)


def test_given_a_cancelled_send_when_a_refresh_is_on_its_way_then_the_new_pair_is_kept() -> None:
    provider, store = Provider(), Store(pair(hours=-1))

    class Slow(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await request.aread()
            response = provider(request)
            await asyncio.sleep(0.05)
            return response

    async def cancelled() -> None:
        task = asyncio.create_task(channel(Slow(), store).send(PART))
        while not provider.refreshes:
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert [kept.refresh for kept in store.kept] == ["refresh-1"]


def test_given_no_login_when_the_client_is_asked_then_there_is_no_token_and_sending_waits() -> None:
    with pytest.raises(NoToken):
        asyncio.run(channel(Provider(), Store()).about())
    with pytest.raises(ChannelDown):
        asyncio.run(channel(Provider(), Store()).send(PART))
    with pytest.raises(ChannelDown):
        asyncio.run(channel(Provider(), Store()).find(PART, utc(), frozenset()))


def test_given_a_code_of_the_consent_page_when_logging_in_then_the_pair_is_kept() -> None:
    provider, store = Provider(), Store()
    asyncio.run(client(provider, store).login("code", "verifier"))
    assert store.kept[0].access == "access-1"


def test_given_no_connection_when_logging_in_then_it_can_be_tried_again() -> None:
    provider = Provider()
    provider.oauth = httpx.ConnectError("no")
    with pytest.raises(TryLater):
        asyncio.run(client(provider, Store()).login("code", "verifier"))


def test_given_a_pair_of_the_api_explorer_when_it_is_kept_then_the_first_use_refreshes_it() -> None:
    provider, store = Provider(), Store()

    async def bootstrap() -> None:
        zalo = client(provider, store)
        await zalo.keep_pair("access-0", "refresh-0")
        await zalo.fresh()

    asyncio.run(bootstrap())
    assert [kept.access for kept in store.kept] == ["access-0", "access-1"]


def test_given_troubles_of_every_kind_when_the_background_runs_then_it_outlives_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(channel_module, "_LOOK_EVERY", 0.001)
    provider, store = Provider(), Store()
    reads: list[object] = [OSError("db"), None, pair(hours=-1)]

    def read() -> object:
        one = reads.pop(0) if reads else store.tokens
        if isinstance(one, Exception):
            raise one
        return one

    store.read = read  # type: ignore[assignment,method-assign]
    store.tokens = pair(hours=-1)

    async def receive(came: object) -> None:
        raise AssertionError("nothing comes from here")

    async def run() -> None:
        task = asyncio.create_task(channel(provider, store).run(receive))
        while not store.kept:
            await asyncio.sleep(0.001)
        assert not task.done()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with capture_logs() as logs:
        asyncio.run(asyncio.wait_for(run(), 10))
    assert [entry["event"] for entry in logs] == ["zalo_look_failed", "zalo_no_token", "zalo_tokens_kept"]

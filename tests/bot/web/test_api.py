"""/api/v1 as a program uses it: a key, messages once, answers by waiting, procedures in plain fields."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import jsonschema
import pytest
from httpx import ASGITransport, AsyncClient
from sqlalchemy import select
from starlette.testclient import TestClient

from bot.app import build
from bot.conversation import Button
from bot.settings import Settings
from bot.store.channel_tables import api_key
from bot.web import chat as chat_module
from bot.web.body import LARGEST
from bot.web.chat import Chat
from bot.web.keys import Keys
from bot.web.openapi import document
from procedures import notes
from procedures.database import connect
from procedures.model import Note
from procedures.store import take_in
from tests.doubles import EchoResponder
from tests.seeds import seeds

TALK = "/api/v1/conversations/lan-1/messages"
PAYLOAD = '/ask_fee{"procedure": "1.001193"}'


@pytest.fixture
def client(settings: Settings, engine: EchoResponder) -> Iterator[TestClient]:
    """A program with a key."""
    _, secret = Keys(connect(settings.database_url)).add("app")
    engine.buttons = (Button("Xem lệ phí", PAYLOAD),)
    with TestClient(build(settings, engine), headers={"Authorization": f"Bearer {secret}"}) as made:
        yield made
        engine.gate.set()


@pytest.fixture
def births(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue of births and of being single."""
    monkeypatch.setenv("MOTCUA_DATABASE_URL", settings.database_url)
    known = ("1.001193", "1.004873")
    take_in(connect(settings.database_url), seeds(*known))


def say(client: TestClient, text: str = "khai sinh", id_: str = "message-1", **body: str) -> httpx.Response:
    return client.post(TALK, json={"id": id_, **(body or {"text": text})})


def hear(client: TestClient, **query: int) -> dict[str, Any]:
    heard = client.get(TALK, params=query)
    assert heard.status_code == 200, heard.text
    fits(heard.json(), "News")
    return dict(heard.json())


def fits(content: object, shape: str) -> None:
    """Raises where a JSON value is not as the document says."""
    told = {"$ref": f"#/components/schemas/{shape}", "components": document()["components"]}
    jsonschema.Draft202012Validator(told).validate(content)


def problem(response: httpx.Response) -> tuple[int, str]:
    """Status and code of a problem that says what to do."""
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    told = response.json()
    fits(told, "Problem")
    assert told["detail"] and told["status"] == response.status_code
    return response.status_code, told["code"]


def test_given_a_message_when_it_is_sent_and_waited_for_then_the_answer_comes(client: TestClient) -> None:
    taken = say(client)
    assert taken.status_code == 202 and taken.json()["duplicate"] is False
    mine = taken.json()["message"]
    heard = hear(client, after=mine["id"], wait=10)
    assert [(line["author"], line["text"]) for line in heard["messages"]] == [("bot", "Nghe rõ: khai sinh")]
    assert heard["messages"][0]["buttons"] == [{"title": "Xem lệ phí", "payload": PAYLOAD}]
    assert (heard["engine"], heard["more"]) == ("ready", False)
    assert [line["id"] for line in hear(client)["messages"]] == [mine["id"], heard["messages"][0]["id"]]


def test_given_a_button_when_it_is_pressed_then_title_is_shown_and_payload_is_meant(
    client: TestClient, engine: EchoResponder
) -> None:
    line = say(client, title="Xem lệ phí", payload=PAYLOAD).json()["message"]
    assert line["text"] == "Xem lệ phí"
    hear(client, after=line["id"], wait=10)
    assert engine.heard == [("Xem lệ phí", PAYLOAD)]


def test_given_the_same_message_twice_when_it_is_sent_then_it_is_there_once(
    client: TestClient, engine: EchoResponder
) -> None:
    first, again = say(client).json(), say(client).json()
    assert again == {"message": first["message"], "duplicate": True}
    assert problem(say(client, "khai tử")) == (409, "id_used")
    hear(client, after=first["message"]["id"], wait=10)
    assert engine.heard == [("khai sinh", "")]


def test_given_many_messages_when_few_are_asked_for_then_the_oldest_come_and_more_is_told(client: TestClient) -> None:
    ids = [say(client, id_=f"message-{number}").json()["message"]["id"] for number in range(4)]
    heard = hear(client, limit=2)
    assert heard["messages"][0]["id"] == ids[0] and len(heard["messages"]) == 2
    assert heard["more"] is True


def test_given_two_keys_when_they_name_the_same_conversation_then_each_has_its_own(
    client: TestClient, settings: Settings
) -> None:
    say(client)
    _, other = Keys(connect(settings.database_url)).add("another app")
    stranger = client.get(TALK, headers={"Authorization": f"Bearer {other}"}).json()
    assert stranger == {"messages": [], "more": False, "pending": False, "engine": "ready"}


def test_given_an_answer_under_way_when_a_program_waits_then_it_comes_at_once_and_nothing_before(
    settings: Settings, engine: EchoResponder, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Only the hint can wake it in time.
    monkeypatch.setattr(chat_module, "LOOK_EVERY_BUSY", 60.0)
    _, secret = Keys(connect(settings.database_url)).add("app")
    engine.gate.clear()

    async def both() -> tuple[dict[str, Any], dict[str, Any]]:
        app = build(settings, engine)
        about: dict[str, Any] = {"base_url": "http://testserver", "headers": {"Authorization": f"Bearer {secret}"}}
        async with app.router.lifespan_context(app), AsyncClient(transport=ASGITransport(app), **about) as program:
            sent = await program.post(TALK, json={"id": "message-1", "text": "khai sinh"})
            after = sent.json()["message"]["id"]
            early = (await program.get(TALK, params={"after": after})).json()
            waiting = asyncio.create_task(program.get(TALK, params={"after": after, "wait": 25}, timeout=30))
            await asyncio.sleep(0.3)
            engine.gate.set()
            return early, (await waiting).json()

    early, late = asyncio.run(both())
    assert (early["messages"], early["pending"]) == ([], True)
    assert (late["messages"][0]["text"], late["pending"]) == ("Nghe rõ: khai sinh", False)


def test_given_nothing_new_when_the_wait_is_over_then_the_answer_is_empty(client: TestClient) -> None:
    began = time.monotonic()
    assert hear(client, wait=1)["messages"] == []
    assert time.monotonic() - began >= 1


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({}, "key_missing"),
        ({"Authorization": "Bearer motcua_wrong"}, "key_refused"),
        ({"Authorization": "Basic bW90Y3Vh"}, "key_refused"),
        ({"Authorization": "Bearer "}, "key_refused"),
    ],
)
@pytest.mark.parametrize("path", [TALK, "/api/v1/procedures?q=a", "/api/v1/procedures/1.001193"])
def test_given_no_good_key_when_anything_is_asked_then_nothing_is_told(
    settings: Settings, header: dict[str, str], code: str, path: str
) -> None:
    refused = TestClient(build(settings, EchoResponder())).get(path, headers=header)
    assert problem(refused) == (401, code)
    assert refused.headers["www-authenticate"] == "Bearer"


def test_given_a_revoked_key_when_it_is_used_then_it_is_refused_and_its_secret_was_never_kept(
    client: TestClient, settings: Settings
) -> None:
    database = connect(settings.database_url)
    secret = client.headers["authorization"].removeprefix("Bearer ")
    with database.connect() as connection:
        assert secret not in str(connection.execute(select(api_key)).all())
    assert Keys(database).revoke(1) and not Keys(database).revoke(1)
    assert problem(client.get(TALK)) == (401, "key_refused")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"id": "message-1"}, "fields_invalid"),
        ({"id": "message-1", "text": "a", "payload": "/a", "title": "a"}, "fields_invalid"),
        ({"id": "short", "text": "a"}, "field_invalid"),
        ({"id": "message-1\n", "text": "a"}, "field_invalid"),
        ({"id": "message-1", "text": 1}, "field_invalid"),
        ({"id": "message-1", "title": "a", "payload": "ask_fee"}, "field_invalid"),
        ({"id": "message-1", "title": "a", "payload": "/a{" + "x" * 500 + "}"}, "field_invalid"),
        ({"id": "message-1", "text": " \u200b\n"}, "text_empty"),
        ({"id": "message-1", "text": "\ud800"}, "text_empty"),
        ({"id": "message-1", "text": "a" * 4001}, "text_too_long"),
        ({"id": "message-1", "text": "\u0958" * 3000}, "text_too_long"),
        ([], "json_invalid"),
        ("x", "json_invalid"),
    ],
)
def test_given_a_body_of_another_kind_when_it_is_sent_then_a_code_says_which(
    client: TestClient, body: object, code: str
) -> None:
    sent = client.post(TALK, content=json.dumps(body), headers={"content-type": "application/json"})
    assert problem(sent) == (422, code)
    assert hear(client)["messages"] == []


def test_given_a_text_too_long_when_it_is_refused_then_limit_and_length_are_named(client: TestClient) -> None:
    assert say(client, "a" * 4001).json()["detail"] == "Send at most 4000 characters; these are 4001."
    assert say(client, "a" * 4000).status_code == 202


@pytest.mark.parametrize(
    ("content", "told", "expected"),
    [
        (b"{", "application/json", (422, "json_invalid")),
        (b'{"id": "\xff"}', "application/json; charset=utf-8", (422, "json_invalid")),
        (b"[" * 60_000, "application/json", (422, "json_invalid")),
        (b"{}", "text/plain", (415, "not_json")),
        (b"{}", "", (415, "not_json")),
        (b" " * (LARGEST + 1), "application/json", (413, "too_large")),
    ],
)
def test_given_bytes_that_are_no_message_when_they_are_sent_then_a_problem_says_so(
    client: TestClient, content: bytes, told: str, expected: tuple[int, str]
) -> None:
    assert problem(client.post(TALK, content=content, headers={"content-type": told})) == expected
    parts = (content[start : start + 1000] for start in range(0, len(content), 1000))
    assert problem(client.post(TALK, content=parts, headers={"content-type": told})) == expected


@pytest.mark.parametrize(
    "path",
    [
        *(f"{TALK}?{query}" for query in ("after=-1", "after=x", "after=1&after=2", "after=" + "9" * 99, "wait=26")),
        *(f"{TALK}?{query}" for query in ("wait=1.5", "limit=0", "limit=101", "limit=", "after=%EF%BC%91")),
        *(f"/api/v1/procedures?{query}" for query in ("", "q=", "q=" + "a" * 501, "q=a&limit=21", "q=a&lang=fr")),
        *(f"/api/v1/procedures/{rest}" for rest in ("1.00119", "1x001193", "1.001193?place=1")),
        "/api/v1/conversations/b%C3%A0/messages",
        f"/api/v1/conversations/{'a' * 65}/messages",
    ],
)
def test_given_a_parameter_that_cannot_be_when_it_is_sent_then_it_is_named(client: TestClient, path: str) -> None:
    assert problem(client.get(path)) == (422, "parameter_invalid")


def test_given_addresses_that_are_not_there_when_they_are_asked_then_a_program_is_told(client: TestClient) -> None:
    for path in ("/api/v1/nothing", "/api/v1/procedures/", "/api/v1/", "/api/v1/conversations/a/b/messages"):
        assert problem(client.get(path)) == (404, "address_unknown")
    wrong_way = client.delete(TALK)
    assert problem(wrong_way) == (405, "method_not_allowed")
    assert {"GET", "POST"} <= set(wrong_way.headers["allow"].split(", "))


def test_given_a_failing_database_when_a_message_is_sent_then_nothing_of_the_inside_is_told(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(Chat, "store", fail)
    failed = say(client)
    assert problem(failed) == (500, "failed") and "disk" not in failed.text


def test_given_words_of_a_citizen_when_procedures_are_searched_then_the_right_one_is_first(
    client: TestClient, births: None
) -> None:
    found = client.get("/api/v1/procedures", params={"q": "giấy khai sinh cho bé", "limit": 1}).json()
    fits(found, "Hits")
    assert [hit["code"] for hit in found["procedures"]] == ["1.001193"]
    english = client.get("/api/v1/procedures", params={"q": "birth certificate", "lang": "en"}).json()
    assert "birth" in english["procedures"][0]["title"].lower()


@pytest.mark.parametrize("language", ["vi", "en", "zh"])
def test_given_a_procedure_when_it_is_asked_for_then_its_papers_ways_and_notes_are_there(
    client: TestClient, births: None, settings: Settings, language: str
) -> None:
    for place in ("", "01273"):
        notes.add(connect(settings.database_url), Note("1.001193", "fee", "Ghi chú", "Lan", "Sở Tư pháp", place))
    told = client.get(f"/api/v1/procedures/1.001193?lang={language}").json()
    fits(told, "Procedure")
    assert (told["language"], told["standing"], told["plain"]) == (language, "current", True)
    assert told["cases"][0]["papers"] and told["ways"] and told["steps"] and told["results"] and told["legal"]
    assert [(note["text"], note["place"]) for note in told["notes"]] == [("Ghi chú", "")]
    here = client.get("/api/v1/procedures/1.001193?place=01273").json()
    assert {note["place"] for note in here["notes"]} == {"", "01273"}
    assert problem(client.get("/api/v1/procedures/9.999999")) == (404, "procedure_unknown")

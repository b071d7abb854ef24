"""Recordings of phrases: a native speaker reads, and citizens hear."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from bot.console.words import Name
from bot.conversation import Reply
from bot.enclosures import Enclosures
from bot.post import outbox, voices
from bot.store.console_tables import phrase_voice
from bot.store.tables import message
from bot.words import words
from tests.bot.console.test_words import ERROR, HMONG, OPUS, WAITS, save, within
from tests.bot.desk.conftest import Desk


def add_voice(browser: TestClient, name: Name, body: bytes, speaker: str = "Sua") -> int:
    fields = {"language": name.language, "speaker": speaker}
    place = f"/admin/words/{name.book}/{name.key}/voice"
    return browser.post(place, data=fields, files={"file": ("a.ogg", body)}).status_code


def test_given_a_recording_when_its_words_are_said_then_it_goes_with_them(desk: Desk, bien: TestClient) -> None:
    assert add_voice(bien, ERROR, OPUS) == 200
    said = words().say("error")
    assert within(WAITS, lambda: bool(voices.of(said)))
    assert voices.of(f"First.\n\n{said}") == voices.of(said)
    found = Enclosures(desk.database, "", Path(desk.settings.media))(voices.of(said), "vi")
    assert found is not None
    assert (found.mime, found.body) == ("audio/ogg", OPUS)
    # Other words: what was read is no longer what is said.
    save(bien, ERROR, "Other words.")
    assert within(WAITS, lambda: not voices.of("Other words.") and not voices.of(said))
    with desk.rows() as connection:
        assert connection.execute(select(phrase_voice)).first() is None


@pytest.mark.parametrize(
    ("name", "body", "speaker"),
    [
        (ERROR, b"", "Sua"),
        (ERROR, b"%PDF-1.7", "Sua"),
        (ERROR, b"OggS" + bytes(300), "Sua"),
        (ERROR, bytes(4) + b"ftypmp42" + b"vide soun" * 9, "Sua"),
        (ERROR, OPUS, " "),
        (Name("bot", "chat.too_long", "vi"), OPUS, "Sua"),
        (HMONG, OPUS, "Sua"),
    ],
)
def test_given_what_cannot_be_played_when_it_is_sent_then_it_is_refused(
    desk: Desk, bien: TestClient, name: Name, body: bytes, speaker: str
) -> None:
    assert add_voice(bien, name, body, speaker) == 409
    with desk.rows() as connection:
        assert connection.execute(select(phrase_voice)).first() is None


def test_given_a_line_with_a_recording_when_a_citizen_opens_the_page_then_they_can_hear_it(
    desk: Desk, bien: TestClient
) -> None:
    add_voice(bien, ERROR, OPUS)
    said = words().say("error")
    assert within(WAITS, lambda: bool(voices.of(said)))
    citizen = desk.client
    citizen.post("/messages", data={"text": "xin chao"})
    with desk.rows() as connection:
        whose = connection.execute(select(message.c.conversation_id).limit(1)).scalar_one()
        outbox.post(connection, whose, "web", Reply(said), None)
    shown = citizen.get("/").text
    assert "<audio" in shown
    link = shown.split("<audio", 1)[1].split('src="', 1)[1].split('"')[0]
    assert citizen.get(link).headers["content-type"] == "audio/ogg"

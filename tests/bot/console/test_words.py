"""Words: who may write and read them, what cannot be said, and that every process says them at once."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from sqlalchemy import insert, select
from starlette.testclient import TestClient

from bot.accounts import people
from bot.accounts.people import Person
from bot.console import words as store
from bot.console.words import Name
from bot.errors import Refused
from bot.post.clock import now
from bot.store.console_tables import audit_entry, phrase
from bot.words import book, words
from procedures.phrasebook import fits, placeholders
from tests.bot.desk.conftest import Desk

WAITS = 2.0
ERROR = Name("bot", "error", "vi")
HMONG = Name("actions", "minority.hmn", "hmn")
#: What begins like a recording.
OPUS = b"OggS" + bytes(24) + b"OpusHead" + bytes(200)


def within(seconds: float, true: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def speaker(desk: Desk) -> TestClient:
    """An officer who speaks Hmong."""
    desk.add("sua", languages="vi hmn")
    return desk.sign_in("sua")


def who(desk: Desk, login: str) -> Person:
    with desk.rows() as connection:
        found = people.by_id(connection, desk.ids[login])
    assert found is not None
    return found


def write(desk: Desk, name: Name, text: str) -> None:
    person = who(desk, "bien")
    with desk.rows() as connection:
        store.write(connection, person, name, text)


def page(browser: TestClient, name: Name) -> str:
    return browser.get(f"/admin/words/{name.book}/{name.key}?language={name.language}").text


def save(browser: TestClient, name: Name, text: str, **fields: str) -> int:
    told = {"language": name.language, "text": text, **fields}
    return browser.post(f"/admin/words/{name.book}/{name.key}", data=told).status_code


def seen(desk: Desk, name: Name) -> str:
    with desk.rows() as connection:
        return store.one(connection, name).seen


def test_given_placeholders_when_texts_are_compared_then_only_the_same_fit() -> None:
    assert placeholders("{name}: {n:02d}, {{x}}") == {"{name}", "{n:02d}"}
    assert fits("{name} ({n})", "{n} {name}")
    for text in ("", " ", "{name}", "{name} {n} {x}", "{name} {n", "{name.x} {n}", "{name!r} {n}", "{} {n}"):
        assert not fits("{name} ({n})", text)


def test_given_a_phrase_when_an_editor_changes_it_then_it_is_said_and_the_audit_knows(
    desk: Desk, bien: TestClient
) -> None:
    assert save(bien, ERROR, " Sorry.\r\nAgain? ", reason="shorter") == 200
    assert within(WAITS, lambda: words().say("error") == "Sorry.\nAgain?")
    with desk.rows() as connection:
        told = connection.execute(select(audit_entry).where(audit_entry.c.action == "words.changed")).one()
        assert (told.subject, told.reason, told.staff_id) == ("bot error vi", "shorter", desk.ids["bien"])
    assert "shorter" in page(bien, ERROR)
    assert bien.post("/admin/words/bot/error/reset", data={"language": "vi"}).status_code == 200
    assert within(WAITS, lambda: words().say("error") == words().written("error"))


def test_given_another_process_when_a_phrase_changes_then_it_follows_without_a_hint(desk: Desk) -> None:
    write(desk, ERROR, "Once more, please.")
    assert within(WAITS, lambda: words().say("error") == "Once more, please.")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "words_empty"),
        ("Day {day}", "words_lost"),
        ("{length} {longest} {secret}", "words_strange"),
        ("{length} {longest} {", "words_braces"),
        ("{length.__class__} {longest}", "words_lost"),
        ("{length} {longest} " + "x" * 2000, "too_long"),
    ],
)
def test_given_words_that_cannot_be_said_when_they_are_written_then_they_are_refused(
    desk: Desk, bien: TestClient, text: str, why: str
) -> None:
    name = Name("bot", "chat.too_long", "vi")
    assert save(bien, name, text) == 409
    with pytest.raises(Refused, match=why):
        write(desk, name, text)
    with desk.rows() as connection:
        assert connection.execute(select(phrase)).first() is None


def test_given_two_editors_when_the_second_saves_then_they_are_told_and_keep_what_they_wrote(
    desk: Desk, an: TestClient, bien: TestClient
) -> None:
    before = seen(desk, ERROR)
    assert save(an, ERROR, "First.", seen=before) == 200
    told = bien.post("/admin/words/bot/error", data={"language": "vi", "text": "Second.", "seen": before})
    assert told.status_code == 409
    assert "Second.</textarea>" in told.text
    assert "First." in told.text


def test_given_words_that_are_heard_or_join_others_when_looked_for_then_nobody_can_write_them(bien: TestClient) -> None:
    for key in ("waits.cancel", "spoken.comma", "variable.name", "terminal.welcome", "no_such_key"):
        assert bien.get(f"/admin/words/bot/{key}").status_code == 404
    assert bien.get("/admin/words/desk/desk.title").status_code == 404
    assert bien.get("/admin/words/bot/error?language=fr").status_code == 404


def test_given_a_phrase_that_follows_another_when_it_is_changed_then_its_blank_stays(desk: Desk) -> None:
    name = Name("actions", "overview.more", "vi")
    write(desk, name, "(more)")
    with desk.rows() as connection:
        assert store.one(connection, name).text == " (more)"


def test_given_a_button_in_other_words_when_it_is_typed_then_it_is_still_known(desk: Desk, bien: TestClient) -> None:
    from bot.handover import phrases

    assert save(bien, Name("bot", "after.star.5", "en"), "★★★★★ Splendid") == 200
    assert within(WAITS, lambda: phrases.stars("splendid") == 5)


def test_given_a_draft_in_hmong_when_nobody_has_read_it_then_it_is_never_said(desk: Desk, bien: TestClient) -> None:
    assert save(bien, HMONG, "xx yy") == 200
    assert not within(1.5, lambda: bool(book("actions").own(HMONG.key, "hmn")))
    # An editor who does not speak it cannot allow it.
    told = {"language": "hmn", "seen": seen(desk, HMONG)}
    assert bien.post("/admin/words/actions/minority.hmn/review", data=told).status_code == 403


def test_given_a_draft_in_hmong_when_a_speaker_has_read_it_then_it_leads_the_answer(
    desk: Desk, bien: TestClient, speaker: TestClient
) -> None:
    from actions.words import say_too

    save(bien, HMONG, "xx yy")
    told = {"language": "hmn", "seen": seen(desk, HMONG)}
    assert speaker.post("/admin/words/actions/minority.hmn/review", data=told).status_code == 200
    assert within(WAITS, lambda: say_too(HMONG.key, "hmn").startswith("xx yy\n\n"))
    # A change makes it a draft again.
    save(bien, HMONG, "xx zz")
    assert within(WAITS, lambda: not book("actions").own(HMONG.key, "hmn"))


def test_given_their_own_draft_when_a_speaker_reviews_it_then_two_people_are_needed(
    desk: Desk, speaker: TestClient
) -> None:
    assert save(speaker, HMONG, "xx yy") == 200
    told = {"language": "hmn", "seen": seen(desk, HMONG)}
    assert speaker.post("/admin/words/actions/minority.hmn/review", data=told).status_code == 409


def test_given_a_review_of_what_has_changed_meanwhile_when_it_is_sent_then_it_does_not_count(
    desk: Desk, bien: TestClient, speaker: TestClient
) -> None:
    save(bien, HMONG, "xx yy")
    told = {"language": "hmn", "seen": seen(desk, HMONG)}
    save(bien, HMONG, "something else")
    assert speaker.post("/admin/words/actions/minority.hmn/review", data=told).status_code == 409
    with desk.rows() as connection:
        assert store.one(connection, HMONG).status == store.DRAFT


def test_given_officers_when_they_open_words_then_only_speakers_of_few_languages_may(
    desk: Desk, speaker: TestClient
) -> None:
    assert desk.sign_in("lan").get("/admin/words").status_code == 403
    assert speaker.get("/admin/words").status_code == 200
    assert save(speaker, ERROR, "Not mine.") == 403


def test_given_an_older_row_when_the_program_fills_it_otherwise_then_its_own_words_are_said(
    desk: Desk, bien: TestClient
) -> None:
    with desk.rows() as connection:
        told = {"book": "bot", "key": "chat.too_long", "language": "vi", "text": "{gone}", "status": "draft"}
        stamp = {"staff_id": desk.ids["bien"], "changed_at": now()}
        connection.execute(insert(phrase).values(**told, **stamp))
    write(desk, ERROR, "Moves the number.")
    assert within(WAITS, lambda: words().say("error") == "Moves the number.")
    assert words().say("chat.too_long", length=1, longest=2)
    assert bien.get("/admin/words?status=outdated").text.count("<tr>") == 2


def test_given_a_worker_in_a_process_of_its_own_when_a_phrase_changes_then_it_says_it(
    desk: Desk, bien: TestClient
) -> None:
    program = (
        "import sys, time\n"
        "from bot.post.phrases import Phrases\n"
        "from bot.post.wake import Wake\n"
        "from bot.words import words\n"
        "from procedures.database import connect\n"
        "phrases = Phrases(connect(sys.argv[1]), Wake())\n"
        "phrases.start()\n"
        "print('ready', flush=True)\n"
        "sys.stdin.readline()\n"
        "end = time.monotonic() + 20\n"
        "while words().say('error') != 'New.' and time.monotonic() < end: time.sleep(0.02)\n"
        "print(words().say('error'), flush=True)\n"
        "phrases.stop()\n"
    )
    command = [sys.executable, "-c", program, desk.settings.database_url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        assert save(bien, ERROR, "New.") == 200
        other.stdin.write("now\n")
        other.stdin.flush()
        assert other.stdout.readline() == "New.\n"

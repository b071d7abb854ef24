"""Phrases as a gettext file: out, looked at, and taken only then."""

from __future__ import annotations

import base64
import re
import zlib
from typing import Any

import pytest
from babel.messages.pofile import read_po
from sqlalchemy import select
from starlette.testclient import TestClient

from bot.console import words as store
from bot.store.console_tables import phrase
from bot.words import BOOKS
from tests.bot.console.test_words import ERROR, write
from tests.bot.desk.conftest import Desk


def take(browser: TestClient, preview: str, language: str = "vi") -> Any:
    """What the button below a preview does."""
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', preview))
    assert hidden["language"] == language
    return browser.post("/admin/words/import/take", data=hidden)


def test_given_words_when_they_are_exported_and_taken_again_then_nothing_changes(desk: Desk, bien: TestClient) -> None:
    count = sum(len(store.keys(name)) for name in BOOKS)
    with desk.rows() as connection:
        counts = {language: len(store.every(connection, language)) for language in store.LANGUAGES}
    assert counts["vi"] == counts["hmn"] == count > counts["zh"] > 300
    for language in store.LANGUAGES:
        file = bien.get(f"/admin/words.po?language={language}").content
        assert len(read_po(iter(file.splitlines(True)), abort_invalid=True)) == counts[language]
    file = bien.get("/admin/words.po?language=en").content
    told = bien.post("/admin/words/import", data={"language": "en"}, files={"file": ("en.po", file)})
    assert told.status_code == 200 and "/import/take" not in told.text
    with desk.rows() as connection:
        assert connection.execute(select(phrase)).first() is None


def test_given_a_translators_file_when_it_is_taken_then_what_fits_is_a_draft_and_the_rest_is_told(
    desk: Desk, bien: TestClient
) -> None:
    file = (
        b'msgid ""\nmsgstr ""\n"Language: hmn\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        b'msgctxt "actions"\nmsgid "minority.hmn"\nmsgstr "xx yy"\n\n'
        b'msgctxt "bot"\nmsgid "chat.too_long"\nmsgstr "no numbers"\n\n'
        b'msgctxt "bot"\nmsgid "made.up"\nmsgstr "zz"\n'
    )
    told = bien.post("/admin/words/import", data={"language": "hmn"}, files={"file": ("x.po", file)})
    assert told.status_code == 200 and "xx yy" in told.text
    with desk.rows() as connection:
        assert connection.execute(select(phrase)).first() is None
    told = take(bien, told.text, language="hmn")
    assert told.status_code == 200
    assert "chat.too_long" in told.text
    assert "made.up" in told.text
    with desk.rows() as connection:
        assert [(row.key, row.status) for row in connection.execute(select(phrase))] == [("minority.hmn", "draft")]


def test_given_a_file_that_was_looked_at_when_somebody_writes_meanwhile_then_it_is_shown_again(
    desk: Desk, bien: TestClient
) -> None:
    file = b'msgid "error"\nmsgstr "Of the file."\n'
    told = bien.post("/admin/words/import", data={"language": "vi"}, files={"file": ("x.po", file)})
    write(desk, ERROR, "Of somebody.")
    again = take(bien, told.text)
    assert again.status_code == 409 and "Of somebody." in again.text and "Of the file." in again.text
    with desk.rows() as connection:
        assert [row.text for row in connection.execute(select(phrase))] == ["Of somebody."]
    assert take(bien, again.text).status_code == 200
    with desk.rows() as connection:
        assert [row.text for row in connection.execute(select(phrase))] == ["Of the file."]


@pytest.mark.parametrize(
    "packed",
    ["", "=", "AAAA", base64.b64encode(zlib.compress(bytes(9_000_000))).decode()],
    ids=("nothing", "a sign", "no file", "a bomb"),
)
def test_given_a_file_that_was_packed_by_nobody_when_it_is_sent_then_it_is_refused(
    bien: TestClient, packed: str
) -> None:
    told = bien.post("/admin/words/import/take", data={"language": "vi", "packed": packed, "seen": ""})
    assert told.status_code == 409


@pytest.mark.parametrize("file", [b"", b"%PDF-1.7 no words", b'msgid "error"\nmsgstr "open', b"\xff\xfe\x00"])
def test_given_a_file_that_is_no_translation_when_it_is_sent_then_it_is_refused(bien: TestClient, file: bytes) -> None:
    told = bien.post("/admin/words/import", data={"language": "en"}, files={"file": ("x.po", file)})
    assert told.status_code == 409


def test_given_a_file_of_another_language_when_it_is_sent_then_it_is_refused(bien: TestClient) -> None:
    file = bien.get("/admin/words.po?language=zh").content
    told = bien.post("/admin/words/import", data={"language": "en"}, files={"file": ("x.po", file)})
    assert told.status_code == 409

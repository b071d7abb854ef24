"""What a person says on the page: under their name, with their files, corrected or taken back."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.app import build
from bot.conversation import Reply
from bot.handover import files
from bot.post import outbox
from bot.post.clock import ago, now
from bot.post.inbox import Inbox
from bot.post.wake import Wake
from bot.post.wake import conversation as transcript_of
from bot.settings import Settings
from bot.store.tables import conversation, message
from bot.web import plain
from bot.web.chat import CHANNEL, Chat, View
from bot.web.files import FilePages
from procedures.database import connect
from tests.bot.handover import kit
from tests.bot.web.conftest import answered, lines, say
from tests.doubles import EchoResponder

PNG, PDF = b"\x89PNG\r\n\x1a\n" + bytes(40), b"%PDF-1.4 a form"


@pytest.fixture
def database(settings: Settings) -> Engine:
    return connect(settings.database_url)


@pytest.fixture
def open_page(settings: Settings, engine: EchoResponder) -> Iterator[TestClient]:
    """A browser that has said something, and has been answered by the bot."""
    with TestClient(build(settings, engine)) as client:
        client.get("/")
        say(client, "khai sinh")
        answered(client, 2)
        yield client
        engine.gate.set()
        engine.may_load.set()


def reply(database: Engine, text: str = "Chào anh", encloses: str = "") -> int:
    with database.begin() as connection:
        whose = connection.execute(select(conversation.c.id)).scalar()
        if whose is None:
            kit.case(connection, "web", "a")
            whose = 1
        officer = kit.person(connection, name="Nông Thị Lan")
        return outbox.post(connection, whose, "web", Reply(text, encloses=encloses), None, staff_id=officer)


def keep(database: Engine, media: Path, name: str, body: bytes) -> files.File:
    with database.begin() as connection:
        return files.keep(connection, media, kit.person(connection, "mai"), name, body)


def change(database: Engine, line: int, **values: object) -> None:
    with database.begin() as connection:
        connection.execute(update(message).where(message.c.id == line).values(**values))


def test_given_a_person_who_answers_when_the_page_is_read_then_it_says_who(
    database: Engine, open_page: TestClient
) -> None:
    reply(database)
    page = open_page.get("/?all=1").text
    assert '<p class="who">Cán bộ Nông Thị Lan</p>' in page
    assert lines(page)[-1] == "Chào anh"
    assert page.count('class="who"') == 1


def test_given_a_line_that_was_taken_back_when_the_page_is_read_then_its_words_are_gone(
    database: Engine, open_page: TestClient
) -> None:
    change(database, reply(database, "số mật"), recalled_at=now())
    page = open_page.get("/?all=1").text
    assert "số mật" not in page
    assert lines(page)[-1] == "Cán bộ đã thu hồi tin này."


def test_given_a_line_that_was_corrected_when_the_page_is_read_then_it_says_so(
    database: Engine, open_page: TestClient
) -> None:
    change(database, reply(database), text="Chào chị", edited_at=now())
    page = open_page.get("/?all=1").text
    assert lines(page)[-1] == "Chào chị"
    assert "đã sửa" in page


@pytest.mark.parametrize(("name", "body", "shown"), [("a.png", PNG, "<img"), ("Mẫu đơn.pdf", PDF, "Mở tệp")])
def test_given_a_file_when_the_page_is_read_then_it_is_shown_or_linked(
    database: Engine, open_page: TestClient, tmp_path: Path, name: str, body: bytes, shown: str
) -> None:
    kept = keep(database, tmp_path, name, body)
    reply(database, encloses=f"file {kept.id}")
    page = open_page.get("/?all=1").text
    assert f'href="/f/{kept.token}"' in page
    assert shown in page and kept.name in page


def test_given_a_file_without_words_when_the_page_is_read_then_there_is_no_empty_line(
    database: Engine, open_page: TestClient, tmp_path: Path
) -> None:
    kept = keep(database, tmp_path, "a.png", PNG)
    before = len(lines(open_page.get("/?all=1").text))
    reply(database, "", f"file {kept.id}")
    page = open_page.get("/?all=1").text
    assert (len(lines(page)), f"/f/{kept.token}" in page) == (before, True)


@pytest.fixture
def pages(database: Engine, tmp_path: Path) -> TestClient:
    return TestClient(Starlette(routes=FilePages(database, tmp_path).routes()))


@pytest.mark.parametrize(
    ("name", "body", "disposition"), [("a.png", PNG, "inline"), ("Mẫu đơn.pdf", PDF, "attachment")]
)
def test_given_a_file_when_its_link_is_opened_then_it_comes_and_nobody_keeps_or_lists_it(
    database: Engine, pages: TestClient, tmp_path: Path, name: str, body: bytes, disposition: str
) -> None:
    kept = keep(database, tmp_path, name, body)
    answer = pages.get(f"/f/{kept.token}")
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, body, kept.mime)
    assert answer.headers["content-disposition"].startswith(disposition)
    assert answer.headers["cache-control"] == "private, no-store"
    assert "noindex" in answer.headers["x-robots-tag"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("token", ["0" * 32, "1", "..%2f..%2fetc%2fpasswd", "%00", "F" * 32, "²" * 32])
def test_given_a_link_that_was_made_up_when_opened_then_there_is_nothing(pages: TestClient, token: str) -> None:
    assert pages.get(f"/f/{token}").status_code == 404


def test_given_a_file_that_is_gone_when_its_link_is_opened_then_there_is_nothing(
    database: Engine, pages: TestClient, tmp_path: Path
) -> None:
    kept = keep(database, tmp_path, "a.pdf", PDF)
    (tmp_path / kept.path).unlink()
    assert pages.get(f"/f/{kept.token}").status_code == 404


def test_given_the_whole_site_when_a_file_is_asked_for_then_it_is_there(
    settings: Settings, database: Engine, open_page: TestClient
) -> None:
    kept = keep(database, Path(settings.media), "a.pdf", PDF)
    assert open_page.get(f"/f/{kept.token}").content == PDF


@pytest.fixture
def chat(database: Engine) -> Chat:
    wake = Wake()
    return Chat(database, Inbox(database, wake, {}), wake, lambda: "ready", CHANNEL)


def first(chat: Chat, after: int) -> View:
    """What a page that has lines up to one is told when it connects."""

    async def look() -> View:
        async with contextlib.aclosing(chat.follow("a", after)) as views:  # type: ignore[type-var]
            return await views.__anext__()

    return asyncio.run(look())


def test_given_an_open_page_when_a_line_is_corrected_then_it_comes_again_once(database: Engine, chat: Chat) -> None:
    line = reply(database)

    async def follow() -> list[list[str]]:
        seen = []
        async with contextlib.aclosing(chat.follow("a", line)) as views:  # type: ignore[type-var]
            for text in ("", "Chào chị", "", "Chào bác"):
                if text:
                    change(database, line, text=text, edited_at=now())
                chat._wake.notify(transcript_of(1))
                view = await views.__anext__()
                assert view.lines == ()
                seen.append([one.text for one in view.corrected])
        return seen

    assert asyncio.run(follow()) == [[], ["Chào chị"], [], ["Chào bác"]]


@pytest.mark.parametrize(("minutes", "seen"), [(1, 1), (11, 0)])
def test_given_a_page_that_comes_back_when_a_line_was_taken_back_meanwhile_then_it_is_told(
    database: Engine, chat: Chat, minutes: int, seen: int
) -> None:
    line = reply(database)
    change(database, line, recalled_at=ago(minutes * 60))
    assert len(first(chat, line).corrected) == seen


def test_given_a_page_that_has_not_the_line_yet_when_it_was_corrected_then_it_comes_once_as_it_is(
    database: Engine, chat: Chat
) -> None:
    line = reply(database)
    change(database, line, text="Chào chị", edited_at=now())
    view = first(chat, line - 1)
    assert ([one.text for one in view.lines], view.corrected) == (["Chào chị"], ())


def test_given_a_program_when_it_reads_a_line_of_a_persons_then_it_is_told_who_and_with_what(
    database: Engine, chat: Chat, tmp_path: Path
) -> None:
    kept = keep(database, tmp_path, "Mẫu.pdf", PDF)
    line = reply(database, encloses=f"file {kept.id}")
    told = plain.line(chat.view("a").lines[-1])
    file = {"path": f"/f/{kept.token}", "name": "Mẫu.pdf", "mime": "application/pdf", "size": len(PDF)}
    assert (told["name"], told["file"], told["edited"], told["recalled"]) == ("Nông Thị Lan", file, False, False)
    change(database, line, recalled_at=now())
    told = plain.line(chat.view("a").lines[-1])
    assert (told["text"], told["file"], told["recalled"]) == ("", None, True)


def test_given_a_size_when_told_then_it_is_as_people_read_it(database: Engine, chat: Chat, tmp_path: Path) -> None:
    from bot.web.lines import File

    assert [File("", "", "", size).told for size in (1, 15_400, 1_250_000)] == ["1 KB", "15 KB", "1,2 MB"]
    assert re.fullmatch(r"[0-9,]+ MB", File("", "", "", files.LARGEST).told)

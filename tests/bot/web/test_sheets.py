"""Checklists under links, and the door to a guide."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import insert
from starlette.testclient import TestClient

from bot import guides
from bot.app import build
from bot.post.clock import now
from bot.settings import Settings
from bot.store.tables import conversation
from procedures.database import connect
from procedures.guides.state import Guide
from procedures.store import take_in
from tests.doubles import EchoResponder
from tests.seeds import seeds

TOKEN = "7k4p9m2xqr"


@pytest.fixture
def client(settings: Settings, tmp_path: Path) -> TestClient:
    database = connect(settings.database_url)
    take_in(database, seeds("1.001193"))
    state = Guide(TOKEN, "1.001193", tag="bà Lan", ticks={"Tờ khai đăng ký khai sinh": "have"}).to_dict()
    with database.begin() as connection:
        connection.execute(insert(conversation).values(channel="web", address="a", created_at=now()))
        guides.keep(connection, 1, {"guide": state, "ticks": state["ticks"], "untick": []})
    return TestClient(build(settings, EchoResponder()))


def test_given_a_link_when_opened_then_the_checklist_is_there_and_kept_by_nobody(client: TestClient) -> None:
    told = client.get(f"/g/{TOKEN}")
    assert told.status_code == 200 and "bà Lan" in told.text and "<svg" in told.text
    assert told.headers["cache-control"] == "no-store" and told.headers["referrer-policy"] == "no-referrer"
    assert "<script" not in told.text and "style=" not in told.text


@pytest.mark.parametrize(
    ("language", "word"), [("en", "Papers to bring"), ("zh", "要带的材料"), ("xx", "Giấy tờ mang theo")]
)
def test_given_a_language_when_opened_then_the_page_speaks_it(client: TestClient, language: str, word: str) -> None:
    assert word in client.get(f"/g/{TOKEN}?lang={language}").text


def test_given_a_link_as_text_when_opened_then_it_fits_a_message_and_ends_with_the_link(client: TestClient) -> None:
    told = client.get(f"/g/{TOKEN}.txt").text
    assert "☑ Tờ khai đăng ký khai sinh (1 bản chính)" in told and "☐ Giấy chứng sinh" in told
    assert told.endswith(f"http://testserver/g/{TOKEN}")


@pytest.mark.parametrize(("kind", "media"), [("pdf", "application/pdf"), ("png", "image/png")])
@pytest.mark.parametrize("language", ["vi", "zh"])
def test_given_a_link_as_file_when_opened_then_it_is_drawn(
    client: TestClient, kind: str, media: str, language: str
) -> None:
    told = client.get(f"/g/{TOKEN}.{kind}?lang={language}")
    assert (told.status_code, told.headers["content-type"]) == (200, media)


@pytest.mark.parametrize("path", ["/g/7k4p9m2xq2", "/g/7k4p9m2xq2.txt", "/g/x", "/g/..%2f..%2fetc"])
def test_given_a_link_that_was_guessed_when_opened_then_it_is_not_found(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_given_a_code_on_the_wall_when_scanned_then_one_button_begins_its_guide(client: TestClient) -> None:
    told = client.get("/start/1.001193").text
    assert ("Đăng ký khai sinh" in told and "&#34;do&#34;: &#34;start&#34;" in told) or '"do": "start"' in told


@pytest.mark.parametrize("path", ["/start/9.999999", "/start/x"])
def test_given_a_code_that_is_not_there_when_scanned_then_the_chat_opens(client: TestClient, path: str) -> None:
    told = client.get(path, follow_redirects=False)
    assert (told.status_code, told.headers["location"]) == (303, "/")

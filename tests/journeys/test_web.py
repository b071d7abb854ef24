"""From the browser's form to the answer on the page, with the real engine; and what the logs hold of it."""

from __future__ import annotations

import re
import time
import warnings
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot import logs
from bot.app import build
from bot.engine import Engine, training
from bot.settings import Settings

pytestmark = pytest.mark.model
#: A word that no text of ours holds.
MARKER = "zubrowka"


def ask(client: TestClient, text: str) -> None:
    name = re.search(r'name="message_id" value="([^"]+)"', client.get("/").text)
    assert name is not None
    client.post(
        "/messages", data={"message_id": name.group(1), "text": text}, headers={"Sec-Fetch-Site": "same-origin"}
    )


def wait_for(client: TestClient, text: str, seconds: float = 90) -> str:
    until = time.monotonic() + seconds
    while text not in (page := client.get("/").text):
        assert time.monotonic() < until, page[-3000:]
        time.sleep(0.2)
    return page


def test_given_a_page_that_is_starting_when_asked_then_the_answer_comes_and_no_log_holds_the_words(
    catalogue_url: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("MOTCUA_DATABASE_URL", catalogue_url)
    logs.configure()
    settings = Settings(catalogue_url, "testserver", 80, "http://testserver", "s" * 32)
    with warnings.catch_warnings(record=True), TestClient(build(settings, Engine(training.trained_model()))) as client:
        ask(client, f"{MARKER} làm giấy khai sinh")
        wait_for(client, "Đăng ký khai sinh")
        ask(client, "con em mới sinh làm giấy khai sinh cần giấy tờ gì")
        page = wait_for(client, "Giấy chứng sinh")
        assert page.count("Giấy chứng sinh") == 1
        ask(client, "thế còn phí?")
        wait_for(client, "Đăng ký khai sinh: lệ phí")
    printed = "".join(capfd.readouterr())
    assert "engine_ready" in printed
    assert MARKER not in printed

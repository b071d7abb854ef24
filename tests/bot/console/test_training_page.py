"""The page of training, in a browser without scripts."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from starlette.testclient import TestClient

from bot.console import trainer, training_clock
from bot.console import training as trainings
from bot.engine import training
from bot.evaluation.fixed import written
from bot.post.clock import now
from bot.store.console_tables import own_sentence, training_run
from tests.bot.console.training_kit import AGAIN, actions, example, report, rows
from tests.bot.desk.conftest import Desk
from tests.bot.models_kit import archive

PAGE = "/admin/training"


@pytest.fixture(autouse=True)
def nothing_trains(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The processes that would have been started."""
    begun: list[int] = []

    def start(_: str, id_: int) -> subprocess.Popen[bytes]:
        begun.append(id_)
        return subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)

    monkeypatch.setattr(trainer, "start", start)
    yield begun


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two models; the newer answers."""
    made = tmp_path / "models"
    made.mkdir()
    monkeypatch.setattr(training, "MODELS", made)
    for name in ("older", "old"):
        archive(made / f"{name}.tar.gz")
        trainings.usual().activate(name)
    return made


def ready(desk: Desk, folder: Path, **after: Any) -> int:
    """A training at its end."""
    archive(folder / "new.tar.gz")
    told = {"before": written(report() | {"model": "old"}), "after": written(report(**after) | {"model": "new"})}
    values = {"status": "ready", "model": "new", "percent": 100, "start_at": now(), "created_at": now(), **told}
    with desk.rows() as connection:
        done = connection.execute(insert(training_run).values(staff_id=desk.ids["an"], **values))
        return int(done.inserted_primary_key[0])


def test_given_an_editor_when_the_page_is_opened_then_it_is_forbidden(desk: Desk, bien: TestClient) -> None:
    assert bien.get(PAGE).status_code == 403
    assert bien.post(PAGE, data={"when": "now"}).status_code == 403


def test_given_the_button_when_pressed_then_a_process_begins_and_the_page_shows_how_far_it_is(
    desk: Desk, an: TestClient, nothing_trains: list[int]
) -> None:
    assert "old" in an.get(PAGE).text
    page = an.post(PAGE, data={"when": "now"})
    assert page.url.path == f"{PAGE}/1"
    assert 'hx-get="/admin/training/1/progress"' in page.text
    deadline = time.monotonic() + 20
    while not nothing_trains and time.monotonic() < deadline:
        time.sleep(0.05)
    assert nothing_trains == [1], "once, though the sender looks again and again"
    refused = an.post(PAGE, data={"when": "now"})
    assert refused.status_code == 409 and "Đang có một lần huấn luyện" in refused.text
    stopped = an.post(f"{PAGE}/1/stop")
    assert "Đã bỏ" in stopped.text
    assert "HX-Refresh" in an.get(f"{PAGE}/1/progress").headers
    assert actions(desk.database) == ["training.asked", "training.stopped"]


@pytest.mark.parametrize("at", ["2020-01-01T00:00", "9999-12-31T23:59", "soon", "0001-01-01T00:00"])
def test_given_a_time_that_is_none_when_asked_for_then_it_is_refused(desk: Desk, an: TestClient, at: str) -> None:
    assert an.post(PAGE, data={"when": "later", "at": at}).status_code == 409
    assert rows(desk.database) == []


def test_given_a_ready_model_when_looked_at_then_both_stand_side_by_side_with_what_flipped(
    desk: Desk, an: TestClient, folder: Path
) -> None:
    html = an.get(f"{PAGE}/{ready(desk, folder, birth=AGAIN)}").text
    assert set(re.findall(r'<svg class="(\w+)', html)) == {"pairs", "curve", "matrix"}
    assert "làm khai sinh cần gì" in html
    assert "0 câu tốt lên, 1 câu kém đi" in html
    assert 'name="reason" maxlength="500" required' in html


def test_given_a_worse_model_when_activated_without_a_reason_then_it_is_refused_and_with_one_it_answers(
    desk: Desk, an: TestClient, folder: Path
) -> None:
    id_ = ready(desk, folder, fire="smalltalk")
    refused = an.post(f"{PAGE}/{id_}/activate", data={"reason": " "})
    assert refused.status_code == 409 and "ghi lý do" in refused.text
    assert trainings.in_use(trainings.usual()) == "old"
    assert an.post(f"{PAGE}/{id_}/activate", data={"reason": "thử"}).status_code == 200
    assert trainings.in_use(trainings.usual()) == "new"
    back = an.post(f"{PAGE}/model", data={"reason": "lại"})
    assert back.status_code == 200 and trainings.in_use(trainings.usual()) == "old"


def test_given_a_model_that_no_longer_fits_when_gone_back_to_then_the_page_says_so(
    desk: Desk, an: TestClient, folder: Path
) -> None:
    archive(folder / "older.tar.gz", intents=["greet"])
    refused = an.post(f"{PAGE}/model", data={})
    assert refused.status_code == 409 and "không còn hợp" in refused.text
    assert trainings.in_use(trainings.usual()) == "old"
    assert "không còn hợp với phần mềm" in an.get(PAGE).text


def test_given_a_training_that_failed_when_looked_at_then_it_says_which_sentence_is_wrong(
    desk: Desk, an: TestClient
) -> None:
    with desk.rows() as connection:
        id_ = example(connection, desk.ids["an"], "cháy <nhà>", "greet")
        error = f'{{"why": "sentences", "own": [[{id_}, "twice", "emergency_fire"], [99, "class", ""]]}}'
        values = {"status": "failed", "error": error, "start_at": now(), "created_at": now()}
        connection.execute(insert(training_run).values(**values))
    html = an.get(f"{PAGE}/1").text
    assert "cháy &lt;nhà&gt;" in html
    assert "không còn trong phần mềm" in html
    assert an.post(f"{PAGE}/examples/{id_}/end").status_code == 200
    with desk.rows() as connection:
        assert connection.execute(own_sentence.select()).one().ended_at is not None


def test_given_a_day_and_an_hour_when_kept_then_the_clock_is_set_and_can_be_taken_away(
    desk: Desk, an: TestClient
) -> None:
    an.post(f"{PAGE}/clock", data={"day": "6", "hour": "3"})
    with desk.rows() as connection:
        assert training_clock.get(connection) == training_clock.Clock(6, 3)
    assert an.post(f"{PAGE}/clock", data={"day": "9", "hour": "3"}).status_code == 409
    an.post(f"{PAGE}/clock", data={"day": "", "hour": "3"})
    with desk.rows() as connection:
        assert training_clock.get(connection) is None


def test_given_no_model_and_nothing_measured_when_looked_at_then_the_pages_say_so(
    desk: Desk, an: TestClient, folder: Path
) -> None:
    for path in folder.iterdir():
        path.unlink()
    assert "Chưa có bản nào trả lời" in an.get(PAGE).text
    archive(folder / "new.tar.gz")
    with desk.rows() as connection:
        values = {"status": "ready", "model": "new", "start_at": now(), "created_at": now()}
        connection.execute(insert(training_run).values(**values))
    assert "Không có bộ câu cố định" in an.get(f"{PAGE}/1").text
    assert an.get(f"{PAGE}/7").status_code == 404
    assert an.post(f"{PAGE}/1/activate", data={}).status_code == 200
    assert trainings.in_use(trainings.usual()) == "new"


def test_given_the_english_console_when_opened_then_every_phrase_is_there(desk: Desk, folder: Path) -> None:
    desk.add("eve", role="admin", locale="en")
    eve = desk.sign_in("eve")
    assert "Train a new model" in eve.get(PAGE).text
    assert "Examples that flipped" in eve.get(f"{PAGE}/{ready(desk, folder, birth=AGAIN)}").text

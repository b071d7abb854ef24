"""Metrics: true to the database, named as the dashboard and the rules name them, for those who may ask."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from bot.post.clock import ago, now
from bot.store.channel_tables import channel_pause, channel_token
from bot.store.tables import inbox, outbox, turn, worker
from bot.watch import signs
from bot.watch.metrics import KNOWN_FOR, Metrics
from tests.bot.handover import kit
from tests.bot.post.kit import change, post

ROOT = Path(__file__).parents[3]
DASHBOARD = ROOT / "deploy/grafana/motcua.json"
RULES = ROOT / "deploy/prometheus/alerts.yml"
_NAME = re.compile(r"\b(?:motcua|process)_[a-z_]+")


@pytest.fixture
def metrics(database: Engine, tmp_path: Path) -> Metrics:
    return Metrics(database, tmp_path, tmp_path / "m", "http://testserver", ("web", "zalo-oa"))


def told(metrics: Metrics) -> dict[str, float]:
    """Samples by name and labels."""
    metrics._read_at = -KNOWN_FOR
    families = text_string_to_metric_families(metrics.text().decode())
    samples = [sample for family in families for sample in family.samples]
    return {" ".join([one.name, *map(str, one.labels.values())]): one.value for one in samples}


def names(metrics: Metrics) -> set[str]:
    families = list(text_string_to_metric_families(metrics.text().decode()))
    suffixes = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}
    return {family.name + end for family in families for end in suffixes.get(family.type, ("",))}


def _answered(database: Engine, seconds: float) -> None:
    """A message, its turn and a letter, so long ago."""
    conversation = post(database, "một")
    moment = {"received_at": ago(seconds), "sent_at": ago(seconds), "status": "done"}
    row = {"conversation_id": conversation, "channel": "web", "channel_message_id": "1", "text": "x", **moment}
    about = {"conversation_id": conversation, "outcome": "answered", "ms": 12.0, "created_at": ago(seconds)}
    with database.begin() as connection:
        id_ = connection.execute(insert(inbox).values(row)).inserted_primary_key[0]
        connection.execute(insert(turn).values(inbox_id=id_, **about))


def test_given_messages_when_time_passes_then_each_is_counted_once(database: Engine, metrics: Metrics) -> None:
    metrics._flow._since = ago(60)
    _answered(database, 30)
    change(database, outbox, status="sent", sent_at=ago(30))
    first = told(metrics)
    assert (first["motcua_messages_total web"], first["motcua_turns_total answered"]) == (1, 1)
    assert first["motcua_replies_total memory sent"] == 1
    assert (first["motcua_turn_ms_count"], first["motcua_turn_ms_bucket 20.0"]) == (1, 1)
    again = told(metrics)
    assert again["motcua_messages_total web"] == again["motcua_turn_ms_count"] == 1
    assert again["motcua_messages_total zalo-oa"] == 0


def test_given_letters_that_are_given_up_when_counted_then_only_new_ones_count(
    database: Engine, metrics: Metrics
) -> None:
    post(database, "một")
    change(database, outbox, status="failed")
    assert told(metrics)["motcua_replies_total memory failed"] == 0
    post(database, "hai")
    change(database, outbox, status="failed")
    assert told(metrics)["motcua_replies_total memory failed"] == 1


def test_given_a_service_in_trouble_when_asked_then_each_gauge_tells(database: Engine, metrics: Metrics) -> None:
    post(database, "một")
    change(database, outbox, since=ago(700))
    with database.begin() as connection:
        kit.case(connection, due_at=ago(60), address="b")
        connection.execute(insert(worker).values(name="h:1", readiness="ready", seen_at=now()))
        until = {"reason": "busy", "until": now() + timedelta(hours=1), "since": now()}
        connection.execute(insert(channel_pause).values(channel="memory", **until))
        connection.execute(insert(channel_token).values(channel="zalo-oa", kept_at=now() - timedelta(days=88)))
    signs.give(database, signs.AUDIT, whole=False)
    found = told(metrics)
    assert found["motcua_engine_ready"] == found["motcua_channel_paused memory"] == 1
    assert found["motcua_outbox_letters memory queued"] == 1 and found["motcua_outbox_oldest_seconds memory"] > 699
    assert found["motcua_handovers 1 waiting"] == found["motcua_handovers_overdue"] == 1
    assert 1.9 < found["motcua_channel_token_seconds zalo-oa"] / 86400 < 2.1
    assert found["motcua_audit_whole"] == 0 and found["motcua_database_bytes"] > 10_000
    assert 0 < found["motcua_disk_free_ratio media"] <= 1


def test_given_a_database_that_is_away_when_asked_then_that_is_told(
    metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise OperationalError("SELECT", {}, Exception())

    monkeypatch.setattr("bot.watch.figures.read", fail)
    assert told(metrics)["motcua_database_up"] == 0


def test_given_many_who_ask_when_asked_at_once_then_the_database_is_read_once(
    metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    metrics.text()
    monkeypatch.setattr("bot.watch.figures.read", lambda _: pytest.fail("read again"))
    assert b"motcua_database_up 1" in metrics.text()


def test_given_dashboard_and_rules_when_read_then_each_metric_in_them_exists(metrics: Metrics) -> None:
    board = json.loads(DASHBOARD.read_text("utf-8"))
    asked = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    rules = [rule for group in yaml.safe_load(RULES.read_text("utf-8"))["groups"] for rule in group["rules"]]
    asked += [rule["expr"] for rule in rules]
    used = {name for expression in asked for name in _NAME.findall(expression)}
    assert len(used) > 25 and used <= names(metrics)
    # What is told and shown nowhere would be found by nobody.
    shown = {name.removesuffix("_bucket") for name in used}
    own = {name.removesuffix("_bucket") for name in names(metrics) if name.startswith("motcua")}
    unseen = {name for name in own - shown if not name.endswith(("_sum", "_count"))}
    assert unseen == {"motcua_disk_free_bytes"}


def test_given_the_rules_when_read_then_each_says_whom_it_wakes_and_what_to_do() -> None:
    rules = [rule for group in yaml.safe_load(RULES.read_text("utf-8"))["groups"] for rule in group["rules"]]
    assert len({rule["alert"] for rule in rules}) == len(rules) > 12
    for rule in rules:
        assert rule["labels"]["severity"] in ("page", "look") and rule["expr"]
        assert set(rule["annotations"]) == {"summary", "what"}, rule["alert"]


def test_given_the_dashboard_when_read_then_panels_stand_beside_each_other_and_have_numbers_of_their_own() -> None:
    panels = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken and at["x"] + at["w"] <= 24, panel["title"]
        taken |= cells

"""Calls reach whoever is called: by mail or in their own chat, all that is due in one message, each once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.alerts.alerts import Kind
from bot.alerts.delivering import LEASE, Deliveries
from bot.errors import SendFailed, TryLater
from bot.post.clock import now
from bot.store.desk_tables import alert
from bot.store.tables import conversation, outbox
from procedures.validity import utc
from tests.bot.alerts.kit import ABILITIES, SITE, Desk


@pytest.fixture
def desk(database: Engine) -> Desk:
    return Desk(database)


def test_given_a_call_by_mail_when_delivered_then_it_names_case_office_promise_and_link_and_nothing_of_the_citizen(
    desk: Desk,
) -> None:
    id_ = desk.call(language="tyz")
    desk.change(conversation, contact_name="Nông Văn Dền", contact_phone="0912345678")
    assert desk.deliveries.deliver() == []
    ((to, subject, text, _),) = desk.post.taken
    assert to == "lan@example.vn" and f"việc số {id_}" in subject
    assert "UBND xã Quang Trung" in text and "Hẹn trả lời trước" in text and "Tày" in text
    assert f"{SITE}/desk/cases/{id_}" in text and f"{SITE}/desk/me" in text
    assert not any(part in text + subject for part in ("Nông", "0912345678", "{"))
    assert desk.rows() == [("sent", 1, None)]


@pytest.mark.parametrize("locale", ["vi", "en"])
@pytest.mark.parametrize("kind", [Kind.NEW, Kind.NUDGE, Kind.OVERDUE])
def test_given_each_kind_when_delivered_then_there_are_words_for_it(desk: Desk, kind: Kind, locale: str) -> None:
    desk.lan_is(locale=locale)
    desk.call(kind, mark="v0")
    desk.deliveries.deliver()
    _, subject, text, _ = desk.post.taken[0]
    assert subject.startswith("Một Cửa: ") and "{" not in text and ("Case 1" in text) == (locale == "en")


def test_given_many_calls_when_delivered_then_each_person_gets_one_message(desk: Desk) -> None:
    ids = [desk.call() for _ in range(25)]
    desk.call(Kind.OVERDUE, whom=desk.chief)
    desk.deliveries.deliver()
    (lan,) = [mail for mail in desk.post.taken if mail[0] == "lan@example.vn"]
    assert len(desk.post.taken) == 2 and "25" in lan[1]
    assert f"cases/{ids[19]}\n" in lan[2] and f"cases/{ids[20]}\n" not in lan[2] and "Còn 5" in lan[2]
    assert {row[0] for row in desk.rows()} == {"sent"}


def test_given_a_delivered_call_when_looked_again_then_it_does_not_go_out_twice(desk: Desk) -> None:
    desk.call()
    desk.deliveries.deliver()
    desk.deliveries.deliver()
    assert len(desk.post.taken) == 1


def test_given_a_call_for_later_when_looked_then_it_waits(desk: Desk) -> None:
    desk.call()
    desk.change(alert, try_at=now() + timedelta(minutes=1))
    desk.deliveries.deliver()
    assert desk.post.taken == [] and desk.rows() == [("waiting", 0, None)]


def test_given_a_mail_server_in_trouble_when_delivered_then_all_is_tried_later_under_the_same_name(desk: Desk) -> None:
    desk.call()
    desk.post.errors = [TryLater("connection"), None]
    desk.deliveries.deliver()
    assert desk.rows() == [("waiting", 1, "connection")]
    with desk.database.connect() as connection:
        assert utc(connection.execute(select(alert.c.try_at)).scalar()) > now() + timedelta(seconds=20)
    desk.change(alert, try_at=now())
    desk.deliveries.deliver()
    assert desk.rows() == [("sent", 2, None)] and len(set(desk.post.names)) == 1


def test_given_a_mail_server_in_trouble_when_delivered_then_nobody_else_waits_for_it(desk: Desk) -> None:
    desk.call()
    desk.call(whom=desk.chief)
    desk.post.errors = [TryLater("timeout"), SendFailed("must not come to this")]
    desk.deliveries.deliver()
    assert sorted(desk.rows(), key=str) == [("waiting", 0, None), ("waiting", 1, "timeout")]


def test_given_a_hundred_tries_when_it_fails_again_then_it_is_given_up(desk: Desk) -> None:
    desk.call()
    desk.change(alert, attempts=99)
    desk.post.errors = [TryLater("timeout")]
    desk.deliveries.deliver()
    assert desk.rows() == [("failed", 100, "timeout")]


def test_given_an_address_that_is_refused_when_delivered_then_it_is_given_up_and_others_go_out(desk: Desk) -> None:
    desk.call()
    desk.call(whom=desk.chief)
    desk.post.errors = [SendFailed("recipient 550")]
    desk.deliveries.deliver()
    assert sorted(row[0] for row in desk.rows()) == ["failed", "sent"]


def test_given_no_mail_server_when_delivered_then_the_row_says_so(desk: Desk) -> None:
    desk.call()
    Deliveries(desk.database, None, ABILITIES, SITE).deliver()
    assert desk.rows() == [("failed", 0, "mail is off")]


def test_given_no_address_when_delivered_then_the_row_says_so(desk: Desk) -> None:
    desk.call()
    desk.lan_is(email="")
    desk.deliveries.deliver()
    assert desk.rows() == [("failed", 0, "no address")] and desk.post.taken == []


def test_given_a_process_that_died_while_it_sent_when_its_claim_is_over_then_another_sends(desk: Desk) -> None:
    desk.call()
    desk.post.errors = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        desk.deliveries.deliver()
    desk.deliveries.deliver()
    assert desk.post.taken == []
    desk.change(alert, try_at=now() - LEASE)
    desk.deliveries.deliver()
    assert len(desk.post.taken) == 1


def test_given_two_processes_when_they_deliver_at_once_then_each_call_goes_out_once(desk: Desk) -> None:
    desk.chat()
    for _ in range(20):
        desk.call()
        desk.call(whom=desk.chief)
    with ThreadPoolExecutor(4) as pool:
        letters = [one for some in pool.map(lambda _: desk.deliveries.deliver(), range(8)) for one in some]
    told = "\n".join([*desk.said(), *(mail[2] for mail in desk.post.taken)])
    assert len(letters) == len(desk.said()) and told.count("/desk/cases/") == 40
    assert {row[0] for row in desk.rows()} == {"sent"}


def test_given_a_chat_of_their_own_when_delivered_then_it_is_a_letter_of_the_bot(desk: Desk) -> None:
    talk = desk.chat()
    id_ = desk.call()
    assert desk.deliveries.deliver() == [("telegram", talk)]
    (text,) = desk.said()
    assert f"{SITE}/desk/cases/{id_}" in text and desk.rows() == [("sent", 0, None)]
    with desk.database.connect() as connection:
        assert connection.execute(select(outbox.c.channel)).scalar() == "telegram"


@pytest.mark.parametrize(
    ("channel", "values", "trouble"),
    [
        ("telegram", {"left_at": now()}, "left"),
        ("zalo-bot", {}, "channel off"),
        ("zalo-oa", {"heard_at": now() - timedelta(hours=50)}, "window closed"),
        ("zalo-oa", {"replies_left": 0}, "window closed"),
    ],
)
def test_given_a_chat_that_nothing_reaches_when_delivered_then_the_row_says_why(
    desk: Desk, channel: str, values: dict[str, Any], trouble: str
) -> None:
    desk.chat(channel, **values)
    desk.call()
    assert desk.deliveries.deliver() == []
    assert desk.rows() == [("failed", 0, trouble)] and desk.said() == []


def test_given_an_open_window_when_delivered_then_it_is_sent(desk: Desk) -> None:
    desk.chat("zalo-oa")
    desk.call()
    assert len(desk.deliveries.deliver()) == 1


def test_given_no_chat_when_delivered_then_the_row_says_so(desk: Desk) -> None:
    desk.lan_is(alerts="chat")
    desk.call()
    desk.deliveries.deliver()
    assert desk.rows() == [("failed", 0, "no chat")]

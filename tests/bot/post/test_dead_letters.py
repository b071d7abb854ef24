"""Messages that were given up, and how the channels stand."""

from __future__ import annotations

from sqlalchemy.engine import Engine

from bot.errors import ChannelDown, SendFailed, TryLater
from bot.post import dead_letters, lines
from bot.post.clock import ago, now
from bot.post.outbox import MOST_DEATHS, MOST_DOUBTS, TOO_LONG, Outbox
from bot.store import tables
from tests.bot.post.kit import PLAIN, Shaky, again, change, claim, column, drain, post, rows, statuses, together


def give_up(database: Engine, *texts: str, error: SendFailed | None = None) -> Shaky:
    post(database, *texts)
    channel = Shaky([error or SendFailed("-213")] * len(texts), PLAIN)
    drain(database, channel)
    return channel


def test_given_letters_that_were_given_up_when_listed_then_the_newest_is_first_with_its_reason(
    database: Engine,
) -> None:
    give_up(database, "một", "hai")
    post(database, "ba")
    told = dead_letters.given_up(database)
    assert [(row["text"], row["error"], row["attempts"], row["doubts"]) for row in told] == [
        ("hai", "-213", 1, 0),
        ("một", "-213", 1, 0),
    ]
    assert len(dead_letters.given_up(database, most=1)) == 1


def test_given_a_letter_that_was_given_up_when_sent_again_twice_then_it_goes_out_once(database: Engine) -> None:
    channel = give_up(database, "một")
    assert dead_letters.resend(database, 1)
    assert not dead_letters.resend(database, 1)
    drain(database, channel)
    drain(database, channel)
    assert (channel.arrived, statuses(database)) == (["một"], ["sent"])


def test_given_letters_that_are_on_their_way_or_sent_when_resent_or_dropped_then_nothing_changes(
    database: Engine,
) -> None:
    channel = Shaky()
    post(database, "một")
    drain(database, channel)
    post(database, "hai", "ba")
    claim(database)
    for id_ in (1, 2, 3, 99, -1):
        assert not dead_letters.resend(database, id_)
        assert not dead_letters.drop(database, id_)
    assert statuses(database) == ["sent", "sending", "queued"]


def test_given_a_dropped_letter_when_resent_then_it_stays_dropped_and_in_the_transcript(database: Engine) -> None:
    give_up(database, "một")
    assert dead_letters.drop(database, 1)
    assert not dead_letters.drop(database, 1)
    assert not dead_letters.resend(database, 1)
    assert dead_letters.given_up(database) == []
    assert column(database, tables.message, "text") == ["một"]


def test_given_a_letter_half_of_which_arrived_when_resent_then_only_the_rest_goes_out(database: Engine) -> None:
    from bot.channels.port import Abilities

    channel = Shaky([None, SendFailed("x")], Abilities(text=7))
    post(database, "một hai ba bốn")
    drain(database, channel)
    dead_letters.resend(database, 1)
    drain(database, channel)
    assert channel.arrived == ["một hai", "ba bốn"]


def test_given_somebody_who_left_when_a_person_resends_then_it_is_tried(database: Engine) -> None:
    channel = give_up(database, "một")
    change(database, tables.conversation, left_at=now())
    dead_letters.resend(database, 1)
    drain(database, channel)
    assert channel.arrived == ["một"]


def test_given_a_yes_to_the_price_when_resent_then_the_letter_carries_it_until_the_next_no(database: Engine) -> None:
    give_up(database, "một")
    for may_cost in (True, False):
        change(database, tables.outbox, status="failed")
        dead_letters.resend(database, 1, may_cost)
        assert claim(database).may_cost is may_cost


def test_given_two_people_when_one_resends_and_one_drops_then_one_of_them_wins(database: Engine) -> None:
    give_up(database, "một")
    won: list[bool] = []
    together(*(lambda do=do: won.append(do(database, 1)) for do in (dead_letters.resend, dead_letters.drop)))
    assert sorted(won) == [False, True]


def test_given_a_channel_when_asked_how_it_stands_then_letters_and_people_are_counted(database: Engine) -> None:
    give_up(database, "một")
    post(database, "hai", "ba")
    post(database, "bốn", address="b")
    claim(database)
    told = lines.line(database, "memory")
    assert (told.conversations, told.waiting, told.given_up, told.paused, told.heard_at) == (2, 3, 1, "", None)
    assert lines.line(database, "web").conversations == 0


def test_given_a_paused_channel_when_resumed_then_all_that_waited_goes_out_at_once(database: Engine) -> None:
    channel = Shaky([ChannelDown("token")])
    post(database, "một")
    drain(database, channel)
    post(database, "hai", address="b")
    drain(database, channel)
    assert lines.line(database, "memory").paused == "token"
    assert lines.resume(database, "memory")
    assert not lines.resume(database, "memory")
    drain(database, channel)
    assert (lines.line(database, "memory").paused, sorted(channel.arrived)) == ("", ["hai", "một"])


def test_given_a_pause_that_is_over_when_a_letter_is_due_then_it_goes_out(database: Engine) -> None:
    from bot.store.channel_tables import channel_pause

    channel = Shaky([ChannelDown("token"), ChannelDown("again")])
    post(database, "một")
    drain(database, channel)
    change(database, channel_pause, until=ago(1))
    assert lines.line(database, "memory").paused == ""
    again(database, channel)
    assert (lines.line(database, "memory").paused, len(rows(database, channel_pause))) == ("again", 1)


def test_given_a_letter_that_may_have_arrived_when_given_up_then_the_list_says_so(database: Engine) -> None:
    post(database, "một")
    channel = Shaky([TryLater("timeout", perhaps_sent=True)] * 9, PLAIN)
    for _ in range(9):
        again(database, channel)
    assert [row["doubts"] for row in dead_letters.given_up(database)] == [MOST_DOUBTS]


def test_given_an_old_letter_when_resent_then_it_is_tried_for_a_day_again(database: Engine) -> None:
    channel = give_up(database, "một")
    long_ago = ago(3 * TOO_LONG.total_seconds())
    change(database, tables.message, created_at=long_ago)
    change(database, tables.outbox, since=long_ago, tries=99)
    dead_letters.resend(database, 1)
    channel.errors = [TryLater("429")]
    drain(database, channel)
    assert statuses(database) == ["queued"]
    again(database, channel)
    assert channel.arrived == ["một"]


def test_given_a_letter_that_ended_its_process_too_often_when_resent_then_it_is_tried(database: Engine) -> None:
    post(database, "một")
    change(database, tables.outbox, deaths=MOST_DEATHS + 1, status="failed")
    dead_letters.resend(database, 1)
    channel = Shaky()
    drain(database, channel)
    assert channel.arrived == ["một"]


def test_given_a_late_sender_when_the_letter_was_resent_then_what_it_reports_changes_nothing(database: Engine) -> None:
    post(database, "một")
    box, late = Outbox(database, "memory"), claim(database)
    change(database, tables.outbox, try_at=ago(1))
    box.failed(claim(database), SendFailed("x"))
    dead_letters.resend(database, 1)
    claim(database)
    box.failed(late, SendFailed("late"))
    assert statuses(database) == ["sending"]


def test_given_more_than_a_hundred_that_were_given_up_when_listed_then_none_is_left_out(database: Engine) -> None:
    post(database, *["một"] * 120)
    change(database, tables.outbox, status="failed")
    assert len(dead_letters.given_up(database)) == 120


def test_given_somebody_who_left_while_a_letter_was_doubtful_when_given_up_then_the_list_says_it_may_have_arrived(
    database: Engine,
) -> None:
    post(database, "một")
    claim(database)
    change(database, tables.conversation, left_at=now())
    again(database, Shaky())
    assert [(row["error"], row["doubts"]) for row in dead_letters.given_up(database)] == [("left", 1)]

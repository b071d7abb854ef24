"""One person on several channels: a code, a yes on both sides, and nothing for whoever guesses."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import insert
from sqlalchemy.engine import Engine

from bot import guides, joining
from bot.post.clock import ago, now
from bot.store import tables
from bot.store.channel_tables import joining as table
from procedures.guides.state import Guide
from tests.bot.joining_kit import HERE, THERE, Town, yes
from tests.bot.post.kit import change, column, inbound, rows, together


@pytest.fixture
def town(database: Engine) -> Town:
    return Town(database)


def test_given_a_code_typed_elsewhere_when_both_say_yes_then_they_are_one_person(town: Town) -> None:
    town.meet("a", "b")
    assert town.told("a").startswith(THERE)
    assert "Em đã ghi" in town.say("b", payload=yes())
    assert set(town.persons().values()) == {None}
    assert "Đã nối xong" in town.say("a", payload=yes())
    assert "Đã nối xong" in town.told("b")
    assert set(town.persons().values()) == {1}


def test_given_numbers_for_buttons_when_both_type_one_then_they_are_joined(town: Town) -> None:
    town.meet("a", "b")
    town.say("b", "1")
    town.say("a", "1")
    assert set(town.persons().values()) == {1}


@pytest.mark.parametrize("who", ["a", "b"])
def test_given_a_no_of_either_side_when_the_other_says_yes_then_nothing_is_joined(town: Town, who: str) -> None:
    town.meet("a", "b")
    town.say(who, payload='/join{"do": "no", "id": 1}')
    for one in "ab":
        assert "không được nối" in town.told(one)
        assert "đã xong hoặc đã hết hạn" in town.say(one, payload=yes())
    assert set(town.persons().values()) == {None}


def test_given_one_side_alone_when_it_says_yes_again_and_again_then_nothing_is_joined(town: Town) -> None:
    town.meet("a", "b")
    for _ in range(3):
        town.say("b", payload=yes())
    assert set(town.persons().values()) == {None}


@pytest.mark.parametrize("id_", ["1", "2", "999999999"])
def test_given_a_stranger_when_pressing_a_forged_yes_or_no_then_nothing_happens(town: Town, id_: str) -> None:
    town.meet("a", "b")
    for do in ("yes", "no"):
        assert "đã xong hoặc" in town.say("c", payload=f'/join{{"do": "{do}", "id": {id_}}}')
    assert column(town.database, table, "status") == ["met"]


def test_given_a_guesser_when_five_codes_were_wrong_then_even_the_right_one_is_refused(town: Town) -> None:
    code = town.code("a")
    wrong = [str(number) for number in range(1000, 1006) if str(number) != code][:5]
    for guess in wrong:
        assert "không đúng" in town.say("b", f"nối {guess}")
    assert "nhiều lần" in town.say("b", f"nối {code}")
    assert THERE not in town.told("a")
    assert town.say("c", f"nối {code}").startswith(HERE)


def test_given_a_guesser_when_an_hour_is_over_then_codes_are_taken_again(town: Town) -> None:
    for _ in range(5):
        town.say("b", "nối 0000")
    change(town.database, table, created_at=ago(3700))
    assert town.say("b", f"nối {town.code('a')}").startswith(HERE)


def test_given_a_code_when_ten_minutes_are_over_then_it_and_its_yes_are_good_for_nothing(town: Town) -> None:
    code = town.code("a")
    change(town.database, table, expires_at=ago(1))
    assert "hết hạn" in town.say("b", f"nối {code}")
    town.meet("a", "c")
    change(town.database, table, expires_at=ago(1))
    assert "hết hạn" in town.say("a", payload=yes(3))


def test_given_a_code_that_was_used_when_typed_by_another_then_it_is_wrong(town: Town) -> None:
    code = town.code("a")
    town.say("b", f"nối {code}")
    assert "không đúng" in town.say("c", f"nối {code}")


def test_given_ones_own_code_when_typed_then_it_is_told_and_still_good(town: Town) -> None:
    code = town.code("a")
    assert "chính cuộc trò chuyện này" in town.say("a", f"nối {code}")
    assert town.say("b", f"nối {code}").startswith(HERE)


def test_given_a_second_code_when_asked_for_then_the_first_is_over(town: Town) -> None:
    first, second = town.code("a"), town.code("a")
    if first != second:
        assert "không đúng" in town.say("b", f"nối {first}")
    assert town.say("b", f"nối {second}").startswith(HERE)


def test_given_three_and_two_conversations_when_joined_across_then_all_are_one_person(town: Town) -> None:
    for who in "abcdex":
        town.say(who, "xin chào")
    for one, other in (("c", "b"), ("e", "d"), ("b", "e"), ("a", "d")):
        town.join(one, other)
    assert town.persons() == {"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "x": None}


def test_given_joined_conversations_when_one_has_a_guide_then_the_other_lays_it_out(town: Town) -> None:
    town.join("a", "b")
    town.say("c", "xin chào")
    state = Guide("7k4p9m2xqr", "1.001193").to_dict()
    with town.database.begin() as connection:
        guides.keep(connection, 1, {"guide": state, "ticks": {}, "untick": []})
        laid_out = [guides.lay_out(connection, whose, "", None, "") or "" for whose in (1, 2, 3)]
    assert ["7k4p9m2xqr" in memory for memory in laid_out] == [True, True, False]


@pytest.mark.parametrize(
    "payload",
    ['/join{"do": "yes", "id": -1}', '/join{"do":"yes","id":1}', '/join{"do": "open", "id": 1}', '/join{"id": 1}'],
)
def test_given_a_payload_of_another_shape_when_pressed_then_it_joins_nothing(town: Town, payload: str) -> None:
    town.meet("a", "b")
    town.say("b", payload=payload)
    assert column(town.database, table, "confirmed") + column(town.database, table, "other_confirmed") == [False, False]


def test_given_a_payload_typed_as_words_when_said_then_it_presses_nothing(town: Town) -> None:
    town.meet("a", "b")
    town.say("a", '/join{"do": "yes", "id": 1}')
    assert column(town.database, table, "confirmed") == [False]


def test_given_a_turn_about_joining_when_taken_twice_then_it_is_done_once(town: Town) -> None:
    town.inbox.receive(inbound("1", "nối"))
    claimed = town.inbox.claim()
    assert claimed is not None
    assert joining.recognise(claimed) == {"type": "join", "do": "open"}
    assert town.turns.take(claimed)
    assert not town.turns.take(claimed)
    assert len(rows(town.database, table)) == len(rows(town.database, tables.outbox)) == 1


def test_given_codes_that_are_all_taken_when_one_is_asked_for_then_it_is_said_and_nothing_hangs(town: Town) -> None:
    town.say("z", "xin chào")
    with town.database.begin() as connection:
        codes = [
            {"conversation_id": 1, "code": str(code), "created_at": now(), "expires_at": ago(-600)}
            for code in range(1000, 10_000)
        ]
        connection.execute(insert(table), codes)
    assert "thử lại" in town.say("a", "nối")
    change(town.database, table, expires_at=ago(1))
    assert "Mã nối là" in town.say("a", "nối")


def test_given_a_staff_member_who_answers_when_both_press_yes_then_they_are_joined_without_a_word_of_the_engine(
    town: Town,
) -> None:
    town.meet("a", "b")
    change(town.database, tables.conversation, state="with_staff")
    town.say("b", "1")
    assert "Đã nối xong" in town.say("a", payload=yes())
    assert set(town.persons().values()) == {1}


def test_given_a_staff_member_who_answers_when_a_code_is_asked_for_or_typed_then_the_bot_is_silent(town: Town) -> None:
    code = town.code("b")
    town.say("a", "xin chào")
    change(town.database, tables.conversation, state="with_staff")
    before = len(rows(town.database, tables.outbox))
    for text in ("nối", f"nối {code}"):
        assert town.say("a", text) == text
    assert len(rows(town.database, tables.outbox)) == before


def test_given_two_strangers_when_they_type_one_code_at_once_then_one_of_them_meets(town: Town) -> None:
    code = town.code("a")
    claims = [town.put(who, f"nối {code}") for who in "bc"]
    together(*(lambda claimed=claimed: town.turns.take(claimed) for claimed in claims))
    assert sorted(town.told(who).startswith(HERE) for who in "bc") == [False, True]


def test_given_both_sides_when_they_say_yes_at_the_same_moment_then_they_are_joined(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.meet("a", "b")
    mine, other = town.put("a", payload=yes()), town.put("b", payload=yes())
    beside = threading.Thread(target=town.turns.take, args=(other,))
    update = joining.update

    def while_the_other_goes_ahead(*of: object) -> object:
        monkeypatch.setattr(joining, "update", update)
        beside.start()
        # It has to wait for us, so that it sees our yes.
        beside.join(0.3)
        return update(*of)

    monkeypatch.setattr(joining, "update", while_the_other_goes_ahead)
    assert town.turns.take(mine)
    beside.join()
    assert set(town.persons().values()) == {1}
    assert column(town.database, table, "status") == ["joined"]

"""Stars and words: only of one's own case, only once it is over, and never a question taken for words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from bot.conversation import Kind
from bot.handover import cases, citizen, events, phrases, presses
from bot.handover.kinds import Event
from bot.post.clock import now
from bot.store import tables
from tests.bot.handover.citizen_kit import Talk
from tests.bot.post.kit import change, column


@pytest.fixture
def talk(database: Engine) -> Talk:
    return Talk(database)


@pytest.fixture
def case(talk: Talk) -> int:
    """One that is over, and its citizen is told."""
    case = talk.closed()
    talk.tell()
    return case


def rate(talk: Talk, case: int, stars: int, who: str = "a") -> str:
    return talk.say(payload=presses.rating(case, stars), who=who)


@pytest.mark.parametrize("stars", range(1, 6))
def test_given_a_rating_when_pressed_then_it_is_kept_and_words_may_follow(talk: Talk, case: int, stars: int) -> None:
    told = rate(talk, case, stars)
    assert ("xin lỗi" in told) == (stars < 3)
    assert talk.row(case).rating == stars
    assert [one.payload for one in talk.buttons()] == [
        f'/rate{{"case": {case}, "do": "words"}}',
        f'/case{{"case": {case}, "do": "transcript"}}',
    ]
    with talk.database.connect() as connection:
        assert [line.data["stars"] for line in events.every(connection, case) if line.kind is Event.RATED] == [stars]


def test_given_a_rating_when_pressed_twice_and_then_another_then_the_last_counts(talk: Talk, case: int) -> None:
    for stars in (5, 5, 2):
        rate(talk, case, stars)
    assert talk.row(case).rating == 2
    with talk.database.connect() as connection:
        assert [line.data["stars"] for line in events.every(connection, case)] == [5, 2]


@pytest.mark.parametrize(
    ("text", "stars"),
    [
        *(("5", 5), ("4 sao", 4), ("★★★", 3), ("⭐⭐⭐⭐", 4), ("5/5", 5), ("rất hài lòng", 5), ("Không hài lòng", 2)),
        *(("khong hai long", 2), ("satisfied", 4), ("5星", 5), ("满意", 4), ("3 stars please", 3)),
        *(("four", 0), ("6", 0), ("0", 0), ("4 bản", 0), ("45", 0), ("4 5", 0), ("★★★★★★", 0), ("", 0)),
    ],
)
def test_given_words_for_a_rating_when_read_then_so_many_stars(text: str, stars: int) -> None:
    assert phrases.stars(text) == stars


def test_given_a_number_when_something_was_said_since_then_it_is_said_to_the_bot(talk: Talk, case: int) -> None:
    talk.say("khai sinh cần gì")
    talk.say("4")
    assert talk.bot.heard == [("khai sinh cần gì", ""), ("4", "")]
    assert talk.row(case).rating is None


def test_given_a_question_right_after_the_end_when_asked_then_the_bot_answers_at_once(talk: Talk, case: int) -> None:
    assert talk.say("lệ phí bao nhiêu") == "Nghe rõ: lệ phí bao nhiêu"
    rate(talk, case, 4)
    assert talk.say("còn giấy tờ gì") == "Nghe rõ: còn giấy tờ gì"
    assert talk.row(case).rating_words == ""


def test_given_words_that_are_wanted_when_typed_then_they_are_kept_and_the_next_message_is_the_bots(
    talk: Talk, case: int
) -> None:
    rate(talk, case, 2)
    talk.say(payload=presses.rating_words(case, "words"))
    assert talk.row(case).asks == "words"
    assert "ghi góp ý" in talk.say("Cán bộ trả lời chậm, 4 ngày mới có")
    assert (talk.row(case).rating_words, talk.row(case).asks) == ("Cán bộ trả lời chậm, 4 ngày mới có", "")
    assert talk.bot.heard == []
    talk.say("lệ phí bao nhiêu")
    assert talk.bot.heard == [("lệ phí bao nhiêu", "")]


@pytest.mark.parametrize("skip", ["press", "thôi"])
def test_given_words_that_are_wanted_when_skipped_then_nothing_is_kept(talk: Talk, case: int, skip: str) -> None:
    talk.say(payload=presses.rating_words(case, "words"))
    talk.say(payload=presses.rating_words(case, "skip")) if skip == "press" else talk.say(skip)
    assert (talk.row(case).rating_words, talk.row(case).asks) == ("", "")
    assert talk.bot.heard == []


def test_given_words_that_are_wanted_when_an_hour_is_over_then_a_message_is_the_bots(talk: Talk, case: int) -> None:
    talk.say(payload=presses.rating_words(case, "words"))
    change(talk.database, tables.message, created_at=now() - timedelta(hours=2))
    talk.say("khai sinh cần gì")
    assert talk.bot.heard == [("khai sinh cần gì", "")]
    assert talk.row(case).rating_words == ""


def test_given_words_that_are_wanted_when_another_button_is_pressed_then_what_follows_is_the_bots(
    talk: Talk, case: int
) -> None:
    talk.say(payload=presses.rating_words(case, "words"))
    talk.say("Hỏi thủ tục", payload="/greet")
    talk.say("khai sinh cần gì")
    assert [text for text, _ in talk.bot.heard] == ["Hỏi thủ tục", "khai sinh cần gì"]


def test_given_words_that_are_wanted_when_a_photo_comes_then_it_is_none(talk: Talk, case: int) -> None:
    talk.say(payload=presses.rating_words(case, "words"))
    talk.say(kind=Kind.PHOTO)
    assert talk.row(case).rating_words == ""


def test_given_very_long_words_when_kept_then_they_are_cut(talk: Talk, case: int) -> None:
    talk.say(payload=presses.rating_words(case, "words"))
    talk.say("chậm " * 700)
    assert len(talk.row(case).rating_words) == 1000


@pytest.mark.parametrize("payload", ['/rate{{"case": {0}, "stars": 1}}', '/rate{{"case": {0}, "do": "words"}}'])
def test_given_a_stranger_when_pressing_somebody_elses_rating_then_nothing_is_kept(
    talk: Talk, case: int, payload: str
) -> None:
    before = talk.row(case)
    assert "không còn" in talk.say(payload=payload.format(case), who="b")
    assert talk.row(case) == before
    assert talk.bot.heard == []


@pytest.mark.parametrize("number", [0, 7, 999_999_999])
def test_given_a_case_that_is_not_there_when_rated_then_it_is_said_kindly(talk: Talk, number: int) -> None:
    assert "không còn" in rate(talk, number, 5)


def test_given_a_case_that_is_open_or_not_told_when_rated_then_nothing_is_kept(talk: Talk) -> None:
    waiting, untold = talk.case("a"), talk.closed("b", seconds=1)
    rate(talk, waiting, 5)
    rate(talk, untold, 5, "b")
    assert (talk.row(waiting).rating, talk.row(untold).rating) == (None, None)


@pytest.mark.parametrize("values", [{"closed_at": now() - timedelta(days=31)}, {"outcome": "spam"}])
def test_given_a_case_of_long_ago_or_noise_when_rated_then_nothing_is_kept(
    talk: Talk, case: int, values: dict[str, object]
) -> None:
    talk.change(case, **values)
    assert "không còn" in rate(talk, case, 5)
    assert talk.row(case).rating is None


def test_given_a_person_who_answers_a_second_case_when_the_first_is_rated_then_it_is_kept(
    talk: Talk, case: int
) -> None:
    second = talk.case(staff_id=talk.person("ba"))
    assert "cảm ơn" in rate(talk, case, 5)
    assert talk.row(case).rating == 5
    assert talk.state(second) == "with_staff"
    # What is typed is said to the person.
    assert talk.say("4") == "4"


def test_given_a_second_case_that_is_taken_while_the_first_is_rated_when_the_turn_commits_then_it_is_kept(
    talk: Talk, case: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    second, lan, answer = talk.case(), talk.person("ba"), citizen.answer

    def meanwhile(*of: Any) -> Any:
        found = answer(*of)
        with talk.database.begin() as connection:
            cases.claim(connection, second, lan)
        return found

    monkeypatch.setattr(citizen, "answer", meanwhile)
    assert "cảm ơn" in rate(talk, case, 4)
    assert (talk.row(case).rating, talk.state(second)) == (4, "with_staff")


def test_given_a_rating_typed_as_a_payload_when_said_then_it_presses_nothing(talk: Talk, case: int) -> None:
    talk.say(f'/rate{{"case": {case}, "stars": 5}}')
    assert talk.row(case).rating is None


@pytest.mark.parametrize(
    "payload",
    [
        '/rate{"case": 1, "stars": 6}',
        '/rate{"case": 1, "stars": 0}',
        '/rate{"case": -1, "stars": 5}',
        '/rate{"case": 1234567890, "stars": 5}',
        '/rate{"case":1,"stars":5}',
        '/rate{"case": 1, "do": "say"}',
        '/rate{"case": ١, "stars": 5}',
        '/case{"case": 1, "do": "phone"}',
        '/case{"case": 1, "do": "place"}',
        '/case{"case": 1, "do": "place", "place": "1273"}',
        "/rate",
        "",
    ],
)
def test_given_a_payload_of_another_shape_when_read_then_it_is_none_of_ours(payload: str) -> None:
    assert presses.read(payload) is None


def test_given_a_payload_of_another_shape_when_pressed_then_the_bot_answers_its_title(talk: Talk, case: int) -> None:
    talk.say("năm sao", payload='/rate{"case": 1, "stars": 9}')
    assert [text for text, _ in talk.bot.heard] == ["năm sao"]
    assert talk.row(case).rating is None


def test_given_a_turn_that_is_taken_again_when_it_rates_then_it_is_told_once(talk: Talk, case: int) -> None:
    rate(talk, case, 3)
    assert column(talk.database, tables.turn, "outcome") == ["status"]

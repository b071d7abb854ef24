"""The way through a guide, without anybody talking."""

from __future__ import annotations

import json
from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procedures.catalogue import SEEDS
from procedures.guides import walk
from procedures.guides.state import HAVE, LATER, MISSING, Guide, Stage, find_token, new_token, spelled
from procedures.importers.seeds import read_seeds
from procedures.model import Case, Channel, Paper, Procedure, Way

PROCEDURES = {row.procedure.code: row.procedure for row in read_seeds(SEEDS)}
BIRTH = PROCEDURES["1.001193"]
BORN_AT_HOME = BIRTH.cases[1].name
#: Questions of the longest guide: a case each, the way, a paper each.
BOUND = 60
Step = Callable[[Procedure, Guide], Guide]


def begun(procedure: Procedure = BIRTH) -> Guide:
    return walk.settle(procedure, Guide("7k4p9m2xqr", procedure.code))


def names(procedure: Procedure, guide: Guide) -> list[str]:
    return [need.paper.name for need in walk.needed(procedure, guide)]


def made(*cases: Case, channels: tuple[Channel, ...] = (Channel.COUNTER,)) -> Procedure:
    return Procedure("1.000001", "Việc", "Việc", cases=cases, ways=tuple(Way(channel) for channel in channels))


def test_given_cases_when_begun_then_they_are_asked_first_then_the_way_then_papers_then_the_trip() -> None:
    guide = begun()
    stages = [guide.stage]
    for step in (walk.no_case, lambda p, g: walk.file_by(p, g, Channel.COUNTER)):
        guide = step(BIRTH, guide)
        stages.append(guide.stage)
    guide = walk.tick(BIRTH, guide, names(BIRTH, guide), HAVE)
    assert [*stages, guide.stage] == [Stage.CASES, Stage.WAY, Stage.PAPERS, Stage.TRIP]


def test_given_a_case_when_it_fits_then_its_papers_are_needed_and_another_case_may_fit_too() -> None:
    guide = walk.decide_case(BIRTH, begun(), BORN_AT_HOME)
    assert guide.stage is Stage.CASES
    assert "Giấy của người làm chứng về việc sinh" in names(BIRTH, guide)


def test_given_a_child_born_at_home_when_asked_then_the_paper_of_the_hospital_is_not_needed() -> None:
    hospital = BIRTH.cases[0].papers[0].name
    assert hospital in names(BIRTH, begun())
    assert hospital not in names(BIRTH, walk.decide_case(BIRTH, begun(), BORN_AT_HOME))


def test_given_cases_that_exclude_each_other_when_another_is_chosen_then_it_takes_the_place_of_the_first() -> None:
    procedure = made(Case("A", (Paper("a"),)), Case("B", (Paper("b"),)))
    guide = walk.decide_case(procedure, begun(procedure), "A")
    assert (guide.stage, names(procedure, guide)) == (Stage.PAPERS, ["a"])
    assert names(procedure, walk.decide_case(procedure, guide, "B")) == ["b"]


def test_given_one_case_and_one_way_when_begun_then_the_first_question_is_a_paper() -> None:
    assert begun(made(Case("", (Paper("a"),)))).stage is Stage.PAPERS


def test_given_no_papers_when_begun_then_the_trip_follows_at_once() -> None:
    assert begun(made()).stage is Stage.TRIP


def test_given_papers_put_off_or_missing_when_at_the_trip_then_they_are_lacking_until_they_are_there() -> None:
    procedure = made(Case("", (Paper("a"), Paper("b"), Paper("c"))))
    guide = walk.tick(procedure, begun(procedure), ["a"], HAVE)
    guide = walk.tick(procedure, walk.tick(procedure, guide, ["b"], MISSING), ["c"], LATER)
    assert [need.paper.name for need in walk.lacking(procedure, guide)] == ["b", "c"]
    guide = walk.tick(procedure, guide, ["b", "c"], HAVE)
    assert (guide.stage, walk.lacking(procedure, guide)) == (Stage.TRIP, ())


def test_given_a_paper_that_is_not_needed_when_ticked_then_nothing_changes() -> None:
    assert walk.tick(BIRTH, begun(), ["sổ đỏ"], HAVE) == begun()


def test_given_two_ticks_when_going_back_then_only_the_last_is_taken_back() -> None:
    procedure = made(Case("", (Paper("a"), Paper("b"), Paper("c"))))
    guide = walk.tick(procedure, begun(procedure), ["a", "b"], HAVE)
    assert walk.back(procedure, guide).ticks == {"a": HAVE}


def test_given_a_catalogue_that_has_changed_when_taken_up_then_what_came_and_went_is_told_and_ticks_stay() -> None:
    before, after = made(Case("", (Paper("a"), Paper("b")))), made(Case("", (Paper("b"), Paper("c"))))
    guide = walk.tick(before, begun(before), ["b"], HAVE)
    assert walk.changed(after, guide) == (("c",), ("a",))
    assert walk.settle(after, guide).ticks == {"b": HAVE}


def test_given_tokens_when_written_in_any_way_then_they_are_found_and_words_are_not() -> None:
    token = new_token()
    assert {find_token(text) for text in (token, spelled(token), f"mã {spelled(token)} đây", token.upper())} == {token}
    assert find_token("abcde fghjk") == find_token("nghiencuu2026") == find_token("") == ""


STEPS: list[Step] = [
    walk.no_case,
    lambda p, g: walk.decide_case(p, g, walk.branches(p)[-1].name) if walk.branches(p) else g,
    lambda p, g: walk.decide_case(p, g, walk.branches(p)[0].name) if walk.branches(p) else g,
    lambda p, g: walk.file_by(p, g, walk.channels(p)[0]) if walk.channels(p) else g,
    *(
        (lambda p, g, what=what: walk.tick(p, g, [need.paper.name] if (need := walk.asked(p, g)) else [], what))
        for what in (HAVE, MISSING, LATER)
    ),
    walk.back,
    walk.reopen,
    lambda p, g: walk.tick(p, g, names(p, g)[-1:], HAVE),
]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(PROCEDURES)), st.lists(st.sampled_from(range(len(STEPS))), max_size=40))
def test_given_any_procedure_when_walked_anyhow_then_it_survives_a_restart_and_still_ends(
    code: str, moves: list[int]
) -> None:
    procedure = PROCEDURES[code]
    guide = begun(procedure)
    for move in moves:
        guide = STEPS[move](procedure, guide)
        assert Guide.from_dict(json.loads(json.dumps(guide.to_dict()))) == guide
    assert ended(procedure, guide).stage is Stage.TRIP


def test_given_every_procedure_when_walked_case_by_case_then_every_paper_is_asked_about() -> None:
    for procedure in PROCEDURES.values():
        wanted = {paper.name for case in procedure.cases for paper in case.papers}
        cases = ["", *(case.name for case in walk.branches(procedure))]
        met: set[str] = set()
        for case in cases:
            guide = begun(procedure)
            met |= set(names(procedure, walk.decide_case(procedure, guide, case) if case else guide))
        assert met == wanted, procedure.code


def ended(procedure: Procedure, guide: Guide) -> Guide:
    """Says "no", "the first way", "I have it" until nothing is asked any more."""
    for _ in range(BOUND):
        if guide.stage is Stage.TRIP:
            break
        step = {Stage.CASES: STEPS[0], Stage.WAY: STEPS[3], Stage.PAPERS: STEPS[4]}[guide.stage]
        guide = step(procedure, guide)
    return guide

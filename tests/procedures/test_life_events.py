"""Life events: complete, in every language, and found by how people tell them."""

from __future__ import annotations

from pathlib import Path

import pytest

from procedures.catalogue import seeds_view
from procedures.errors import SeedInvalid
from procedures.life_events import life_events, read_life_events


def test_given_the_shipped_events_when_read_then_all_twelve_name_procedures_in_plain_words() -> None:
    events, view = list(life_events()), seeds_view()
    assert len(events) >= 12
    lost = [part.code for event in events for part in event.parts if view.by_code(part.code) is None]
    assert lost == []


@pytest.mark.parametrize("language", ["vi", "en", "zh"])
def test_given_every_way_an_event_is_told_when_looked_for_then_that_event_is_found(language: str) -> None:
    found = {said: life_events().find(said) for event in life_events() for said in event.said[language]}
    missed = [
        said for event in life_events() for said in event.said[language] if not found[said] or found[said][0] != event
    ]
    assert missed == []


@pytest.mark.parametrize("text", ["đăng ký tạm trú", "đổi bằng lái xe", "renew my driving licence", "", "xin chào"])
def test_given_a_question_about_one_procedure_when_looked_for_then_no_event_is_told(text: str) -> None:
    assert life_events().find(text) is None


GOOD = """\
born:
  title: {vi: Có con, en: A child, zh: 孩子}
  said: {vi: [sinh con], en: [a child is born], zh: [有孩子]}
  procedures:
    - {code: "1.001193"}
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"1.001193"', '"1.1"', "no code"),
        ("zh: [有孩子]", "zz: [有孩子]", "zz: unknown key"),
        (", zh: 孩子", "", "zh: missing"),
        ("said:", "sayd:", 'Did you mean "said"'),
    ],
)
def test_given_a_mistake_when_read_then_its_line_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    path = tmp_path / "events.yml"
    path.write_text(GOOD, "utf-8")
    assert read_life_events(path)[0].parts[0].code == "1.001193"
    path.write_text(GOOD.replace(old, new), "utf-8")
    with pytest.raises(SeedInvalid, match=told) as invalid:
        read_life_events(path)
    assert invalid.value.line > 0

"""Seeds: strict, with the place and a way out."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from procedures.errors import SeedInvalid
from procedures.importers.seed import read_seed
from procedures.importers.seeds import read_seeds
from procedures.languages import in_language, missing
from procedures.model import Case, Channel, Fee, Paper, TimeUnit

GOOD = """\
code: "1.000001"
data_date: 2026-07
title: Đăng ký
summary: Để đăng ký.
aliases:
  - làm giấy
  - xin giấy
cases:
  - papers:
      - {name: Tờ khai, originals: 1, form: CT01}
    notes: [Mang theo căn cước.]
ways:
  - channel: online
    time: 3 ngày
    time_amount: 3.5
    time_unit: working_day
    fees:
      - {text: "8.000 đ một bản", amount: 8000}
where: Ở xã
offices: [commune_centre]
related: [2.000380, 1.004884]
valid_from: 2026-07-01
en:
  aliases: [get it]
  texts:
    "Đăng ký": Registration
    "Để đăng ký.": To register.
    "Tờ khai": Form
    "Mang theo căn cước.": Bring your card.
    "3 ngày": 3 days
    "8.000 đ một bản": 8,000 dong a copy
    "Ở xã": At the commune
zh:
  aliases: [办理登记]
  texts:
    "Đăng ký": 登记
    "Để đăng ký.": 用于登记
    "Tờ khai": 表格
    "Mang theo căn cước.": 带身份证
    "3 ngày": 3天
    "8.000 đ một bản": 每份8000盾
    "Ở xã": 在乡里
"""
SEEDS = Path(__file__).parents[3] / "procedures" / "seed"


def seed(folder: Path, text: str, name: str = "1.000001.yml") -> Path:
    (folder / name).write_text(text, "utf-8")
    return folder / name


def test_given_a_good_seed_when_read_then_it_is_a_plain_procedure(tmp_path: Path) -> None:
    procedure = read_seed(seed(tmp_path, GOOD))
    way = procedure.ways[0]
    assert (procedure.plain, procedure.data_date, procedure.related) == (True, "2026-07", ("2.000380", "1.004884"))
    assert (way.channel, way.time_amount, way.time_unit) == (Channel.ONLINE, 3.5, TimeUnit.WORKING_DAY)
    assert way.fees == (Fee("8.000 đ một bản", 8000),)
    assert procedure.cases[0].papers == (Paper("Tờ khai", 1, 0, "", "CT01"),)
    assert procedure.cases[0].notes == ("Mang theo căn cước.",)


def test_given_decomposed_text_when_read_then_it_is_composed(tmp_path: Path) -> None:
    assert read_seed(seed(tmp_path, unicodedata.normalize("NFD", GOOD))).title == "Đăng ký"


@pytest.mark.parametrize(
    ("old", "new", "key", "told"),
    [
        ("summary:", "sumary:", "sumary", 'Did you mean "summary"?'),
        ("channel:", "chanel:", "ways[0].chanel", 'Did you mean "channel"?'),
        ("channel: online", "channel: onlin", "ways[0].channel", 'Did you mean "online"?'),
        ("working_day", "workday", "ways[0].time_unit", "not one of"),
        ('code: "1.000001"\n', "", "code", "missing"),
        ("title: Đăng ký\n", "", "title", "missing"),
        ("summary: Để đăng ký.\n", "", "summary", "missing"),
        ("aliases:\n  - làm giấy\n  - xin giấy\n", "", "aliases", "missing"),
        (GOOD[GOOD.index("ways") : GOOD.index("where")], "", "ways", "missing"),
        (GOOD[GOOD.index("ways") : GOOD.index("where")], "ways: []\n", "ways", "empty"),
        (GOOD[GOOD.index("zh:") :], "", "zh", "missing"),
        ('    "Ở xã": 在乡里\n', "", "zh.texts", '"Ở xã" has no translation'),
        ('    "Tờ khai": Form\n', '    "Tờ khay": Form\n', "en.texts.Tờ khay", 'Did you mean "Tờ khai"?'),
        ("[commune_centre]", "[commune_center]", "offices[0]", 'Did you mean "commune_centre"?'),
        ("2026-07-01", "01/07/2026", "valid_from", "no day"),
        (
            "valid_from: 2026-07-01",
            "valid_from: 2026-07-01\nvalid_until: 2026-06-01",
            "valid_until",
            "before valid_from",
        ),
        ("valid_from: 2026-07-01", 'replaced_by: ["1.000001"]', "replaced_by[0]", "the file itself"),
        ("title: Đăng ký", "title: 5", "title", "a number where a text is wanted"),
        ("title: Đăng ký", "title: yes", "title", "yes or no where a text is wanted"),
        ("title: Đăng ký", "title:", "title", "empty where a text is wanted"),
        ("title: Đăng ký", 'title: " "', "title", "the text is empty"),
        ("  - xin giấy", "  - Làm  giấy", "aliases[1]", "twice"),
        ('{text: "8.000 đ một bản", amount: 8000}', "8000", "ways[0].fees[0]", "a bare figure"),
        ('"8.000 đ một bản"', '"8000"', "ways[0].fees[0].text", "a bare figure"),
        ("amount: 8000}", "amount: 8.000}", "ways[0].fees[0].amount", "not a whole number"),
        ("amount: 8000}", "amount: -1}", "ways[0].fees[0].amount", "not a whole number"),
        ("time_amount: 3.5", "time_amount: three", "ways[0].time_amount", "not a number"),
        ("    time_amount: 3.5\n", "", "ways[0].time_amount", "go together"),
        ("2026-07", "July 2026", "data_date", "no month"),
        ("2.000380", "2.00038", "related[0]", "no code"),
        ('"1.000001"', '"1.000002"', "code", "Name it 1.000002.yml"),
        ('"1.000001"', '"abc"', "code", "no code"),
        ("[Mang theo căn cước.]", "Mang theo căn cước.", "cases[0].notes", "where a list is wanted"),
        ("title: Đăng ký", "title: A\ntitle: B", "", "line 4: not YAML"),
        ("title: Đăng ký", "title: Đăng ký: lại", "", "line 3: not YAML"),
        ("aliases:", "aliases: [", "", "not YAML"),
    ],
)
def test_given_a_mistake_when_read_then_its_place_and_a_way_out_are_told(
    tmp_path: Path, old: str, new: str, key: str, told: str
) -> None:
    assert old in GOOD
    path = seed(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(SeedInvalid) as invalid:
        read_seed(path)
    assert invalid.value.key.startswith(key)
    assert told in str(invalid.value)
    assert str(path) in str(invalid.value)


def test_given_a_mistake_deep_in_the_file_when_read_then_its_line_is_told(tmp_path: Path) -> None:
    path = seed(tmp_path, GOOD.replace("amount: 8000}", "amount: 8.000}"))
    with pytest.raises(SeedInvalid) as invalid:
        read_seed(path)
    assert path.read_text("utf-8").splitlines()[invalid.value.line - 1].strip().startswith("- {text: ")


def test_given_a_good_seed_when_asked_in_another_language_then_every_text_is_in_it(tmp_path: Path) -> None:
    english = in_language(read_seed(seed(tmp_path, GOOD)), "en")
    assert (english.title, english.where, english.ways[0].fees[0].amount) == ("Registration", "At the commune", 8000)
    assert english.cases[0] == Case("", (Paper("Form", 1, 0, "", "CT01"),), ("Bring your card.",))


def test_given_a_vietnamese_text_that_has_changed_when_asked_then_its_translation_is_missing(tmp_path: Path) -> None:
    procedure = replace(read_seed(seed(tmp_path, GOOD)), where="Ở tỉnh")
    assert list(missing(procedure, "en")) == ["Ở tỉnh"]
    assert in_language(procedure, "en").where == "Ở tỉnh"


def test_given_questions_beside_a_seed_when_read_then_they_are_known_as_asked(tmp_path: Path) -> None:
    (tmp_path / "asked").mkdir()
    (tmp_path / "asked" / "1.000001.txt").write_text("làm giấy ở đâu\n\nlàm giấy ở đâu\nhow\n", "utf-8")
    assert read_seed(seed(tmp_path, GOOD)).asked == ("làm giấy ở đâu", "how")


@pytest.mark.parametrize(
    "data", [b"", b"- a\n", b"\xff\xfe", b"x" * 300_000, b"a: !!python/object:os.system {}", b"a: \0"]
)
def test_given_a_file_that_is_no_mapping_when_read_then_it_is_invalid(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "1.000001.yml").write_bytes(data)
    with pytest.raises(SeedInvalid):
        read_seed(tmp_path / "1.000001.yml")


def test_given_a_folder_when_read_then_seeds_come_by_code(tmp_path: Path) -> None:
    seed(
        tmp_path,
        GOOD.replace("1.000001", "2.000001").replace("giấy", "sổ").replace("get it", "x y").replace("办理登记", "换证"),
        "2.000001.yml",
    )
    seed(tmp_path, GOOD)
    seed(tmp_path, "x", "notes.txt")
    rows = list(read_seeds(tmp_path))
    assert [(row.line, row.layer, row.procedure.code) for row in rows] == [
        (1, "plain", "1.000001"),
        (2, "plain", "2.000001"),
    ]


def test_given_an_alias_of_two_procedures_when_read_then_the_second_is_invalid(tmp_path: Path) -> None:
    seed(tmp_path, GOOD)
    seed(tmp_path, GOOD.replace("1.000001", "1.000002").replace("làm giấy", "làm sổ"), "1.000002.yml")
    with pytest.raises(SeedInvalid, match=r"belongs to 1\.000001 already"):
        list(read_seeds(tmp_path))


def test_given_another_ending_when_read_then_it_is_invalid(tmp_path: Path) -> None:
    seed(tmp_path, GOOD, "1.000001.yaml")
    with pytest.raises(SeedInvalid, match=r"Rename it to 1\.000001\.yml"):
        list(read_seeds(tmp_path))


def test_given_our_own_seeds_when_read_then_none_is_invalid() -> None:
    assert len(list(read_seeds(SEEDS))) == len(list(SEEDS.glob("*.yml")))

"""Counts the words by which Vietnamese and English are told apart, and which no mending may touch.

    make words      (writes procedures/typed/vi.tsv and procedures/typed/en.tsv)

Vietnamese: accented syllables of our seeds, our training examples and, where they lie, national titles.
English: words of our seeds and training examples. Counts only, in order of frequency; no sentence is kept.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import yaml

from procedures.catalogue import SEEDS
from procedures.importers import Accepted
from procedures.importers.seeds import read_seeds
from procedures.languages import in_language, texts
from procedures.typed import words
from procedures.typed.fold import HAN, fold, tidy
from procedures.typed.syllables import canonical, is_syllable

ROOT = Path(__file__).parents[2]
TITLES = ROOT.parent / "shared" / "data" / "national_procedures.jsonl.gz"
_WORD = re.compile(r"[^\W\d_]+")
#: A form seen once may be a slip.
LEAST = 2


def main() -> None:
    """Writes both lists."""
    folder = Path(words.__file__).parent
    _write(folder / "vi.tsv", Counter(word for text in _vietnamese() for word in _words(text) if is_syllable(word)))
    english = Counter(word for text in _english() for word in _words(text) if word.isascii())
    _write(folder / "en.tsv", english)


def _vietnamese() -> Iterator[str]:
    for row in read_seeds(SEEDS):
        if isinstance(row, Accepted):
            yield from (row.procedure.title, *texts(row.procedure), *row.procedure.aliases)
    yield from (text for text in _examples() if not HAN.search(text) and fold(text) != text.lower())
    if TITLES.exists():
        with gzip.open(TITLES, "rt", encoding="utf-8") as file:
            yield from (str(json.loads(line)["name"]) for line in file)


def _english() -> Iterator[str]:
    for row in read_seeds(SEEDS):
        if isinstance(row, Accepted):
            said = in_language(row.procedure, "en")
            yield from (said.title, *texts(said))
            yield from (alias for t in row.procedure.translations if t.language == "en" for alias in t.aliases)
    yield from (text for text in _examples() if text.isascii() and _looks_english(text))


def _examples() -> Iterator[str]:
    for path in sorted((ROOT / "nlu" / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            yield from (line[2:].strip() for line in block["examples"].splitlines() if line.startswith("- "))


def _looks_english(text: str) -> bool:
    found = _words(text)
    return bool(found) and sum(is_syllable(word) for word in found) < 0.5 * len(found)


def _words(text: str) -> list[str]:
    return [canonical(word) for word in _WORD.findall(tidy(text).lower())]


def _write(path: Path, counts: Counter[str]) -> None:
    kept = sorted(((n, word) for word, n in counts.items() if n >= LEAST), key=lambda pair: (-pair[0], pair[1]))
    path.write_text("".join(f"{word}\t{n}\n" for n, word in kept), "utf-8")


if __name__ == "__main__":
    main()

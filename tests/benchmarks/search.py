"""Search at 5,652 and at 50,000 procedures, against SQLite FTS5 and bm25s on the same questions in the same run."""

from __future__ import annotations

import gc
import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import bm25s
import numpy as np
import psutil
from rich.console import Console

from procedures.catalogue import SEEDS
from procedures.importers import Accepted, read
from procedures.importers.seeds import read_seeds
from procedures.questions import Question, read_questions, with_stripped
from procedures.search import Document, Index
from procedures.search.document import document, together
from procedures.typed.fold import fold, tokens
from tests.benchmarks.turns import quantile

QUESTIONS = Path(__file__).parents[1] / "questions"
SHARED = Path(__file__).parents[2].parent / "shared" / "data"
SIZES = (5_652, 50_000)

Find = Callable[[str], list[str]]


def documents() -> list[Document]:
    """The seeds and, where it is there, the national catalogue."""
    found = {row.procedure.code: document(row.procedure) for row in read_seeds(SEEDS)}
    national = SHARED / "national_procedures.jsonl.gz"
    for row in read(national) if national.exists() else ():
        if isinstance(row, Accepted):
            told, code = document(row.procedure), row.procedure.code
            found[code] = together(found[code], told) if code in found else told
    return [found[code] for code in sorted(found)]


def multiplied(real: Sequence[Document], size: int) -> list[Document]:
    """As many documents as wanted: records again under new codes, a third of their titles' words changed."""
    chance = random.Random(size)
    words = [word for one in real for word in one.title.split()]
    made = list(real)
    while len(made) < size:
        one = chance.choice(real)
        title = " ".join(chance.choice(words) if chance.random() < 0.33 else word for word in one.title.split())
        made.append(
            replace(one, code=f"9.{len(made):06}", title=title, names={"vi": (title,)}, asked=(), everyday=False)
        )
    return made


def questions() -> list[Question]:
    """The untouched and the open questions, those with accents twice."""
    files = [QUESTIONS / "open.jsonl", *sorted((QUESTIONS / "untouched").glob("*.jsonl"))]
    return with_stripped(question for path in files for question in read_questions(path) if question.codes)


def ours(corpus: Sequence[Document]) -> Find:
    """This project's index."""
    index = Index(corpus)
    return lambda text: [hit.code for hit in index.search(text)]


def fts5(corpus: Sequence[Document]) -> Find:
    """SQLite's full-text search over the same folded texts, titles weighing most."""
    database = sqlite3.connect(":memory:")
    database.execute("create virtual table p using fts5(code unindexed, title, names, body)")
    rows = ((one.code, *_folded(one)) for one in corpus)
    database.executemany("insert into p values (?, ?, ?, ?)", rows)

    def find(text: str) -> list[str]:
        query = " OR ".join(f'"{token}"' for token in dict.fromkeys(tokens(text))) or '""'
        found = database.execute("select code from p where p match ? order by bm25(p, 0, 3, 3, 1) limit 5", (query,))
        return [code for (code,) in found]

    return find


def with_bm25s(corpus: Sequence[Document]) -> Find:
    """The library bm25s over the same folded texts."""
    retriever = bm25s.BM25()
    retriever.index([" ".join(_folded(one)).split() for one in corpus], show_progress=False)

    def find(text: str) -> list[str]:
        said = [token for token in tokens(text) if token in retriever.vocab_dict]
        if not said:
            return []
        found, _ = retriever.retrieve([said], k=5, show_progress=False)
        return [corpus[number].code for number in np.asarray(found)[0]]

    return find


def run(out: Console) -> None:
    """A line for each size and each engine."""
    real, asked = documents(), questions()
    out.print(f"search: {len(real)} procedures, {len(asked)} questions; what is missing up to the size is made up")
    for size in SIZES:
        corpus = multiplied(real, size)
        for name, build in (("ours", ours), ("SQLite FTS5", fts5), ("bm25s", with_bm25s)):
            out.print(f"  {len(corpus):6} {name:12} {_measure(build, corpus, asked)}")


def _measure(build: Callable[[Sequence[Document]], Find], corpus: Sequence[Document], asked: Sequence[Question]) -> str:
    gc.collect()
    before, started = psutil.Process().memory_info().rss, time.perf_counter()
    find = build(corpus)
    built, grown = time.perf_counter() - started, psutil.Process().memory_info().rss - before
    times, ranks = zip(*_asked(find, asked), strict=True)
    hit1, hit3 = sum(rank == 1 for rank in ranks) / len(ranks), sum(0 < rank <= 3 for rank in ranks) / len(ranks)
    return (
        f"p50 {quantile(list(times), 0.5):6.2f} ms  p99 {quantile(list(times), 0.99):6.2f} ms  "
        f"Hit@1 {hit1:.3f}  Hit@3 {hit3:.3f}  built in {built:.1f} s, {grown / 2**20:.0f} MiB"
    )


def _asked(find: Find, asked: Sequence[Question]) -> Iterator[tuple[float, int]]:
    for question in asked:
        started = time.perf_counter()
        found = find(question.text)
        ms = (time.perf_counter() - started) * 1000
        yield ms, next((place for place, code in enumerate(found, 1) if code in question.codes), 0)


def _folded(one: Document) -> tuple[str, str, str]:
    names = " ".join(name for names in one.names.values() for name in names)
    return fold(one.title), " ".join(tokens(f"{names} {' '.join(one.asked)}")), one.body

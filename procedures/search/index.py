"""The index: every name and every known question of every procedure, scored against what a citizen typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from procedures.search.classify import Classifier
from procedures.search.document import Document
from procedures.search.learnt import Learnt
from procedures.search.mend import Mender
from procedures.search.postings import Floats, Postings
from procedures.search.query import has_code, matter
from procedures.search.rank import (
    ENOUGH_SAID,
    FAINT,
    Features,
    Words,
    closeness,
    confidence,
    explained_by,
    fits,
    near,
    overall,
    signs,
    sure_from,
    weigh,
)
from procedures.search.spelt import Spelt
from procedures.search.thresholds import thresholds
from procedures.typed.fold import accented, bigrams, fold, ngrams, tokens

#: Procedures that reach the slow scoring, and names of each.
CANDIDATES, NAMES = 12, 3
#: Syllables from which a name that is said whole is enough: "sua" alone may be anything.
WHOLE = 2
#: What the first stages weigh when candidates are picked.
FIRST = {"words": 1.0, "grams": 0.6, "profile": 1.0, "body": 0.3, "learnt": 1.0, "learnt_share": 1.0, "everyday": 0.15}


@dataclass(frozen=True)
class Hit:
    """One procedure found; score from 0 to 1."""

    code: str
    score: float
    #: Whether it is the best one, and so likely meant that nothing need be asked.
    sure: bool = True


@dataclass(frozen=True)
class Only:
    """A filter. Procedures of which the level or the applicant is not known pass."""

    #: A value of Level, or empty for all.
    level: str = ""
    #: Words of who files, such as "doanh nghiệp" without accents; empty for all.
    applicant: str = ""

    def holds(self, document: Document) -> bool:
        """Whether a procedure passes."""
        at_level = not self.level or not document.levels or self.level in document.levels
        who = fold(" ".join(document.audience))
        return at_level and (not who or fold(self.applicant) in who)


EVERYBODY = Only()


@dataclass(frozen=True)
class Query:
    """What was typed, as the index sees it."""

    syllables: tuple[str, ...]
    words: Words
    #: Syllables and pairs, each with how much it counts: those that may be filler count little.
    counts: Mapping[str, float]


@dataclass(frozen=True)
class Explained:
    """Why a procedure stands where it stands."""

    hit: Hit
    #: The name that came nearest.
    name: str
    #: What each stage scored, by its name.
    features: Features
    #: Whether the question is just this name. A name belongs to one procedure.
    named: bool = False
    #: Of the best one: how likely it is meant, from 0 to 1, and whether one name and the question say nearly the same.
    confidence: float = 0.0
    fits: bool = False


class Index:
    """An immutable index. What one that was made before has learnt makes this one quicker, and never another."""

    def __init__(self, documents: Sequence[Document], known: Learnt | None = None) -> None:
        self._documents = list(documents)
        self._number = {document.code: number for number, document in enumerate(documents)}
        names = [_names(document) for document in documents]
        self._texts = [name for of_one in names for name in of_one]
        #: Whether a name was given to its procedure; the others are questions about it.
        self._given = [given for of_one in names for given in of_one.values()]
        self._starts = np.cumsum([0, *map(len, names)])
        known = known or Learnt()
        spelt = Spelt(known.spelt)
        syllables = [spelt.whole(name) for name in self._texts]
        self._words = Postings([found + bigrams(found) for found in syllables])
        self._grams = Postings([ngrams(found) for found in syllables])
        spans = pairwise(self._starts.tolist())
        whole = [[syllable for found in syllables[start:end] for syllable in found] for start, end in spans]
        self._profiles = Postings([found + bigrams(found) for found in whole], b=0.75)
        bodies = [document.body.split() for document in documents]
        self._bodies = Postings([found + bigrams(found) for found in bodies])
        classes = [number for number, document in enumerate(documents) if document.everyday]
        lessons = [tuple(names[number]) for number in classes]
        taught = known.taught(classes, lessons, len(documents))
        self._classifier = taught or _taught(spelt, classes, lessons, len(documents))
        #: Whether anything was worked out that was not known.
        self.more = spelt.more or taught is None
        self.learnt = Learnt(spelt, classes, lessons, self._classifier)
        self._kin = [frozenset(found) for found in whole]
        self._weighed: dict[int, Words] = {}
        self._everyday = np.array([document.everyday for document in documents], dtype=np.float32)
        self._syllables = syllables
        self._mender = Mender({syllable for found in syllables for syllable in found})
        spelt.done()

    def __len__(self) -> int:
        return len(self._documents)

    def __contains__(self, code: str) -> bool:
        return code in self._number

    def search(self, text: str, limit: int = 5, only: Only = EVERYBODY) -> list[Hit]:
        """Best procedures first, each once; empty if the text names no matter."""
        return [explained.hit for explained in self.explain(text, limit, only)]

    def length(self, text: str) -> int:
        """How many syllables of a text name something."""
        query = self._query(text)
        return len(query.syllables) if query else 0

    def explain(self, text: str, limit: int = 5, only: Only = EVERYBODY) -> list[Explained]:
        """The same, with reasons."""
        code = has_code(text)
        if code in self._number:
            return [Explained(Hit(str(code), 1.0), str(code), {})]
        query = self._query(text)
        if query is None:
            return []
        found = [self._explain(query, *candidate) for candidate in self._candidates(query, only)]
        return _with_confidence(sorted(found, key=_place), query)[:limit]

    def _query(self, text: str) -> Query | None:
        said = matter(text)
        syllables = self._mender.mend(said.syllables)
        if not syllables:
            return None

        counts = {feature: FAINT if feature in said.faint else 1.0 for feature in (*syllables, *bigrams(syllables))}

        def rarity(feature: str) -> float:
            return self._words.rarity(feature) * counts[feature]

        return Query(tuple(syllables), weigh(syllables, frozenset(accented(text)), rarity), counts)

    def _candidates(self, query: Query, only: Only) -> list[tuple[int, dict[str, float], list[int]]]:
        """Numbers of the most promising documents, with what the first stages scored and their nearest names."""
        grams = _unit(self._grams.score(dict.fromkeys(ngrams(query.syllables), 1.0)))
        words = _unit(self._words.score(query.counts))
        learnt, share = self._classifier.score(query.syllables)
        stages = {
            "words": self._best_name(words),
            "grams": self._best_name(grams),
            "profile": _unit(self._profiles.score(query.counts)),
            "body": _unit(self._bodies.score(query.counts)),
            "learnt": learnt,
            "learnt_share": share,
        }
        total = sum(FIRST[name] * scores for name, scores in stages.items()) + FIRST["everyday"] * self._everyday
        if only != EVERYBODY:
            total = np.where([only.holds(document) for document in self._documents], total, 0)
        names = words + 0.6 * grams
        return [
            (number, {name: float(scores[number]) for name, scores in stages.items()}, self._nearest(names, number))
            for number in _top(total, CANDIDATES)
        ]

    def _best_name(self, scores: Floats) -> Floats:
        return np.maximum.reduceat(scores, self._starts[:-1]) if len(scores) else scores

    def _nearest(self, scores: Floats, number: int) -> list[int]:
        start, end = int(self._starts[number]), int(self._starts[number + 1])
        return [start + name for name in _top(scores[start:end], NAMES)] or [start]

    def _explain(self, query: Query, number: int, stages: dict[str, float], names: list[int]) -> Explained:
        close = [(closeness(self._name(name), query.words), name) for name in names]
        nearest, name = max(close, key=lambda pair: near(pair[0]))
        told = {
            **stages,
            **nearest,
            "explained_by_all": explained_by(query.words, self._kin[number]),
            "everyday": float(self._everyday[number]),
        }
        hit = Hit(self._documents[number].code, round(overall(told), 4), sure=False)
        whole = nearest["closeness"] >= 1 and len(query.syllables) >= WHOLE and self._given[name]
        return Explained(hit, self._texts[name], told, named=whole)

    def matched(self, text: str, code: str) -> dict[str, tuple[str, ...]]:
        """Which words of a question stand in which field of a procedure."""
        query, number = self._query(text), self._number[code]
        document = self._documents[number]
        fields = {
            "names": tokens(" ".join(name for names in document.names.values() for name in names)),
            "asked": tokens(" ".join(document.asked)),
            "body": document.body.split(),
        }
        said = query.syllables if query else ()
        return {name: tuple(word for word in said if word in held) for name, held in fields.items()}

    def _name(self, number: int) -> Words:
        """Weighed when first needed: most names of the catalogue never are."""
        found = self._weighed.get(number)
        if found is None:
            found = weigh(self._syllables[number], frozenset(accented(self._texts[number])), self._words.rarity)
            self._weighed[number] = found
        return found


def _place(one: Explained) -> tuple[bool, float]:
    """Whose name was said whole comes first, then the best score."""
    return (not one.named, -one.hit.score)


def _with_confidence(found: list[Explained], query: Query) -> list[Explained]:
    """The best one is told whether it is sure."""
    if not found:
        return []
    best, second = found[0], found[1].hit.score if len(found) > 1 else 0.0
    scored = {**best.features, "score": best.hit.score}
    told = confidence(signs(scored, second, len(query.syllables)))
    fit = fits(best.features, len(query.syllables))
    alone = best.named and not any(one.named for one in found[1:])
    # One word alone may stand in a name by chance: "visa" in one about a criminal record.
    solid = sum(query.counts[syllable] == 1 for syllable in query.syllables)
    enough = solid >= WHOLE or best.features["said"] >= ENOUGH_SAID
    hit = replace(best.hit, sure=alone or (enough and told >= (thresholds().sure or sure_from())))
    return [replace(best, hit=hit, confidence=told, fits=fit), *found[1:]]


def _taught(spelt: Spelt, classes: Sequence[int], lessons: Sequence[tuple[str, ...]], total: int) -> Classifier:
    """A classifier of the everyday procedures, taught with and without accents: the filler left differs."""
    texts, of_texts = [], []
    for number, names in zip(classes, lessons, strict=True):
        for name in names:
            variants = {tuple(spelt.whole(name)), spelt.stripped(name)} - {()}
            texts += sorted(variants)
            of_texts += [number] * len(variants)
    return Classifier(texts, of_texts, total)


def _names(document: Document) -> dict[str, bool]:
    """Names and known questions, each once whatever its accents, with whether it is a name."""
    names = [name for language in document.names.values() for name in language]
    once = {fold(name): name for name in (*document.asked, *names)}
    return {name: name in names for name in once.values()}


def _top(scores: Floats, count: int) -> list[int]:
    """Places of the best scores above 0."""
    count = min(count, len(scores))
    top = np.argpartition(-scores, count - 1)[:count] if count else np.array([], dtype=np.int64)
    return [int(place) for place in top if scores[place] > 0]


def _unit(scores: Floats) -> Floats:
    top = float(scores.max()) if len(scores) else 0.0
    return scores / top if top > 0 else scores

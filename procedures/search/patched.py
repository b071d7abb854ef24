"""An index that serves on while a newer one is built: what has changed since is found by code and by exact name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from procedures.search.document import Document
from procedures.search.index import EVERYBODY, WHOLE, Explained, Hit, Index, Only
from procedures.search.query import has_code, matter
from procedures.typed.fold import tokens

#: Where more has changed, as by an import, names are found when the index is there: spelling them takes as long.
_MOST = 200


class Patched:
    """An older index under the documents that it does not know as they are now."""

    def __init__(self, index: Index | Patched, fresh: Mapping[str, Document], gone: Collection[str] = ()) -> None:
        """`fresh`: new and changed documents by code; `gone`: codes that are no more."""
        self._index = index
        self._fresh = fresh
        self._gone = frozenset(gone)
        #: Syllables of the names of each fresh document, as one text, with the name.
        few = len(fresh) <= _MOST
        self._names = {code: _spelt(document) for code, document in fresh.items()} if few else {}

    def __len__(self) -> int:
        return len(self._index) + sum(code not in self._index for code in self._fresh) - len(self._gone)

    def __contains__(self, code: str) -> bool:
        return code in self._fresh or (code in self._index and code not in self._gone)

    def explain(self, text: str, limit: int = 5, only: Only = EVERYBODY) -> list[Explained]:
        """Best first: who is just called so now, then as the older index ranks them."""
        code = has_code(text)
        if code in self._fresh:
            return [Explained(Hit(str(code), 1.0), str(code), {})]
        called = self._called(text, only)
        ranked = self._index.explain(text, limit + len(self._gone) + len(called), only)
        codes = {one.hit.code for one in called}
        others = [self._of_now(one) for one in ranked if one.hit.code not in codes | self._gone]
        if called:
            # Two that are called the same are a choice, whoever was sure before.
            others = [replace(one, hit=replace(one.hit, sure=False)) for one in others]
            shared = len(called) > 1 or any(one.named for one in others)
            called = [replace(one, hit=replace(one.hit, sure=not shared)) for one in called]
        return [*called, *others][:limit]

    def matched(self, text: str, code: str) -> dict[str, tuple[str, ...]]:
        """Which words of a question stand in which field; nothing where the older index does not know the code."""
        return self._index.matched(text, code) if code in self._index else {}

    def _called(self, text: str, only: Only) -> list[Explained]:
        """The fresh documents of which the text is just a name."""
        # Not mended: a new name may hold syllables that no older one has.
        said = matter(text).syllables
        if len(said) < WHOLE:
            return []
        found = ((code, names.get(" ".join(said))) for code, names in self._names.items())
        return [
            Explained(Hit(code, 1.0), name, {}, named=True, confidence=1.0, fits=True)
            for code, name in found
            if name and only.holds(self._fresh[code])
        ]

    def _of_now(self, one: Explained) -> Explained:
        """Whoever was sure by a name that it has no more, is not."""
        lost = one.hit.code in self._fresh and one.name not in _names(self._fresh[one.hit.code])
        return replace(one, named=False, hit=replace(one.hit, sure=False)) if lost else one


def _names(document: Document) -> set[str]:
    return {name for names in document.names.values() for name in names} | set(document.asked)


def _spelt(document: Document) -> dict[str, str]:
    names = [name for names in document.names.values() for name in names]
    return {" ".join(matter(name).syllables or tokens(name)): name for name in names}

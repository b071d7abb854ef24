"""The index of the documents of now: built in the background when they change, while the one before serves on."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from threading import Condition, Thread

from joblib import parallel_backend

from procedures.memory import give_back
from procedures.search import learnt
from procedures.search.document import Document
from procedures.search.index import Index
from procedures.search.learnt import Learnt
from procedures.search.patched import Patched

#: So few documents are indexed at once.
_FEW = 50
#: Seconds that `wait` waits at most: an index of 50,000 procedures is there by then.
_LONGEST = 300.0
_log = logging.getLogger(__name__)


class Shelf:
    """Safe to share between threads."""

    def __init__(self, cache: Path | None = None) -> None:
        """`cache`: the folder where what was worked out is kept for the next start."""
        self._cache = cache
        self._changed = Condition()
        self._documents: Mapping[str, Document] = {}
        #: The newest whole index, and the documents that it knows.
        self._index = Index([])
        self._indexed: Mapping[str, Document] = {}
        self._served: Index | Patched = self._index
        self._started = self._building = False
        #: False: what changed is laid over the index that is there, for somebody else builds it anew.
        self.builds = True

    @property
    def documents(self) -> list[Document]:
        """Those of now."""
        return list(self._documents.values())

    def index(self) -> Index | Patched:
        """What is to serve."""
        return self._served

    def put(self, documents: Mapping[str, Document]) -> None:
        """From now on these documents, by code and in their order. Only the very first ones are waited for."""
        with self._changed:
            self._documents = documents
            if len(documents) <= _FEW or not self._started:
                known = self._index.learnt if self._started else self._kept()
                self._started = True
                # Who waits for the very first one has no use for the other core yet.
                with parallel_backend("threading", n_jobs=2):
                    first = Index(self.documents, known)
                self._take(first, documents)
                return
            self._serve()
            if self._lacking() and self.builds and not self._building:
                self._building = True
                Thread(target=self._build, name="index", daemon=True).start()

    def wait(self) -> None:
        """Until the index knows all, or building it has failed."""
        with self._changed:
            self._changed.wait_for(lambda: not self._building, _LONGEST)

    def _kept(self) -> Learnt:
        """By the start before; few documents are indexed sooner than it is read."""
        return learnt.read(self._cache) if self._cache and len(self._documents) > _FEW else Learnt()

    def _lacking(self) -> bool:
        return self._served is not self._index

    def _take(self, index: Index, documents: Mapping[str, Document]) -> None:
        self._index, self._indexed = index, documents
        self._serve()
        if self._cache and index.more and len(index) > _FEW:
            learnt.keep(self._cache, index.learnt)
        give_back()

    def _serve(self) -> None:
        """The whole index, or what it lacks over it."""
        now, known = self._documents, self._indexed
        fresh = {code: document for code, document in now.items() if _differs(known.get(code), document)}
        gone = known.keys() - now.keys()
        self._served = Patched(self._index, fresh, gone) if fresh or gone else self._index

    def _build(self) -> None:
        """Until what is built is what is wanted."""
        try:
            while self._built(Index(list((wanted := self._documents).values()), self._index.learnt), wanted):
                pass
        except Exception:
            # The older one serves on, and the next change tries again.
            _log.exception("the index could not be built")
            self._end()

    def _built(self, index: Index, documents: Mapping[str, Document]) -> bool:
        """Takes an index; whether more has changed since."""
        # Under the lock that is held by whoever brings more: either sees what the other did.
        with self._changed:
            self._take(index, documents)
            if self._lacking():
                return True
            self._end()
            return False

    def _end(self) -> None:
        with self._changed:
            self._building = False
            self._changed.notify_all()


def _differs(known: Document | None, now: Document) -> bool:
    return known is not now and known != now

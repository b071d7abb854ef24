"""What the index needs of every procedure, as the database has it: read anew only where something is another."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.engine import Connection

from procedures import store
from procedures.search import Document

#: Codes that are asked for by name; where more have changed, everything is read.
_MOST = 500


class Stock:
    """Not to be used by two threads at once."""

    def __init__(self) -> None:
        self._digests: dict[tuple[str, str], str] = {}
        self._documents: dict[str, Document] = {}

    def read(self, connection: Connection) -> Mapping[str, Document]:
        """The documents of now by code, in its order. One that has not changed is the same object as before."""
        digests = store.digests(connection)
        changed = {code for (code, _), _ in digests.items() ^ self._digests.items()}
        if changed:
            wanted = changed if len(changed) <= _MOST else None
            read = {document.code: document for document in store.documents(connection, wanted)}
            kept = {code: document for code, document in self._documents.items() if code not in changed}
            # Read all the same: those that have not changed stay what they were.
            self._documents = dict(sorted({**read, **kept}.items()))
        self._digests = digests
        return self._documents

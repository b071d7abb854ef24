"""Another data key: everything that is sealed is sealed anew under the first key, so that older ones can go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import and_, select, update
from sqlalchemy.engine import Engine

from bot.errors import CannotOpen
from bot.privacy import files
from bot.privacy.vault import Cipher, is_token
from bot.store.account_tables import second_factor
from bot.store.tables import conversation
from bot.store.vault_tables import sealed

#: Every column that holds tokens of the data key, with the key of its table. Whoever seals another one adds it here.
COLUMNS: tuple[tuple[Any, Any], ...] = (
    (sealed.c.id, sealed.c.token),
    (conversation.c.id, conversation.c.contact_name),
    (conversation.c.id, conversation.c.contact_phone),
    (second_factor.c.staff_id, second_factor.c.secret),
)
#: Rows of one transaction.
_AT_ONCE = 200
Tell = Callable[[int], None]


class Rotation:
    """Looks at what is sealed, and seals it anew. Stopped at any moment, it goes on where it was when begun again."""

    def __init__(self, database: Engine, media: Path, cipher: Cipher) -> None:
        self._database, self._media, self._cipher = database, media, cipher
        self._reading = database.execution_options(motcua_read=True)

    def survey(self) -> Counter[str]:
        """How much is "fresh" (under the first key), "old" (under another one), "lost" (no key opens it)."""
        found: Counter[str] = Counter()
        for id_, column in COLUMNS:
            found.update(self._cipher.standing(token) for batch in self._batches(id_, column) for _, token in batch)
        found.update(files.standing(path, self._cipher) for path in files.sealed_in(self._media))
        return found

    def run(self, tell: Tell = lambda _: None) -> int:
        """Seals anew what is old, and returns how much that was; `tell` is called with each piece looked at.

        Raises CannotOpen before anything is changed, where something opens with no key.
        """
        lost = self.survey()["lost"]
        if lost:
            raise CannotOpen(
                f"{lost} sealed entries open with no key of MOTCUA_DATA_KEY. Add the key that sealed them, after a "
                "space. Nothing was changed"
            )
        done = 0
        for id_, column in COLUMNS:
            for batch in self._batches(id_, column):
                done += self._renew(id_, column, batch)
                tell(len(batch))
        for path in files.sealed_in(self._media):
            done += files.renew(path, self._cipher)
            tell(1)
        return done

    def _renew(self, id_: Any, column: Any, batch: Sequence[tuple[int, str]]) -> int:
        old = [
            (key, token, self._cipher.seal(self._cipher.open(token)))
            for key, token in batch
            if self._cipher.standing(token) == "old"
        ]
        with self._database.begin() as connection:
            for key, token, anew in old:
                # Changed meanwhile, it was sealed by a process that has the first key already.
                mine = and_(id_ == key, column == token)
                connection.execute(update(column.table).where(mine).values({column.name: anew}))
        return len(old)

    def _batches(self, id_: Any, column: Any) -> Iterator[Sequence[tuple[int, str]]]:
        last = 0
        while True:
            wanted = select(id_, column).where(id_ > last, column.is_not(None)).order_by(id_).limit(_AT_ONCE)
            with self._reading.connect() as connection:
                rows = connection.execute(wanted).all()
            if not rows:
                return
            last = rows[-1][0]
            yield [(row[0], row[1]) for row in rows if is_token(row[1])]

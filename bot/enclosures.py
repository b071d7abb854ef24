"""What goes with a message, made when it is sent: the picture of a checklist is as it is then; a file of staff's."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import Engine

from bot import guides
from bot.channels.port import Enclosure
from bot.handover import files
from bot.privacy import export
from bot.privacy import files as sealed
from bot.privacy.page import as_page
from bot.privacy.vault import cipher
from procedures import store
from procedures.sheets.pdf import as_pdf
from procedures.sheets.picture import as_picture
from procedures.sheets.sheet import LANGUAGES, of_guide

#: How a checklist is named in Reply.encloses: "sheet TOKEN" for its picture, "pdf TOKEN" to be printed.
_DRAWN = {"sheet": (as_picture, "png", "image/png"), "pdf": (as_pdf, "pdf", "application/pdf")}


class Enclosures:
    """Makes enclosures for the sender."""

    def __init__(self, database: Engine, site: str, media: Path) -> None:
        """`site`: the address that links begin with; empty where citizens cannot reach it. `media` holds the files."""
        self._database = database.execution_options(motcua_read=True)
        self._site = site.rstrip("/")
        self._media = media

    def __call__(self, encloses: str, language: str) -> Enclosure | None:
        """A checklist as picture or PDF, a file, a voice, somebody's own data; None where what it shows is gone."""
        what, _, name = encloses.partition(" ")
        if what == "data":
            return self._data(name)
        return self._file(name) if what in ("file", "voice") else self._checklist(what, name, language)

    def _data(self, id_: str) -> Enclosure | None:
        """Somebody's own data; a link to it stands in the words."""
        with self._database.connect() as connection:
            number = export.alive(connection, int(id_)) if id_.isdecimal() else None
            told = export.collect(connection, number) if number else None
        if told is None:
            return None
        return Enclosure(export.packed(told, as_page(told), self._media), "mot-cua.zip", "application/zip")

    def _file(self, id_: str) -> Enclosure | None:
        with self._database.connect() as connection:
            file = files.find(connection, int(id_)) if id_.isdecimal() else None
        path = self._media / file.path if file else None
        if file is None or path is None or not path.is_file():
            return None
        link = f"{self._site}/f/{file.token}" if self._site else ""
        return Enclosure(sealed.content(path, cipher()), file.name, file.mime, link)

    def _checklist(self, what: str, token: str, language: str) -> Enclosure | None:
        guide = guides.find(self._database, token) if what in _DRAWN else None
        if guide is None:
            return None
        with self._database.connect() as connection:
            procedure = store.load(connection, guide.code)
        if procedure is None:
            return None
        drawn = language if language in LANGUAGES else "vi"
        draw, ending, mime = _DRAWN[what]
        link = f"{self._site}/g/{token}" if self._site else ""
        body = draw(of_guide(procedure, guide, drawn), link)
        return Enclosure(body, f"{token}.{ending}", mime, f"{link}.{ending}?lang={drawn}" if link else "")

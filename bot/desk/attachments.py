"""What citizens sent, for those who may see their case: shown if it is a picture or a recording, else handed out."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import and_, select
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.access import Route
from bot.accounts.people import Person, Role
from bot.desk.directory import Directory
from bot.desk.frame import Frame, number
from bot.desk.lists import visible
from bot.store.channel_tables import attachment
from bot.store.desk_tables import handover
from bot.web.stored import stored

#: Kinds that a browser may show within the page; nothing among them runs.
_SHOWN = ("image/jpeg", "image/png", "image/gif", "image/webp", "audio/", "video/")
#: Whatever a file holds, it is a document of its own that may do nothing.
_HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; media-src 'self'; img-src 'self'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


class Attachments:
    """One address."""

    def __init__(self, frame: Frame, directory: Directory) -> None:
        self._frame, self._directory = frame, directory

    def routes(self) -> list[Route]:
        """By number."""
        return [Route("/desk/attachments/{id:int}", self.serve, access=Role.OFFICER)]

    async def serve(self, request: Request) -> Response:
        """The file. Raises HTTPException 404 where it is not there, or not for this person."""
        person = await self._frame.person(request)
        row = await asyncio.to_thread(self._find, person, number(request.path_params["id"]))
        path = self._frame.media / str(row.file if row else "")
        if row is None or not row.file or not path.is_file():
            raise HTTPException(404)
        told = {"conversation": row.conversation_id}
        await asyncio.to_thread(self._frame.looks.seen, person.id, "attachment.opened", str(row.id), told)
        inline = row.mime.startswith(_SHOWN)
        name = row.name or path.name
        shown: Any = {"mime": row.mime, "name": name, "inline": inline, "headers": _HEADERS}
        return await asyncio.to_thread(stored, request, path, **shown)

    def _find(self, person: Person, id_: int) -> Any:
        cases = select(handover.c.conversation_id).where(visible(self._directory, person))
        mine = and_(attachment.c.id == id_, attachment.c.conversation_id.in_(cases))
        with self._frame.reading.connect() as connection:
            return connection.execute(select(attachment).where(mine)).first()

"""What was said, for the citizen to keep: a page behind a signed link that ends after a week."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer
from sqlalchemy import and_, func, select
from sqlalchemy.engine import Connection, Engine
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.access import Access, Route
from bot.conversation.hours import HERE
from bot.post.clock import now
from bot.settings import Settings
from bot.store.desk_tables import staff
from bot.store.tables import conversation, message
from bot.words import language_of
from procedures.validity import utc

#: Days and seconds that a link is good for.
DAYS = 7
LASTS = DAYS * 24 * 3600
#: Newest lines that are shown.
NEWEST = 500
#: Somebody's talk: no cache keeps it, no search engine lists it, no address is passed on.
_PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
_GONE = 410


class Links:
    """Addresses of transcripts, which nobody can make up. Each shows lines up to the moment when it was made."""

    def __init__(self, site: str, secret_key: str) -> None:
        """`site` is the address that links begin with; empty where citizens cannot reach it: then there are none."""
        self._site = site.rstrip("/")
        self._signer = URLSafeTimedSerializer(secret_key, salt="transcript") if secret_key else None

    def to(self, connection: Connection, conversation_id: int) -> str:
        """The address of a conversation as it is now; empty where none can be given."""
        if not self._site or self._signer is None:
            return ""
        last = select(func.max(message.c.id)).where(message.c.conversation_id == conversation_id)
        told = [conversation_id, connection.execute(last).scalar() or 0]
        return f"{self._site}/t/{self._signer.dumps(told)}"

    def read(self, token: str) -> tuple[int, int]:
        """Conversation and last line of a link. Raises BadSignature; SignatureExpired, one kind of it, after a week."""
        if self._signer is None:
            raise BadSignature("there are no links")
        # Not max_age, which refuses what was signed before the clock was set back.
        (conversation_id, last), since = self._signer.loads(token, return_timestamp=True)
        if (now() - since).total_seconds() > LASTS:
            raise SignatureExpired("after a week", date_signed=since)
        return int(conversation_id), int(last)


class TranscriptPages:
    """The page. `render` fills a template of the site."""

    def __init__(self, settings: Settings, database: Engine, render: Callable[..., str]) -> None:
        self._links = Links(settings.base_url, settings.secret_key)
        self._reading = database.execution_options(motcua_read=True)
        self._render = render

    def routes(self) -> list[Route]:
        """Its address. It blocks: a thread of its own takes it."""
        return [Route("/t/{token}", self.page, access=Access.CITIZEN)]

    def page(self, request: Request) -> Response:
        """A transcript in the language that was answered in last; that the link has ended, after a week."""
        try:
            conversation_id, last = self._links.read(request.path_params["token"])
        except SignatureExpired:
            ended = self._render("transcript_ended.html", days=DAYS)
            return HTMLResponse(ended, status_code=_GONE, headers=_PRIVATE)
        except BadSignature:
            raise HTTPException(404) from None
        with self._reading.connect() as connection:
            lines, more = read(connection, conversation_id, last)
            memory = select(conversation.c.memory).where(conversation.c.id == conversation_id)
            language = language_of(connection.execute(memory).scalar())
        told = {"lines": lines, "more": more, "language": language, "made": now().astimezone(HERE)}
        return HTMLResponse(self._render("transcript.html", **told), headers=_PRIVATE)


def read(connection: Connection, conversation_id: int, last: int) -> tuple[list[dict[str, Any]], bool]:
    """Lines up to an id, oldest first, and whether there are earlier ones. One that was taken back has no text."""
    mine = and_(message.c.conversation_id == conversation_id, message.c.id <= last)
    joined = select(message, staff.c.name).outerjoin(staff, staff.c.id == message.c.staff_id).where(mine)
    rows = connection.execute(joined.order_by(message.c.id.desc()).limit(NEWEST + 1)).all()
    return [_line(row) for row in reversed(rows[:NEWEST])], len(rows) > NEWEST


def _line(row: Any) -> dict[str, Any]:
    recalled = row.recalled_at is not None
    return {
        "author": row.author,
        "name": row.name or "",
        "text": "" if recalled else row.text,
        "recalled": recalled,
        "edited": row.edited_at is not None and not recalled,
        #: Vietnam's time.
        "at": utc(row.created_at).astimezone(HERE),
    }

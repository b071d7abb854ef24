"""The public page of official channels: where we are, what we never ask for, and whether a code is ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.engine import Engine
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.access import Access, Route
from bot.handover.offices import NAMELESS, usual_name
from bot.scam import codes
from bot.scam.checking import verdict
from bot.settings import Settings
from bot.web.body import field, form_of
from bot.web.limits import Buckets, Rate, address_of
from bot.web.spoken import LANGUAGES, of_browser
from bot.words import words
from procedures import notes
from procedures.model import OfficeFacts, OfficeKind

HERE = "/official"
#: Codes that are tried from an address, and from everywhere: who guesses learns nothing.
_ADDRESS, _ALL = Rate(10, 0.02), Rate(120, 0.5)
#: Kinds that are called something without a place.
_OF_PROVINCE = frozenset(set(OfficeKind) - {one for one in OfficeKind if one.value.startswith("commune")})
_PRIVATE = {"Cache-Control": "no-store"}


@dataclass(frozen=True)
class Way:
    """A channel that is on; its name or its link may be empty."""

    name: str
    link: str


class OfficialPages:
    """One address, to be read and to be asked. `render` fills a template of the site."""

    def __init__(self, settings: Settings, database: Engine, render: Callable[..., str]) -> None:
        self._settings, self._render = settings, render
        self._reading = database.execution_options(motcua_read=True)
        self._address, self._all = Buckets(_ADDRESS), Buckets(_ALL)

    def routes(self) -> list[Route]:
        """For everybody."""
        return [
            Route(HERE, self.show, access=Access.PUBLIC),
            Route(HERE, self.check, access=Access.PUBLIC, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The page."""
        return self._page(request)

    async def check(self, request: Request) -> Response:
        """The page with its one answer to a code."""
        typed = field(await form_of(request), "code")[:40]
        language = _language(request)
        wait = self._address.take(address_of(request.scope)) or self._all.take("all")
        if wait:
            return self._page(request, words().say("official.too_many", language), status=429)
        with self._reading.connect() as connection:
            given = codes.check(connection, codes.digest(self._settings.secret_key, typed))
        return self._page(request, verdict(given, language), good=given is not None)

    def _page(self, request: Request, told: str = "", good: bool = False, status: int = 200) -> Response:
        language = _language(request)
        with self._reading.connect() as connection:
            offices = [one for one in notes.all_offices(connection) if one.telephone]
        shown = [(_called(one, language), one.telephone) for one in offices]
        more = {"told": told, "good": good, "here": HERE, "languages": LANGUAGES}
        known = {"ways": ways(self._settings, language), "offices": shown}
        page = self._render("official.html", language=language, **known, **more)
        return HTMLResponse(page, status_code=status, headers=_PRIVATE)


def ways(settings: Settings, language: str) -> list[Way]:
    """The channels that are on, by name, then the addresses that the province has told: MOTCUA_OFFICIAL_LINKS."""
    on = {"zalo_oa": settings.zalo_oa_app_id, "zalo_bot": settings.zalo_bot_token, "telegram": settings.telegram_token}
    names = [("web", settings.base_url), *((name, "") for name, told in on.items() if told)]
    known = [Way(_capital(words().say(f"channel.{name}", language)), link) for name, link in names]
    return known + [Way("", link) for link in settings.official_links.split()]


def own(settings: Settings) -> str:
    """All our addresses, as bot.scam.links.known reads them."""
    return f"{settings.base_url} {settings.official_links}".strip()


def _called(one: OfficeFacts, language: str) -> str:
    """Its own name, else that of its kind and place; a kind that has none is told by its telephone alone."""
    known = one.kind not in NAMELESS and (one.place or one.kind in _OF_PROVINCE)
    return one.name or (usual_name(one.kind, one.place, language) if known else "")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _language(request: Request) -> str:
    asked = request.query_params.get("lang", "")
    return asked if asked in LANGUAGES else of_browser(request)

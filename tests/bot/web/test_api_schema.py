"""The OpenAPI document and the service agree: schemathesis tries what the document allows, and what it forbids."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from schemathesis.config import SchemathesisConfig
from starlette.applications import Starlette

from bot.post.inbox import Inbox
from bot.post.wake import Wake
from bot.store import schema as tables
from bot.web.api import CHANNEL, Api
from bot.web.chat import Chat, View
from bot.web.keys import Keys
from bot.web.limits import Buckets, Limits, Rate
from procedures.catalogue import SEEDS, Catalogue
from procedures.database import connect
from procedures.importers.seeds import read_seeds
from procedures.store import take_in

KNOWN = ("1.001193", "1.004194")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> tuple[Starlette, str]:
    """The addresses alone, without a worker, and a key."""
    database = connect(f"sqlite:///{Path(tmp_path_factory.mktemp('api'))}/t.db")
    tables.migrate(database)
    take_in(database, (row for row in read_seeds(SEEDS) if row.procedure.code in KNOWN))
    wake = Wake()
    chat = Chat(database, Inbox(database, wake), wake, lambda: "ready", CHANNEL)
    limits = Limits()
    limits.strangers = Buckets(Rate(10_000, 1))  # it tries very many wrong keys
    app = Starlette(routes=Api(database, chat, Catalogue(database).view, limits).routes())
    return app, Keys(database).add("schemathesis")[1]


@pytest.fixture(scope="module")
def document(served: tuple[Starlette, str]) -> schemathesis.schemas.BaseSchema:
    told = {
        "auth": {"openapi": {"key": {"bearer": served[1]}}},
        "generation": {"mode": "all", "deterministic": True, "database": "none"},
    }
    config = SchemathesisConfig.from_dict(told)
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", served[0], config=config)


schema = schemathesis.pytest.from_fixture("document")
follow = Chat.follow


async def at_once(self: Chat, address: str, after: int, seconds: float = 0) -> AsyncIterator[View]:
    """Nobody waits here."""
    async for view in follow(self, address, after, 0):
        yield view


@schema.parametrize()
@hypothesis_settings(
    max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
def test_given_the_document_when_requests_are_made_of_it_then_every_answer_is_as_it_says(
    case: schemathesis.Case,
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Chat, "follow", at_once)
        case.call_and_validate()

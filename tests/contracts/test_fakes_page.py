"""The fakes over real HTTP, and the page on which one is a citizen."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from tests.fakes import Fault
from tests.fakes.__main__ import desk, environment
from tests.fakes.desk import Act, Desk
from tests.fakes.hook import Hook, client

CHAT = "4242"


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


def shown(*statuses: int) -> tuple[Desk, Hook]:
    """The page's desk, and the bot that its three fakes talk to."""
    made, hook = desk("http://fake", "http://bot", 0.001), Hook(*statuses)
    for fake in made.fakes.values():
        fake.http = hook.http
    return made, hook


@contextlib.asynccontextmanager
async def served(app: Any) -> AsyncIterator[str]:
    """The address of an application that uvicorn serves on a free port."""
    config = uvicorn.Config(app, port=0, ws="none", lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await task


@pytest.mark.parametrize(("kind", "count"), [("close_after", 1), ("hang", 0)])
def test_given_a_broken_connection_when_the_bot_sends_over_http_then_it_gets_no_answer(kind: str, count: int) -> None:
    async def story() -> None:
        made, _ = shown()
        fake = made.fakes["telegram"]
        fake.hang_seconds = 0.01
        await made.acts["telegram"]["start"](Act(CHAT))
        path = f"/telegram/bot{fake.token}/sendMessage"
        async with served(Starlette(routes=made.routes())) as base, httpx.AsyncClient(base_url=base) as http:
            fake.faults.add(Fault(kind))
            with pytest.raises(httpx.RemoteProtocolError):
                await http.post(path, json={"chat_id": CHAT, "text": "x"})
            assert len(fake.messages_to(CHAT)) == count
            assert (await http.post(path, json={"chat_id": CHAT, "text": "x"})).status_code == 200

    run(story())


@pytest.mark.parametrize("provider", ["telegram", "zalo-oa", "zalo-bot"])
def test_given_the_page_when_a_text_is_sent_twice_then_the_bot_gets_it_twice_and_the_log_shows_it(
    provider: str,
) -> None:
    async def story() -> None:
        made, hook = shown()
        async with client(Starlette(routes=made.routes())) as http:
            form = {"provider": provider, "act": "text", "chat": CHAT, "text": "chào", "twice": "1"}
            assert (await http.post("/do", data=form)).status_code == 202
            await made.fakes[provider].settle()
            log = (await http.get("/log")).json()
            assert (len(hook.got), hook.got[0][1]) == (2, hook.got[1][1])
            assert [entry["who"] for entry in log["entries"]] == ["citizen", "note"]
            assert log["entries"][1]["statuses"] == [200, 200]
            assert (await http.get(f"/log?since={log['next']}")).json()["entries"] == []

    run(story())


@pytest.mark.parametrize("provider", ["telegram", "zalo-oa", "zalo-bot"])
def test_given_each_action_of_the_page_when_it_is_done_then_nothing_breaks(provider: str) -> None:
    async def story() -> None:
        made, _ = shown()
        async with client(Starlette(routes=made.routes())) as http:
            for name in made.acts[provider]:
                form = {"provider": provider, "act": name, "chat": CHAT, "text": "x"}
                await http.post("/do", data=form, files={"file": ("a.jpg", b"\xff\xd8\xff")})
                await made.fakes[provider].settle()
            notes = [entry for entry in made.log if entry["who"] == "note" and "text" in entry]
            assert all("button" in note["text"] for note in notes)
            assert (await http.post("/do", data={"provider": provider, "act": "fly"})).status_code == 400
            assert (await http.post("/fault", data={"provider": provider, "kind": "500"})).status_code == 202
            assert (await http.post("/fault", data={"provider": provider, "kind": "x"})).status_code == 400

    run(story())


def test_given_a_photo_of_the_bot_when_the_page_asks_for_it_then_it_is_served() -> None:
    async def story() -> None:
        made, _ = shown()
        fake = made.fakes["telegram"]
        async with client(Starlette(routes=made.routes())) as http:
            await made.acts["telegram"]["start"](Act(CHAT))
            picture = {"photo": ("a.jpg", b"\xff\xd8\xff")}
            await http.post(f"/telegram/bot{fake.token}/sendPhoto", data={"chat_id": CHAT}, files=picture)
            entry = made.log[-1]
            assert (entry["kind"], entry["file"]) == ("photo", True)
            assert (await http.get(f"/sent/telegram/{entry['message_id']}")).content == b"\xff\xd8\xff"
            assert "<main>" in (await http.get("/")).text
        assert len(environment("http://fake", made)) == 12

    run(story())

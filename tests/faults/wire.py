"""The network between the service and the providers: a small proxy that cuts, delays, swallows."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from enum import Enum

from tests.soak.town import free_port

#: Seconds by which each piece of an answer is late on a slow network.
LATE = 3.0


class State(str, Enum):
    """What the network does."""

    WELL = "well"
    #: Nobody is there: what is open breaks, nothing new is opened.
    CUT = "cut"
    #: Packets vanish without a word: connections open, and nothing ever comes.
    HOLE = "hole"
    SLOW = "slow"
    #: Requests go through, and the answer never comes back.
    DEAF = "deaf"


class Wire:
    """Listens at `port` and speaks with the real one."""

    def __init__(self, target: int) -> None:
        self.port, self._target, self._state = free_port(), target, State.WELL
        self._open: set[asyncio.StreamWriter] = set()
        #: Answers of providers that never reached the service, in bytes pieces.
        self.swallowed = 0

    def becomes(self, state: State) -> None:
        """From now on, for connections that are open too."""
        self._state = state
        if state is State.CUT:
            self._abort()

    def _abort(self) -> None:
        for writer in list(self._open):
            writer.transport.abort()

    @contextlib.asynccontextmanager
    async def there(self) -> AsyncIterator[Wire]:
        server = await asyncio.start_server(self._take, "127.0.0.1", self.port)
        try:
            yield self
        finally:
            server.close()
            self._abort()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            if self._state is not State.CUT:
                await self._between(reader, writer)
        except OSError:
            pass
        finally:
            self._open.discard(writer)
            writer.transport.abort()

    async def _between(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._target)
        ways = (self._carry(reader, there_writer, back=False), self._carry(there_reader, writer, back=True))
        tasks = [asyncio.ensure_future(way) for way in ways]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            there_writer.transport.abort()

    async def _carry(self, source: asyncio.StreamReader, to: asyncio.StreamWriter, back: bool) -> None:
        while piece := await source.read(65_536):
            if self._state is State.HOLE:
                continue
            if back and self._state is State.DEAF:
                self.swallowed += 1
                return
            if back and self._state is State.SLOW:
                await asyncio.sleep(LATE)
            to.write(piece)
            await to.drain()

"""Browsers of the web chat, light enough to hold hundreds beside the service: bare sockets, no client library."""

from __future__ import annotations

import asyncio
import contextlib
import time
from urllib.parse import quote_plus

from bot.settings import Settings
from bot.web.session import COOKIE, Sessions

#: In the HTML of a line that the citizen has not written.
_ANSWER = b'class="line bot'
#: Seconds that one request may take.
_PATIENCE = 30.0


class Page:
    """One browser: it holds the stream open, and writes."""

    def __init__(self, port: int, secret: str, number: int) -> None:
        """`secret` is the service's: the cookie is made here, so that nothing has to be asked for it."""
        site = f"http://127.0.0.1:{port}"
        sessions = Sessions(Settings("", "127.0.0.1", port, site, secret))
        self.address = f"{number:032x}"
        self._port = port
        # Each calls from an address of its own, as a proxy in front of the service would tell.
        comes_from = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        self._head = (
            f"Host: 127.0.0.1:{port}\r\nOrigin: {site}\r\nCookie: {COOKIE}={sessions._sign(self.address)}\r\n"
            f"X-Forwarded-For: {comes_from}\r\nHX-Request: true\r\n"
        )
        self._asked, self._answered = 0, asyncio.Event()
        self._listening: asyncio.Task[None] | None = None
        self._post: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def open(self) -> None:
        """The stream, as a page that has just been opened."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(f"GET /events?after=0 HTTP/1.1\r\n{self._head}\r\n".encode())
        status = await asyncio.wait_for(reader.readline(), _PATIENCE)
        assert b" 200 " in status, status
        self._listening = asyncio.create_task(self._listen(reader, writer))

    async def _listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while line := await reader.readline():
                if _ANSWER in line:
                    self._answered.set()
        writer.close()

    async def ask(self, text: str, patience: float) -> float | None:
        """Writes, and waits until the answer is on the page: the moment of time.perf_counter, None for never."""
        self._asked += 1
        self._answered.clear()
        body = f"message_id={self.address}{self._asked:08}&text={quote_plus(text)}".encode()
        status = await asyncio.wait_for(self._posted(body), _PATIENCE)
        if b" 200 " not in status:
            return None
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._answered.wait(), patience)
        return time.perf_counter() if self._answered.is_set() else None

    async def _posted(self, body: bytes) -> bytes:
        """The line of status. A connection that the server has closed meanwhile is opened anew, as browsers do."""
        for _ in range(2):
            if self._post is None or self._post[0].at_eof() or self._post[1].is_closing():
                self._post = await asyncio.open_connection("127.0.0.1", self._port)
            with contextlib.suppress(ConnectionError):
                if status := await self._send(*self._post, body):
                    return status
            self._post = None
        return b""

    async def _send(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, body: bytes) -> bytes:
        told = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        writer.write(f"POST /messages HTTP/1.1\r\n{self._head}{told}\r\n".encode() + body)
        status, length = await reader.readline(), 0
        while status and (line := await reader.readline()).strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        await reader.readexactly(length)
        return status

    def close(self) -> None:
        """Gone."""
        if self._listening is not None:
            self._listening.cancel()
        if self._post is not None:
            self._post[1].close()

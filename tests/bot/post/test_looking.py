"""Looking again and again."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from bot.post.looking import again


def test_given_a_look_that_fails_when_looked_again_then_the_next_one_comes_and_no_words_are_logged() -> None:
    looks: list[int] = []

    def look() -> None:
        looks.append(1)
        if len(looks) == 1:
            raise ValueError("words of a citizen")

    async def go() -> None:
        task = asyncio.create_task(again(look, 0.001, "looking_failed"))
        while len(looks) < 3:
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with capture_logs() as logged:
        asyncio.run(go())
    (line,) = [line for line in logged if line["event"] == "looking_failed"]
    assert (line["error"], "citizen" in str(logged)) == ("ValueError", False)
    assert "test_looking.py" in line["where"]

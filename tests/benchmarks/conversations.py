"""Writes docs/conversations.md: the storybook, nlu/tests, with the answers that are really given, over the seeds alone.

make conversations
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from bot.conversation import Reply
from bot.engine import Engine, training
from bot.session import Session
from bot.store import schema
from procedures.catalogue import SEEDS
from procedures.database import connect
from procedures.importers.seeds import read_seeds
from procedures.store import take_in

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "docs" / "conversations.md"
_HEAD = """# Talks

Rendered by `make conversations` from the storybook in `nlu/tests`; nothing here is written by hand. Every answer is
what a citizen gets with the plain-word procedures alone. **Bold** is what people wrote; `[…]` are buttons.
"""


def stories() -> Iterator[dict[str, Any]]:
    """All talks of the storybook, file by file."""
    for path in sorted((ROOT / "nlu" / "tests").glob("test_*.yml")):
        yield from yaml.safe_load(path.read_text("utf-8"))["stories"]


def render(session: Session) -> str:
    """The whole page."""
    talks = [_talk(session, number, story) for number, story in enumerate(stories())]
    return "\n".join([_HEAD, *talks])


def _talk(session: Session, number: int, story: dict[str, Any]) -> str:
    lines = [f"## {story['story']}\n"]
    for said in (step["user"].strip() for step in story["steps"] if "user" in step):
        lines.append(f"**{said}**\n")
        lines += [_reply(reply) for reply in session.say(f"talk{number}", said).replies]
    return "\n".join(lines)


def _reply(reply: Reply) -> str:
    # Two spaces at the end of a line keep it one in Markdown.
    quoted = "\n".join(f"> {line}  " if line else ">" for line in reply.text.splitlines())
    buttons = " ".join(f"`[{button.title}]`" for button in reply.buttons)
    return f"{quoted}\n>\n> {buttons}\n" if buttons else f"{quoted}\n"


def main() -> None:
    """Renders with the trained model."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MOTCUA_DATABASE_URL"] = url = f"sqlite:///{folder}/seeds.db"
        database = connect(url)
        schema.migrate(database)
        take_in(database, read_seeds(SEEDS))
        BOOK.write_text(render(Session(Engine(training.trained_model()))), "utf-8")


if __name__ == "__main__":
    main()

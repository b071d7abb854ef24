"""The handbooks say what the pages and the commands say: buttons, pictures, links, commands."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from typer.main import get_command

from bot.cli import app

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "vi"
BOOKS = sorted(FOLDER.glob("*.md"))
#: Where what stands on a page is said.
WORDS = [ROOT / "bot" / part / "locales" / "vi.po" for part in ("", "desk", "console")]
#: So many letters beside what is filled in.
_TELLING = 4
each = pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.stem)


@lru_cache
def _said() -> re.Pattern[str]:
    """Everything that a page says; what is filled in may be anything, where enough is left to be known by."""
    texts = [str(one.string) for path in WORDS for one in read_po(path.open("rb")) if one.id]
    parts = [re.split(r"\{\w+\}", text) for text in texts if text]
    known = [part for part in parts if len(part) == 1 or len(re.sub(r"\W", "", "".join(part))) > _TELLING]
    return re.compile("|".join(".+".join(map(re.escape, part)) for part in known))


def _headings(book: Path) -> set[str]:
    """The anchors of a page, as GitHub makes them."""
    found = re.findall(r"^#+ (.+)$", book.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


def _commands(book: Path) -> list[list[str]]:
    """What is written as code and begins with motcua, as words; in blocks and lines, on the machine and in Docker."""
    blocks = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    text = book.read_text("utf-8")
    typed = [line for language, block in blocks.findall(text) if not language for line in block.splitlines()]
    code = re.findall(r"`([^`\n]+)`", blocks.sub("", text))
    parts = [part.strip() for line in [*typed, *code] for part in re.split(r"&&|;", line)]
    bare = [re.sub(r"^docker compose (exec app |run --rm app\b)", _in_docker, part) for part in parts]
    return [part.split() for part in bare if part.startswith("motcua ")]


def _in_docker(found: re.Match[str]) -> str:
    """The image's own command is motcua, so `run` leaves the word out and `exec` does not."""
    return "" if "exec" in found[1] else "motcua"


def _unknown(words: list[str]) -> str:
    """What of a command this program does not know, a name or an option; "" where all is known."""
    command: Any = get_command(app)
    for word in words[1:]:
        known, options = getattr(command, "commands", {}), {name for one in command.params for name in one.opts}
        if word in known:
            command = known[word]
        elif word != "…" and (word not in options if word.startswith("--") else known and not options - {"--help"}):
            return word
    return ""


def test_given_the_folder_when_looked_at_then_there_is_a_handbook_for_each_reader() -> None:
    assert [book.stem for book in BOOKS] == ["can-bo", "quan-tri", "van-hanh"]


@each
def test_given_a_label_in_a_handbook_when_looked_up_then_a_page_says_it_so(book: Path) -> None:
    labels = re.findall(r"«(.+?)»", book.read_text("utf-8"))
    unknown = {label for label in labels if label != "…" and not _said().fullmatch(label)}
    assert (bool(labels), unknown) == (True, set())


@each
def test_given_a_picture_or_a_link_when_followed_then_it_is_there(book: Path) -> None:
    links = re.findall(r"\]\(([^)]+)\)", book.read_text("utf-8"))
    assert links
    for link in links:
        path, _, anchor = link.partition("#")
        target = (book.parent / path).resolve() if path else book
        assert target.is_file(), link
        assert not anchor or anchor in _headings(target), link


def test_given_the_commands_of_the_operators_handbook_when_looked_up_then_the_program_knows_each() -> None:
    commands = [words for book in BOOKS for words in _commands(book)]
    assert len(commands) > 1
    assert {" ".join(words): found for words in commands if (found := _unknown(words))} == {}


@pytest.mark.parametrize("typed", ["motcua backups", "motcua backup --often", "motcua staff invite an"])
def test_given_a_command_that_is_not_there_when_looked_up_then_it_is_found_out(typed: str) -> None:
    assert _unknown(typed.split())


@each
def test_given_a_file_of_deploy_in_a_handbook_when_looked_for_then_it_is_there(book: Path) -> None:
    named = re.findall(r"\bdeploy/[\w./-]*\w", book.read_text("utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []

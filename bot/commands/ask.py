"""Asking from the terminal: one question, a file of them, or a conversation."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from bot import logs
from bot import settings as settings_module
from bot.commands import explain
from bot.commands.console import err, out
from bot.conversation import Button, Reply
from bot.engine import Engine
from bot.engine.models import Models
from bot.errors import WrongUse
from bot.session import Session, Told
from bot.words import words


def ask(
    text: str = typer.Argument("", help="The question."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a turn."),
    why: bool = typer.Option(False, "--explain", help="Why the question is understood as it is."),
    batch: Path = typer.Option(None, "--batch", help='Lines {"id": …, "text": …} or {"id": …, "turns": […]}.'),
) -> None:
    """Ask as a citizen would; the same turn as on every channel."""
    if bool(text) == (batch is not None):
        raise WrongUse("Give a question, or --batch FILE.")
    if why:
        _explain(text, as_json)
        return
    conversations = list(_read(batch)) if batch else [("ask", [text])]
    session = _open()
    for name, turns in conversations:
        for number, said in enumerate(turns, 1):
            told = session.say(name, said)
            _print_json(name, number, said, told) if as_json else _print(said, told, batch is not None)


def _explain(text: str, as_json: bool) -> None:
    if not text:
        raise WrongUse("--explain takes a question, not a file.")
    logs.configure(logging.WARNING)
    settings_module.load()
    with err.status(words().say("terminal.starting")):
        told = explain.explain(text)
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n") if as_json else explain.write(told)


def chat() -> None:
    """Talk to Một Cửa in the terminal. An empty line or Ctrl-D ends it."""
    session, offered = _open(), list[Button]()
    out.print(words().say("terminal.welcome"), markup=False)
    while line := _line():
        chosen = offered[int(line[1:]) - 1] if _presses(line, len(offered)) else None
        told = session.say("terminal", chosen.title if chosen else line, chosen.payload if chosen else "")
        for reply in told.replies:
            _print_reply(reply)
        offered = [button for reply in told.replies for button in reply.buttons]


def _open() -> Session:
    logs.configure(logging.WARNING)
    settings_module.load()
    engine = Engine(Models().active())
    with err.status(words().say("terminal.starting")):
        return Session(engine)


def _line() -> str:
    try:
        return input("› ").strip()
    except (EOFError, KeyboardInterrupt):
        return ""


def _presses(line: str, buttons: int) -> bool:
    """Whether the line presses a button: "b2" the second."""
    return line[:1].lower() == "b" and line[1:].isdecimal() and 1 <= int(line[1:]) <= buttons


def _read(path: Path) -> Iterator[tuple[str, list[str]]]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUse(f"{path}: {error}") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _conversation(path, number, line)


def _conversation(path: Path, number: int, line: str) -> tuple[str, list[str]]:
    try:
        data = json.loads(line)
        turns = data["turns"] if "turns" in data else [data["text"]]
        if not isinstance(turns, list) or not all(isinstance(said, str) for said in turns):
            raise TypeError("text")
        return str(data["id"]), list(turns)
    except (ValueError, KeyError, TypeError) as error:
        raise WrongUse(f'{path}:{number}: not a line {{"id": …, "text": …}} or {{"id": …, "turns": […]}}') from error


def _print_json(name: str, number: int, said: str, told: Told) -> None:
    turn: dict[str, Any] = {
        "id": name,
        "turn": number,
        "text": said,
        "language": told.language,
        "reply_language": told.reply_language,
        "outcome": told.outcome,
        "intent": told.intent,
        "aspect": told.aspect,
        "procedures": json.loads(told.procedures),
        "replies": [{"text": r.text, "buttons": [vars(button) for button in r.buttons]} for r in told.replies],
        "ms": round(told.ms, 1),
    }
    sys.stdout.write(json.dumps(turn, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _print(said: str, told: Told, with_question: bool) -> None:
    if with_question:
        out.print(f"› {said}", style="bold", markup=False)
    for reply in told.replies:
        _print_reply(reply)


def _print_reply(reply: Reply) -> None:
    out.print(reply.text, markup=False)
    for number, button in enumerate(reply.buttons, 1):
        out.print(f"  [b{number}] {button.title}", style="cyan", markup=False)
    out.print()

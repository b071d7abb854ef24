"""Slips in the training files, found before training starts, each with file and line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from nlu.understanding.examples import PLACEHOLDER
from procedures.typed.fold import fold

#: Examples below which an intent is not learnt.
LEAST = 20
_SIGNS = re.compile(r"\W+")
_BRACKET = re.compile(r"[{}\[\]]")


@dataclass(frozen=True, order=True)
class Slip:
    """What is wrong where; `line` counts from 1, 0 for the whole file."""

    file: str
    line: int
    what: str


@dataclass(frozen=True)
class _Block:
    """An intent or a regular expression with its lines."""

    file: str
    line: int
    #: "intent", "regex", or what else stands there.
    kind: str
    name: str
    #: Line number and text of each example.
    lines: tuple[tuple[int, str], ...]


def check(folder: Path) -> list[Slip]:
    """Slips in `folder`, which holds domain.yml, data/rules.yml and data/nlu/*.yml."""
    slips: list[Slip] = []
    blocks = [block for path in sorted((folder / "data" / "nlu").glob("*.yml")) for block in _read(path, slips)]
    intents = _intents(folder, slips)
    slips += [slip for block in blocks for slip in _of_block(block, intents)]
    slips += _labelled_twice(block for block in blocks if block.kind == "intent")
    slips += _too_few(blocks, intents)
    slips += _without_rule(folder, intents)
    return sorted(slips)


def _read(path: Path, slips: list[Slip]) -> Iterator[_Block]:
    try:
        root = yaml.compose(path.read_text("utf-8"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        slips.append(Slip(path.name, line, f"no YAML: {error.problem}"))
        return
    for node in _under(root, "nlu"):
        fields = {key.value: value for key, value in node.value}
        kind = next((name for name in ("intent", "regex") if name in fields), "?")
        examples = fields.get("examples")
        lines = enumerate(examples.value.splitlines(), examples.start_mark.line + 2) if examples else ()
        name = str(fields[kind].value) if kind in fields else ""
        yield _Block(path.name, node.start_mark.line + 1, kind, name, tuple(lines))


def _under(root: yaml.Node | None, name: str) -> list[yaml.MappingNode]:
    """The mappings in the list of this name."""
    fields = {key.value: value for key, value in root.value} if isinstance(root, yaml.MappingNode) else {}
    found = fields.get(name)
    return [one for one in found.value if isinstance(one, yaml.MappingNode)] if found else []


def _intents(folder: Path, slips: list[Slip]) -> list[str]:
    path = folder / "domain.yml"
    try:
        return list(yaml.safe_load(path.read_text("utf-8"))["intents"])
    except (yaml.YAMLError, KeyError, TypeError) as error:
        slips.append(Slip(path.name, 0, f"no list of intents: {error}"))
        return []


def _of_block(block: _Block, intents: list[str]) -> Iterator[Slip]:
    if block.kind == "?":
        yield Slip(block.file, block.line, "neither an intent nor a regex")
    if block.kind == "intent" and block.name not in intents:
        yield Slip(block.file, block.line, f'the domain has no intent "{block.name}"')
    if not block.lines:
        yield Slip(block.file, block.line, f'"{block.name}" has no examples')
    for number, text in block.lines:
        what = _of_line(block.kind, text)
        if what:
            yield Slip(block.file, number, what)


def _of_line(kind: str, text: str) -> str:
    if not text.startswith("- ") or not text[2:].strip():
        return 'an example begins with "- " and is not empty'
    if kind == "regex":
        return _of_pattern(text[2:])
    return "brackets have a meaning here" if _BRACKET.search(text.replace(PLACEHOLDER, "")) else ""


def _of_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        return f"no regular expression: {error}"
    return ""


def _labelled_twice(blocks: Iterable[_Block]) -> Iterator[Slip]:
    """The same text under two intents, accents and signs apart, teaches neither."""
    seen: dict[str, tuple[str, str, int]] = {}
    for block in blocks:
        for number, text in block.lines:
            bare = _SIGNS.sub(" ", fold(text)).strip()
            intent, file, line = seen.setdefault(bare, (block.name, block.file, number))
            if intent != block.name:
                yield Slip(block.file, number, f'"{text[2:]}" is {block.name} here, {intent} in {file} line {line}')


def _too_few(blocks: Iterable[_Block], intents: Iterable[str]) -> Iterator[Slip]:
    counts = dict.fromkeys(intents, 0)
    for block in blocks:
        if block.kind == "intent":
            counts[block.name] = counts.get(block.name, 0) + len(block.lines)
    for name, count in counts.items():
        if count < LEAST:
            yield Slip("domain.yml", 0, f'"{name}" has {count} examples, and needs {LEAST}')


def _without_rule(folder: Path, intents: Iterable[str]) -> Iterator[Slip]:
    rules = yaml.safe_load((folder / "data" / "rules.yml").read_text("utf-8"))["rules"]
    ruled = {step["intent"] for rule in rules for step in rule["steps"] if "intent" in step}
    for name in intents:
        if name not in ruled:
            yield Slip("rules.yml", 0, f'no rule says what follows "{name}"')

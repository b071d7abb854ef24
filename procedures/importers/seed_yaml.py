"""YAML as people mean it: 1.001193 is a code and no number, and a key written twice is a mistake."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from procedures.errors import SeedInvalid

#: A seed is some 5 kB.
_MAX_BYTES = 256 * 1024
_NOT_RESOLVED = ("tag:yaml.org,2002:float", "tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:merge")


class LinedDict(dict[Any, Any]):
    """A mapping that knows the line of each key, from 1."""

    lines: dict[Any, int]


class LinedList(list[Any]):
    """A list that knows the line of each item, from 1."""

    lines: list[int]


class _Loader(yaml.CSafeLoader):
    """Safe YAML without floats and dates: codes, figures and months stay texts."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the library's own way to hand them on
        first: [(tag, pattern) for tag, pattern in resolvers if tag not in _NOT_RESOLVED]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping, each key once."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for index, key in enumerate(keys):
            if key in keys[:index]:
                raise yaml.MarkedYAMLError(
                    problem=f'key "{key}" stands here twice', problem_mark=node.value[index][0].start_mark
                )
        made = LinedDict(super().construct_mapping(node, deep=True))
        made.lines = {key: child.start_mark.line + 1 for key, (child, _) in zip(keys, node.value, strict=True)}
        return made

    def construct_sequence(self, node: yaml.SequenceNode, deep: bool = False) -> list[Any]:
        """A list with its lines."""
        made = LinedList(super().construct_sequence(node, deep=True))
        made.lines = [child.start_mark.line + 1 for child in node.value]
        return made


# The safe loader makes plain mappings and lists through generators; these come ready made.
_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_mapping)
_Loader.add_constructor("tag:yaml.org,2002:seq", _Loader.construct_sequence)


def load(path: Path) -> LinedDict:
    """The mapping of a YAML file. Raises SeedInvalid with the line where it is none."""
    try:
        data = yaml.load(_text(path), _Loader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        reason = f"not YAML: {error.problem or error.context}"
        raise SeedInvalid(path, "", reason, _ADVICE, mark.line + 1 if mark else 0) from None
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise SeedInvalid(path, "", f"not YAML: {str(error)[:80]}", _ADVICE) from None
    if not isinstance(data, LinedDict):
        raise SeedInvalid(path, "", "the file is no mapping of keys to values", "start it with: code")
    return data


def line_of(path: Path, text: str) -> int:
    """The first line of a file that holds a text, 0 if none does."""
    lines = _text(path).splitlines()
    return next((number for number, line in enumerate(lines, 1) if text in line), 0)


_ADVICE = 'put a text that holds ": " or "#" in quotes, and indent with spaces'


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise SeedInvalid(
                path, "", f"the file is larger than {_MAX_BYTES // 1024} KiB", "write one procedure a file"
            )
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SeedInvalid(path, "", "the file is not UTF-8", "save it as UTF-8") from None
    except OSError as error:
        raise SeedInvalid(path, "", f"the file cannot be read: {error.strerror or error}") from None

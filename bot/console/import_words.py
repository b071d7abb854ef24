"""Paths of a document, such as "ways.online.fees", in words."""

from __future__ import annotations

import re
from collections.abc import Callable

from procedures.compare import field_of
from procedures.model import Channel

Say = Callable[..., str]

_WAY = re.compile(r"ways\.(\w+?)(\[\d+\])?(?:\.(time|fees|note))?")
_CASE = re.compile(r"cases(?:\.(.*?))?(?:\.|^)(papers|notes)(?:\.(.+))?", re.DOTALL)


def path_told(path: str, say: Say) -> str:
    """What a path is called: the field, then what within it."""
    field = say(f"import.field.{field_of(path)}")
    way, case = _WAY.fullmatch(path), _CASE.fullmatch(path)
    if way and way[1] in {one.value for one in Channel}:
        inner = (say(f"import.way.{way[1]}") + (way[2] or ""), say(f"import.part.{way[3]}") if way[3] else "")
    elif case:
        inner = (case[1] or "", f"{say(f'import.part.{case[2]}')} {case[3] or ''}".strip())
    else:
        inner = (path[len(field_of(path)) :].strip("."), "")
    return " · ".join(filter(None, (field, *inner)))

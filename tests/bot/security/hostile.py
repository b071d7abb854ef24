"""Words that somebody sends who means harm, and how one sees that they did none."""

from __future__ import annotations

import re
from typing import Any

#: What a template that is filled with a citizen's words would make of the sums below.
_SUM = str(7191 * 7193)

MARKUP = "<zq7 onfocus=\"x\"></p></textarea><script>zq7()</script>'); DROP TABLE message;-- ' OR 1=1 \\"
CONTROL = "zq7\r\nSet-Cookie: zq7=1\r\n\r\n<zq7>\0\x0b\x1b\u202egnp.exe\u200b\u2066\ufeff😀"
TEMPLATE = "{{7191*7193}}${7191*7193}#{7191*7193}{% print 7191*7193 %}%s%n{0.__class__}{say}"
PATH = "../../../../etc/passwd"
FORMULA = "=cmd|'/c calc'!A1"
NUMBER = "9" * 5000
LONG = "e\u0301" * 3900
#: Each begins otherwise, so that a check of the beginning does not hide what follows.
ALL = (MARKUP, CONTROL, TEMPLATE, PATH, FORMULA, NUMBER, LONG, "-1", "1e999", "%00", "𝐱" * 300, "a" * 1_000_000)
#: For a walk over every address, where there is no time for each.
MIXED = (FORMULA + CONTROL + MARKUP + TEMPLATE, NUMBER)


def done_by(answer: Any) -> list[str]:
    """What of them has had an effect in an answer of a browser; empty where nothing has."""
    html = "html" in answer.headers.get("content-type", "")
    found = {
        "failed": answer.status_code >= 500 and answer.status_code != 503,
        "markup": html and re.search(r"<zq7|<script>zq7", answer.text),
        "template": _SUM in answer.text,
        "header": "zq7=1" in answer.headers.get("set-cookie", ""),
        "file": "root:x:0" in answer.text,
        "elsewhere": _elsewhere(answer.headers.get("location", "")),
    }
    return [name for name, has in found.items() if has]


def _elsewhere(location: str) -> bool:
    return bool(location) and not re.match(r"(/(?![/\\])|http://testserver(/|$))", location)

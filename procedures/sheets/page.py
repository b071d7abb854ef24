"""A sheet as a page: phone-sized, and one A4 side in black and white when printed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from procedures.sheets.sheet import Sheet

_HERE = Path(__file__).parent
#: The style sheet, for whoever serves or writes pages.
STYLE = (_HERE / "templates" / "sheet.css").read_text("utf-8")


def as_page(
    sheet: Sheet,
    style: str,
    link: str = "",
    languages: Mapping[str, str] | None = None,
    files: Mapping[str, str] | None = None,
) -> str:
    """HTML. `style` is the address of STYLE; `link` what the code to be scanned opens.

    `languages` tell where the page lies in others; `files` where it lies as "pdf", "png" and "txt".
    """
    picture = Markup(qr(link)) if link else ""  # noqa: S704 — our own drawing
    others = {"languages": languages or {}, "files": files or {}}
    values = {"sheet": sheet, "style": style, "link": link, "picture": picture, **others}
    return render("sheet.html", **values)


def qr(link: str) -> str:
    """A code to be scanned, as SVG without styles of its own. Level M: readable on a crumpled sheet."""
    return str(segno.make(link, error="m").svg_inline(scale=3, border=2, omitsize=True, svgclass="qr", lineclass=None))


def render(template: str, **values: Any) -> str:
    """A filled template of this folder."""
    return _environment().get_template(template).render(values)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    loader = FileSystemLoader(_HERE / "templates")
    return Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)

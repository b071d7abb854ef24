"""A form of a page as a browser would send it."""

from __future__ import annotations

from html.parser import HTMLParser


class _Form(HTMLParser):
    """Fields of the form with one id or action."""

    def __init__(self, which: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._which, self._inside = which, False
        self._area = self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = self._which in (about.get("id"), about.get("action"))
        name = about.get("name", "")
        if not self._inside:
            return
        if tag == "input" and name and (about.get("type") not in ("checkbox", "radio") or "checked" in about):
            self.fields[name] = about.get("value", "")
        elif tag == "textarea":
            self._area = name
            self.fields[name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and ("selected" in about or self._select not in self.fields):
            self.fields[self._select] = about.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._inside and self._area:
            self.fields[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        self._area = "" if tag == "textarea" else self._area
        self._inside = self._inside and tag != "form"


def form(html: str, which: str) -> dict[str, str]:
    """What a browser would send of the form with this id or action."""
    parser = _Form(which)
    parser.feed(html)
    assert parser.fields, f"no form {which}"
    return parser.fields

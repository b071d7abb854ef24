"""Papers (executionCases) of a portal record. Rows of 0 originals and 0 copies are remarks."""

from __future__ import annotations

from dataclasses import replace

from procedures.importers import phrases
from procedures.importers.shape import Node
from procedures.importers.text import clean, lines, once, unbullet
from procedures.model import Case, Paper

#: A paper name longer than this is no name of a form.
_LONGEST_FORM = 200


def cases(record: Node) -> tuple[Case, ...]:
    """The cases with their papers and notes; a case without rows is a remark on the case before it."""
    found: list[Case] = []
    for node in record.nodes("executionCases"):
        case = _case(node)
        if case.papers or case.notes:
            found.append(case)
        elif case.name and found:
            found[-1] = replace(found[-1], notes=(*found[-1].notes, case.name))
        elif case.name:
            found.append(Case(notes=(case.name,)))
    return tuple(found)


def forms(record: Node) -> tuple[str, ...]:
    """Names of the forms: attached files, and papers that call themselves one."""
    rows = [row for case in record.nodes("executionCases") for row in case.nodes("profileComponents")]
    return once([form for row in rows for form in (*_files(row), _own_form(row))])


def _case(node: Node) -> Case:
    rows = node.nodes("profileComponents")
    papers = (_paper(row) for row in rows if not _is_note(row))
    notes = once([_remark(row) for row in rows if _is_note(row)])
    return Case(_case_name(node.text("name")), tuple(paper for paper in papers if paper.name), notes)


def _case_name(text: str) -> str:
    name = unbullet(clean(text)).rstrip(" :;")
    return "" if phrases.ANNOUNCEMENT.fullmatch(name) or not any(char.isalnum() for char in name) else name


def _is_note(row: Node) -> bool:
    return not row.count("originalQty") and not row.count("copyQty")


def _remark(row: Node) -> str:
    text = " ".join(lines(row.text("name")))
    return "" if phrases.NOTHING.fullmatch(text) else text


def _paper(row: Node) -> Paper:
    """The first line names the paper, further lines explain it."""
    name, *rest = lines(row.text("name")) or [""]
    name = name.rstrip(" ;,.:")
    if phrases.NOTHING.fullmatch(name):
        name = ""
    return Paper(name, row.count("originalQty"), row.count("copyQty"), " ".join(rest), _form(row))


def _form(row: Node) -> str:
    number = phrases.FORM_NUMBER.search(clean(row.text("name")))
    return next(iter(_files(row)), number.group() if number else "")


def _files(row: Node) -> list[str]:
    return [name for node in row.nodes("attachments") if (name := clean(node.text("fileName")))]


def _own_form(row: Node) -> str:
    name = _paper(row).name
    if _is_note(row) or not phrases.FORM.search(name):
        return ""
    return name if len(name) <= _LONGEST_FORM else _form(row)

"""What to bring, and on which form."""

from __future__ import annotations

from actions.card import Card
from actions.words import say
from procedures.model import Case, Paper, Procedure


def documents(procedure: Procedure) -> Card:
    """Papers and remarks of every case, the common ones first."""
    lines = [line for case in procedure.cases for line in _case(case)]
    lines += [say("documents.return", text=text) for text in procedure.returns]
    key = "documents.lead" if any(case.papers for case in procedure.cases) else "documents.none"
    return Card(say(key, title=procedure.title), tuple(lines))


def form(procedure: Procedure) -> Card:
    """Forms by name; where to get them is said, never a link nobody has checked."""
    if not procedure.forms:
        return Card(say("form.none", title=procedure.title))
    lines = tuple(say("line", text=name) for name in procedure.forms)
    return Card(say("form.lead", title=procedure.title), (*lines, say("form.get")))


def _case(case: Case) -> list[str]:
    """Papers of a case, its name in one line with the first, so that no page ends with a bare name."""
    papers = [_paper(paper) for paper in case.papers]
    if case.name and papers:
        papers[0] = say("documents.case", name=case.name, paper=papers[0])
    return papers + [_note(case, note) for note in case.notes]


def _note(case: Case, text: str) -> str:
    """A remark. One that holds for a single case says for which, or it would be taken for everybody's."""
    named = case.name and case.name.lower() not in say("note", text="").lower()
    return say("note.case", name=case.name, text=text) if named else say("note", text=text)


def _paper(paper: Paper) -> str:
    note = f" {paper.note}" if paper.note else ""
    return say("line", text=f"{paper.name.rstrip('.;, ')}{counted(paper)}.{note}")


def counted(paper: Paper) -> str:
    """How many originals and copies: " (1 bản chính, 2 bản sao)"; empty where nobody has told."""
    counts = [say("paper.originals", n=paper.originals)] if paper.originals else []
    counts += [say("paper.copies", n=paper.copies)] if paper.copies else []
    return f" ({', '.join(counts)})" if counts else ""

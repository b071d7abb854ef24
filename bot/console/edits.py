"""Edits of procedures, from the first letter typed until they are published, undone or given up.

draft → in_review → approved → published → undone, and back to draft, or discarded. Each function changes things within
its caller's transaction, notes who did it, and may be called by two people at once: the second one gets EditMoved.

    edit = edits.begin(connection, "1.001193", staff_id)      # one's own open draft, or a new one
    version = edits.save(connection, edit, 0, replace(procedure, where="…"))
    edits.send(connection, edit, "the fee of 1 July", effective_on="")
    edits.keep_gate(connection, edit, {"worse": False, …})    # P3's gate, of the document as it is
    edits.approve(connection, edit, reviewer_id)
    edits.publish(connection, edit, reviewer_id)              # one transaction with everything above, or alone
"""

from bot.console.drafting import authors, begin, discard, keep_gate, save, take_back
from bot.console.edit_rows import OPEN, Edit, Listed, Status, counts, digest, listed, of_code, one, two_people
from bot.console.merging import Against, Merge, against, base_of, merge, three_way
from bot.console.names import owner_of
from bot.console.publishing import confirm, due, publish, stale, standing, stopped, undo
from bot.console.reviewing import approve, problems, return_, send, warm

__all__ = [
    "OPEN",
    "Against",
    "Edit",
    "Listed",
    "Merge",
    "Status",
    "against",
    "approve",
    "authors",
    "base_of",
    "begin",
    "confirm",
    "counts",
    "digest",
    "discard",
    "due",
    "keep_gate",
    "listed",
    "merge",
    "of_code",
    "one",
    "owner_of",
    "problems",
    "publish",
    "return_",
    "save",
    "send",
    "stale",
    "standing",
    "stopped",
    "take_back",
    "three_way",
    "two_people",
    "undo",
    "warm",
]

"""Conditions in SQL: which rows of each table are too old, by what that is told, and what takes their place.

Each returns table, condition, column of the moment, values (None: the row goes), and where there is one the column
that names a file.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, and_, cast, exists, func, literal, or_, select
from sqlalchemy.schema import Column, Table

from bot.handover.kinds import Status
from bot.privacy import consent
from bot.store.channel_tables import attachment
from bot.store.console_tables import gap, import_job, own_sentence
from bot.store.desk_tables import handover, handover_event, held_answer, lesson, staff
from bot.store.scam_tables import scam_report
from bot.store.tables import conversation, guide, guide_conversation, inbox, message, reminder
from bot.store.vault_tables import sealed
from bot.words import words

Aged = tuple[Table, Any, "Column[Any]", "dict[str, Any] | None"]
WithFile = tuple[Table, Any, "Column[Any]", "dict[str, Any] | None", "Column[Any]"]
LANGUAGES = ("vi", "en", "zh")
#: What an address begins with that nobody writes from any more.
GONE = "erased-"
#: Imports that nobody works on.
_OVER = ("taken", "refused", "discarded")


def unagreed(before: datetime) -> Any:
    """Ids of conversations that have been silent since, whose person has not agreed; no case of theirs is open."""
    citizens = and_(conversation.c.channel.not_in(consent.UNASKED), ~_colleagues())
    alone = and_(~consent.kept(conversation.c.id), ~open_case(conversation.c.id))
    return select(conversation.c.id).where(_heard() < before, citizens, alone)


def open_case(conversation_id: Any) -> Any:
    """A case of the conversation is open."""
    case = handover.alias()
    return exists().where(case.c.conversation_id == conversation_id, case.c.status != Status.CLOSED.value)


def lines(before: datetime, silent: Any, language: str) -> Aged:
    """The transcript in one language."""
    told = words().say("erased", language)
    said = and_(message.c.language == language, message.c.text != told, message.c.text != "")
    which = and_(said, _too_old(message, message.c.created_at < before, silent))
    return message, which, message.c.created_at, {"text": told, "buttons": "[]", "encloses": ""}


def messages(before: datetime, silent: Any) -> Aged:
    """What came."""
    something = or_(inbox.c.text != "", inbox.c.payload != "", inbox.c.point.is_not(None))
    done = inbox.c.status.in_(("done", "failed"))
    which = and_(something, done, _too_old(inbox, inbox.c.received_at < before, silent))
    return inbox, which, inbox.c.received_at, {"text": "", "payload": "", "point": None}


def scams(before: datetime, silent: Any) -> Aged:
    """What was shown of scams; the site that it was about stays."""
    which = and_(scam_report.c.text != "", _too_old(scam_report, scam_report.c.created_at < before, silent))
    return scam_report, which, scam_report.c.created_at, {"text": ""}


def reports(before: datetime, silent: Any) -> Aged:
    """What was written of a scam; the link stays."""
    which = and_(scam_report.c.text != "", _too_old(scam_report, scam_report.c.created_at < before, silent))
    return scam_report, which, scam_report.c.created_at, {"text": ""}


def files(before: datetime, silent: Any) -> WithFile:
    """Photos, files and recordings of citizens."""
    which = and_(attachment.c.ref != "", _too_old(attachment, attachment.c.created_at < before, silent))
    gone = {"ref": "", "name": "", "file": None, "status": "lost", "error": "erased"}
    return attachment, which, attachment.c.created_at, gone, attachment.c.file


def sealed_data(before: datetime, of_cases: datetime, silent: Any) -> Aged:
    """What nobody may need any more: no case is open, and none was closed since the message and lately.

    Without consent at once.
    """
    lately = and_(handover.c.closed_at >= sealed.c.created_at, handover.c.closed_at >= max(before, of_cases))
    still = handover.c.status != Status.CLOSED.value
    needs = exists().where(handover.c.conversation_id == sealed.c.conversation_id, or_(still, lately))
    old = and_(sealed.c.created_at < before, ~needs)
    return sealed, or_(old, sealed.c.conversation_id.in_(silent)), sealed.c.created_at, None


def notes(before: datetime) -> Aged:
    """Words of staff beside closed cases."""
    which = and_(handover_event.c.text != "", _of_closed(handover_event.c.handover_id, before))
    return handover_event, which, handover_event.c.created_at, {"text": ""}


def held(before: datetime) -> Aged:
    """Answers that waited for a yes."""
    which = and_(held_answer.c.replies != "[]", _of_closed(held_answer.c.handover_id, before))
    return held_answer, which, held_answer.c.created_at, {"replies": "[]"}


def ratings(before: datetime) -> Aged:
    """Words beside stars."""
    closed = and_(handover.c.status == Status.CLOSED.value, handover.c.closed_at < before)
    return handover, and_(handover.c.rating_words != "", closed), handover.c.closed_at, {"rating_words": ""}


def provider_ids(before: datetime) -> Aged:
    """Names of messages: some providers put the citizen's own address in them."""
    gone = select(conversation.c.id).where(_silent(before))
    done = inbox.c.status.in_(("done", "failed"))
    which = and_(inbox.c.conversation_id.in_(gone), done, ~inbox.c.channel_message_id.startswith(GONE))
    return inbox, which, inbox.c.received_at, {"channel_message_id": nobodys(inbox)}


def people(before: datetime) -> Aged:
    """Who it was. A colleague's own chat stays: calls go there."""
    nobody = {"contact_name": None, "contact_phone": None, "memory": None, "address": nobodys(conversation)}
    return conversation, _silent(before), conversation.c.created_at, nobody


def memories(silent: Any) -> Aged:
    """What the engine remembers, and what was given for a call, where nobody has agreed; the address stays."""
    gone = {"contact_name": None, "contact_phone": None, "memory": None}
    something = or_(*(conversation.c[name].is_not(None) for name in gone))
    return conversation, and_(something, conversation.c.id.in_(silent)), conversation.c.created_at, gone


def guides(before: datetime) -> Aged:
    """Checklists that nobody has touched since; one of which somebody is still to be reminded waits."""
    waits = exists().where(reminder.c.token == guide.c.token, reminder.c.status == "waiting")
    worked = guide_conversation.c.guide_id == guide.c.id
    open_ones = exists().where(worked, open_case(guide_conversation.c.conversation_id))
    return guide, and_(guide.c.updated_at < before, ~waits, ~open_ones), guide.c.updated_at, None


def lessons(before: datetime) -> Aged:
    """What officers filed for the admins."""
    return lesson, lesson.c.created_at < before, lesson.c.created_at, None


def gaps(before: datetime) -> Aged:
    """What admins made of messages."""
    return gap, gap.c.decided_at < before, gap.c.decided_at, None


def sentences(before: datetime) -> Aged:
    """Sentences from which nothing learns any more; what still teaches is no one person's."""
    return own_sentence, own_sentence.c.ended_at < before, own_sentence.c.created_at, None


def imports(before: datetime) -> WithFile:
    """Uploaded exports of the portal."""
    which = and_(import_job.c.status.in_(_OVER), import_job.c.finished_at < before, import_job.c.file != "")
    return import_job, which, import_job.c.created_at, {"file": ""}, import_job.c.file


def nobodys(table: Table) -> Any:
    """SQL: a name that no provider gives, for a row."""
    return literal(GONE) + cast(table.c.id, String)


def _too_old(table: Table, old: Any, silent: Any) -> Any:
    return or_(and_(old, ~open_case(table.c.conversation_id)), table.c.conversation_id.in_(silent))


def _of_closed(case_id: Any, before: datetime) -> Any:
    case = handover.alias()
    closed = and_(case.c.status == Status.CLOSED.value, case.c.closed_at < before)
    return exists().where(case.c.id == case_id, closed)


def _silent(before: datetime) -> Any:
    known = ~conversation.c.address.startswith(GONE)
    return and_(_heard() < before, known, ~_colleagues(), ~open_case(conversation.c.id))


def _heard() -> Any:
    return func.coalesce(conversation.c.heard_at, conversation.c.created_at)


def _colleagues() -> Any:
    return exists().where(staff.c.conversation_id == conversation.c.id, staff.c.ended_at.is_(None))

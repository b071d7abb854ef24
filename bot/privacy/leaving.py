"""What goes when somebody is forgotten, table by table. Rows that are counted stay as shells without a word.

Each step takes the conversations of one person and does nothing the second time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, delete, exists, or_, select, update
from sqlalchemy.engine import Connection

from bot.console.gap_lines import key_of
from bot.console.masking import bare
from bot.conversation import State
from bot.privacy import vault
from bot.privacy.aging import GONE, LANGUAGES, nobodys
from bot.store.channel_tables import attachment, joining
from bot.store.consent_tables import consent, data_export
from bot.store.console_tables import gap, own_sentence, phrase_voice
from bot.store.desk_tables import canned_reply, handover, handover_event, held_answer, lesson, staff, staff_file
from bot.store.scam_tables import scam_code, scam_report
from bot.store.tables import conversation, delivery, guide, guide_conversation, inbox, message, outbox, reminder
from bot.words import words

Ids = Sequence[int]


def _no_files(_connection: Connection, _ids: Ids) -> Sequence[str]:
    return ()


@dataclass(frozen=True)
class Step:
    """One table's part; how many rows it changed is what `erase` returns."""

    table: str
    erase: Callable[[Connection, Ids], int]
    #: Names under the media folder that go before.
    files: Callable[[Connection, Ids], Sequence[str]] = _no_files


def _lessons(connection: Connection, ids: Ids) -> int:
    return _gone(connection, delete(lesson).where(lesson.c.message_id.in_(_lines(ids))))


def _sentences(connection: Connection, ids: Ids) -> int:
    """Sentences kept of this person's messages, unless others have said the same."""
    kept = {row.text: row.id for row in connection.execute(select(own_sentence.c.id, own_sentence.c.text))}
    mine = [said for text in _typed(connection, ids) if (said := bare(text)) in kept and _alone(connection, ids, text)]
    return _gone(connection, delete(own_sentence).where(own_sentence.c.text.in_(mine)))


def _gaps(connection: Connection, ids: Ids) -> int:
    """Likewise what admins made of them."""
    kept = set(connection.execute(select(gap.c.key)).scalars())
    typed = _typed(connection, ids) if kept else ()
    mine = [key for text in typed if (key := key_of(text)) in kept and _alone(connection, ids, text)]
    return _gone(connection, delete(gap).where(gap.c.key.in_(mine)))


def _typed(connection: Connection, ids: Ids) -> Sequence[str]:
    """The different messages of a person."""
    mine = and_(_of(inbox, ids), inbox.c.text != "", inbox.c.payload == "")
    return list(connection.execute(select(inbox.c.text).distinct().where(mine)).scalars())


def _alone(connection: Connection, ids: Ids, text: str) -> bool:
    """Nobody else has typed the same: what many say is nobody's. Asked only of what somebody has kept."""
    others = and_(inbox.c.text == text, inbox.c.conversation_id.not_in(ids))
    return connection.execute(select(inbox.c.id).where(others).limit(1)).first() is None


def _reports(connection: Connection, ids: Ids) -> int:
    """What was written of a scam; the link that others are warned of stays."""
    told = and_(_of(scam_report, ids), scam_report.c.text != "")
    return _gone(connection, update(scam_report).where(told).values(text=""))


def _codes(connection: Connection, ids: Ids) -> int:
    return _gone(connection, delete(scam_code).where(_of(scam_code, ids)))


def _attached(connection: Connection, ids: Ids) -> Sequence[str]:
    mine = and_(attachment.c.conversation_id.in_(ids), attachment.c.file.is_not(None))
    return list(connection.execute(select(attachment.c.file).where(mine)).scalars())


def _attachments(connection: Connection, ids: Ids) -> int:
    return _gone(connection, delete(attachment).where(attachment.c.conversation_id.in_(ids)))


def _sent(connection: Connection, ids: Ids) -> Sequence[str]:
    return list(connection.execute(select(staff_file.c.file).where(_sent_to(connection, ids))).scalars())


def _sent_files(connection: Connection, ids: Ids) -> int:
    return _gone(connection, delete(staff_file).where(_sent_to(connection, ids)))


def _sent_to(connection: Connection, ids: Ids) -> Any:
    """Files that staff sent to this person alone: of no canned reply, no reading, nobody else."""
    named = connection.execute(select(message.c.encloses).where(message.c.encloses.like("file %"), _of(message, ids)))
    numbers = [int(one.split()[1]) for one in named.scalars() if one.split()[1].isdecimal()]
    others = select(message.c.encloses).where(message.c.encloses.like("file %"), message.c.conversation_id.not_in(ids))
    shared = {int(one.split()[1]) for one in connection.execute(others).scalars() if one.split()[1].isdecimal()}
    used = or_(
        exists().where(canned_reply.c.file_id == staff_file.c.id),
        exists().where(phrase_voice.c.file_id == staff_file.c.id),
    )
    return and_(staff_file.c.id.in_(set(numbers) - shared), ~used)


def _guides(connection: Connection, ids: Ids) -> int:
    """Those that nobody else has worked on; of others only that this person did."""
    mine = select(guide_conversation.c.guide_id).where(guide_conversation.c.conversation_id.in_(ids))
    others = select(guide_conversation.c.guide_id).where(guide_conversation.c.conversation_id.not_in(ids))
    alone = and_(guide.c.id.in_(mine), guide.c.id.not_in(others))
    gone = connection.execute(select(guide.c.id).where(alone)).scalars().all()
    connection.execute(delete(guide_conversation).where(guide_conversation.c.conversation_id.in_(ids)))
    return _gone(connection, delete(guide).where(guide.c.id.in_(gone)))


def _reminders(connection: Connection, ids: Ids) -> int:
    return _gone(connection, delete(reminder).where(reminder.c.conversation_id.in_(ids)))


def _sealed(connection: Connection, ids: Ids) -> int:
    return sum(vault.forget_conversation(connection, id_) for id_ in ids)


def _events(connection: Connection, ids: Ids) -> int:
    noted = and_(handover_event.c.handover_id.in_(_cases(ids)), handover_event.c.text != "")
    return _gone(connection, update(handover_event).where(noted).values(text=""))


def _held(connection: Connection, ids: Ids) -> int:
    held = and_(held_answer.c.handover_id.in_(_cases(ids)), held_answer.c.replies != "[]")
    return _gone(connection, update(held_answer).where(held).values(replies="[]"))


def _ratings(connection: Connection, ids: Ids) -> int:
    rated = and_(_of(handover, ids), handover.c.rating_words != "")
    return _gone(connection, update(handover).where(rated).values(rating_words="", asks=""))


def _joinings(connection: Connection, ids: Ids) -> int:
    mine = or_(joining.c.conversation_id.in_(ids), joining.c.other_id.in_(ids))
    return _gone(connection, delete(joining).where(mine))


def _scams(connection: Connection, ids: Ids) -> int:
    """The site that was shown stays: others are to be warned of it."""
    connection.execute(delete(scam_code).where(_of(scam_code, ids)))
    shown = and_(_of(scam_report, ids), scam_report.c.text != "")
    return _gone(connection, update(scam_report).where(shown).values(text=""))


def _exports(connection: Connection, ids: Ids) -> int:
    return _gone(connection, delete(data_export).where(_of(data_export, ids)))


def _colleague(connection: Connection, ids: Ids) -> int:
    """A colleague who is forgotten as a citizen gets no calls there any more."""
    return _gone(connection, update(staff).where(staff.c.conversation_id.in_(ids)).values(conversation_id=None))


def _messages(connection: Connection, ids: Ids) -> int:
    connection.execute(update(delivery).where(delivery.c.message_id.in_(_lines(ids))).values(channel_message_id=""))
    return sum(_lines_of(connection, ids, language) for language in LANGUAGES)


def _lines_of(connection: Connection, ids: Ids, language: str) -> int:
    """Who reads the transcript later is told why there is nothing."""
    gone = {"text": words().say("erased.wish", language), "buttons": "[]", "encloses": ""}
    said = and_(_of(message, ids), message.c.language == language, message.c.text != gone["text"])
    return _gone(connection, update(message).where(said).values(gone))


def _inbox(connection: Connection, ids: Ids) -> int:
    """A message that is in progress all the same is taken from whoever has it: the try is part of the claim."""
    unanswered = and_(_of(inbox, ids), inbox.c.status.in_(("new", "claimed")))
    taken = {"status": "failed", "attempts": inbox.c.attempts + 1}
    connection.execute(update(inbox).where(unanswered).values(taken))
    gone = {"text": "", "payload": "", "point": None, "channel_message_id": nobodys(inbox)}
    named = and_(_of(inbox, ids), ~inbox.c.channel_message_id.startswith(GONE))
    return _gone(connection, update(inbox).where(named).values(gone))


def _outbox(connection: Connection, ids: Ids) -> int:
    """What was not brought by now never is; nothing that a provider said of it stays."""
    waits = and_(_of(outbox, ids), outbox.c.status.in_(("queued", "sending")))
    unsent = _gone(connection, update(outbox).where(waits).values(status="dropped"))
    connection.execute(update(outbox).where(_of(outbox, ids), outbox.c.error.is_not(None)).values(error=None))
    return unsent


def _consents(connection: Connection, ids: Ids) -> int:
    return _gone(connection, delete(consent).where(_of(consent, ids)))


def _conversations(connection: Connection, ids: Ids) -> int:
    nobody = {
        "contact_name": None,
        "contact_phone": None,
        "memory": None,
        "person": None,
        "state": State.WITH_BOT.value,
    }
    known = and_(conversation.c.id.in_(ids), ~conversation.c.address.startswith(GONE))
    return _gone(connection, update(conversation).where(known).values(**nobody, address=nobodys(conversation)))


def _of(table: Any, ids: Ids) -> Any:
    return table.c.conversation_id.in_(ids)


def _lines(ids: Ids) -> Any:
    return select(message.c.id).where(_of(message, ids))


def _cases(ids: Ids) -> Any:
    return select(handover.c.id).where(_of(handover, ids))


def _gone(connection: Connection, statement: Any) -> int:
    return int(connection.execute(statement).rowcount)


#: In this order: what is found by the words that were said goes before them.
STEPS = (
    Step("own_sentence", _sentences),
    Step("gap", _gaps),
    Step("lesson", _lessons),
    Step("scam_report", _reports),
    Step("scam_code", _codes),
    Step("attachment", _attachments, _attached),
    Step("staff_file", _sent_files, _sent),
    Step("reminder", _reminders),
    Step("guide", _guides),
    Step("sealed", _sealed),
    Step("handover_event", _events),
    Step("held_answer", _held),
    Step("handover", _ratings),
    Step("joining", _joinings),
    Step("data_export", _exports),
    Step("scam_report", _scams),
    Step("staff", _colleague),
)
#: Together, at the very end.
LAST = (
    Step("message", _messages),
    Step("inbox", _inbox),
    Step("outbox", _outbox),
    Step("consent", _consents),
    Step("conversation", _conversations),
)

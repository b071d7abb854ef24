"""Tables of the admin console: edits on their way, words, settings, trainings, gaps, imports, who did what."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from bot.store.tables import metadata, moment

#: A procedure as somebody would have it, from the first letter typed until it is published or given up.
procedure_edit = Table(
    "procedure_edit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(16), nullable=False),
    #: JSON of procedures.codec: the whole procedure, plain words and translations.
    Column("document", Text, nullable=False),
    #: Digest of what citizens were told when it was begun: another one means that somebody else has published since.
    Column("base", String(64), nullable=False),
    #: draft → in_review → approved → published; back to draft; discarded.
    Column("status", String(12), nullable=False, server_default="draft"),
    #: What is changed, and why; for colleagues and for the history.
    Column("reason", Text, nullable=False, server_default=""),
    #: Vietnam's day from which it holds; empty: at once.
    Column("effective_on", String(10), nullable=False, server_default=""),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("reviewer_id", ForeignKey("staff.id")),
    #: A reviewer's words.
    Column("review", Text, nullable=False, server_default=""),
    #: JSON: what the questions said, and why somebody publishes all the same.
    Column("gate", Text, nullable=False, server_default=""),
    Column("override", Text, nullable=False, server_default=""),
    #: Moves with each change, so that two tabs do not overwrite each other.
    Column("version", Integer, nullable=False, server_default="0"),
    moment("created_at"),
    moment("changed_at"),
    moment("sent_at", nullable=True),
    moment("reviewed_at", nullable=True),
    moment("published_at", nullable=True),
    Index("procedure_edit_code", "code", "status"),
    Index("procedure_edit_status", "status", "effective_on"),
)

#: What somebody did at the console. Nothing here is ever changed.
audit_entry = Table(
    "audit_entry",
    metadata,
    Column("id", Integer, primary_key=True),
    #: Empty: the system.
    Column("staff_id", ForeignKey("staff.id")),
    #: Such as edit.published, setting.changed, staff.added.
    Column("action", String(40), nullable=False),
    #: What it was done to: a code, a name, a number.
    Column("subject", String(120), nullable=False),
    #: JSON, as far as it is no secret.
    Column("before", Text, nullable=False, server_default=""),
    Column("after", Text, nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    moment("created_at"),
    #: bot.audit.writing: the hash of the line before, and of this one with it, hex. A trigger forbids any change.
    Column("previous", String(64), nullable=False, server_default=""),
    Column("digest", String(64), nullable=False, server_default=""),
    Index("audit_entry_subject", "subject"),
    Index("audit_entry_at", "created_at"),
    Index("audit_entry_action", "action", "id"),
    Index("audit_entry_digest", "digest"),
)

#: A phrase that the province says in its own words; without a row the program's file speaks.
phrase = Table(
    "phrase",
    metadata,
    #: Of which package: bot, actions, sheets.
    Column("book", String(12), primary_key=True),
    Column("key", String(80), primary_key=True),
    Column("language", String(8), primary_key=True),
    Column("text", Text, nullable=False),
    #: draft, reviewed. Drafts of languages other than Vietnamese, English, Chinese are not said.
    Column("status", String(8), nullable=False, server_default="draft"),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("reviewer_id", ForeignKey("staff.id")),
    moment("changed_at"),
    moment("reviewed_at", nullable=True),
)

#: A native speaker's reading of a phrase.
phrase_voice = Table(
    "phrase_voice",
    metadata,
    Column("book", String(12), primary_key=True),
    Column("key", String(80), primary_key=True),
    Column("language", String(8), primary_key=True),
    Column("file_id", ForeignKey("staff_file.id"), nullable=False),
    #: Who reads.
    Column("speaker", String(120), nullable=False),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    moment("created_at"),
)

#: A setting that is no secret; without a row the program's own holds.
site_setting = Table(
    "site_setting",
    metadata,
    Column("name", String(60), primary_key=True),
    #: JSON.
    Column("value", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("staff_id", ForeignKey("staff.id")),
    moment("changed_at"),
)

#: Numbers that move when something changes that running processes keep: words, settings.
site_version = Table(
    "site_version",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("number", Integer, nullable=False, server_default="0"),
)

#: A word to everybody of a place for some days: flood, enrolment, a deadline.
banner = Table(
    "banner",
    metadata,
    Column("id", Integer, primary_key=True),
    #: Five digits of a commune; empty: the whole province.
    Column("place", String(5), nullable=False, server_default=""),
    #: JSON: language → text; "vi" is always there.
    Column("texts", Text, nullable=False),
    #: Vietnam's days, both included.
    Column("starts_on", String(10), nullable=False),
    Column("ends_on", String(10), nullable=False),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    moment("created_at"),
    moment("ended_at", nullable=True),
    Index("banner_days", "starts_on", "ends_on"),
)

#: One press of "train", from then until its model is in use or thrown away. One at a time.
training_run = Table(
    "training_run",
    metadata,
    Column("id", Integer, primary_key=True),
    #: waiting → training → evaluating → ready → active or discarded; failed with a reason.
    Column("status", String(12), nullable=False, server_default="waiting"),
    #: What it does now, in a word of bot.console's; how far, 0 to 100.
    Column("stage", String(40), nullable=False, server_default=""),
    Column("percent", Integer, nullable=False, server_default="0"),
    Column("model", String(80), nullable=False, server_default=""),
    #: JSON of bot.evaluation: the present model's figures, and the new one's.
    Column("before", Text, nullable=False, server_default=""),
    Column("after", Text, nullable=False, server_default=""),
    #: Citizens' words are never in it.
    Column("error", Text, nullable=False, server_default=""),
    #: Empty: by the clock.
    Column("staff_id", ForeignKey("staff.id")),
    #: Not before.
    moment("start_at"),
    #: The last sign of life of the process that trains.
    moment("alive_at", nullable=True),
    moment("finished_at", nullable=True),
    moment("created_at"),
    Index("training_run_status", "status", "start_at"),
)

#: What an admin made of messages that say the same and were not answered well.
gap = Table(
    "gap",
    metadata,
    Column("id", Integer, primary_key=True),
    #: bot.console.gaps: what the messages have in common.
    Column("key", String(160), nullable=False, unique=True),
    #: alias, example, answer, dismissed.
    Column("decision", String(12), nullable=False),
    Column("code", String(16), nullable=False, server_default=""),
    Column("intent", String(32), nullable=False, server_default=""),
    Column("note", Text, nullable=False, server_default=""),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    moment("decided_at"),
)

#: A sentence of citizens, masked, from which the next model learns, or by which edits are judged.
own_sentence = Table(
    "own_sentence",
    metadata,
    Column("id", Integer, primary_key=True),
    #: example: of a class, for training; question: with the procedure that answers it, for the gate.
    Column("kind", String(8), nullable=False),
    Column("text", Text, nullable=False),
    Column("language", String(8), nullable=False, server_default="vi"),
    Column("intent", String(32), nullable=False, server_default=""),
    Column("code", String(16), nullable=False, server_default=""),
    Column("aspect", String(16), nullable=False, server_default=""),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    moment("created_at"),
    moment("ended_at", nullable=True),
)

#: An export of the portal that somebody has uploaded.
import_job = Table(
    "import_job",
    metadata,
    Column("id", Integer, primary_key=True),
    #: As it was called, and where it lies under the media folder.
    Column("name", String(160), nullable=False),
    Column("file", String(80), nullable=False),
    #: reading → ready → taking → taken; refused with a reason; discarded.
    Column("status", String(12), nullable=False, server_default="reading"),
    Column("percent", Integer, nullable=False, server_default="0"),
    #: JSON: counts, refused rows, and the differences by code and field.
    Column("found", Text, nullable=False, server_default=""),
    #: JSON: "code field" → accept, keep, later.
    Column("choices", Text, nullable=False, server_default="{}"),
    Column("error", Text, nullable=False, server_default=""),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    moment("created_at"),
    moment("finished_at", nullable=True),
)

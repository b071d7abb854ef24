"""Tables of the staff: who they are, where they work, the cases they answer and what came of them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, false, text, true

from bot.store.tables import metadata, moment

#: A one-stop shop that has a desk here. A citizen whose office has none is answered by the provincial centre.
office = Table(
    "office",
    metadata,
    Column("id", Integer, primary_key=True),
    #: procedures.model.OfficeKind.
    Column("kind", String(24), nullable=False),
    #: Five digits of a commune; empty for an office of the province.
    Column("place", String(5), nullable=False, server_default=""),
    #: Empty: what its kind and place are called.
    Column("name", String(160), nullable=False, server_default=""),
    #: JSON: seven days from Monday, each a list of [opens, closes] as "HH:MM", Vietnam's time.
    Column("hours", Text, nullable=False),
    #: Working minutes within which a citizen hears from a person.
    Column("promise", Integer, nullable=False, server_default="60"),
    moment("ended_at", nullable=True),
    Index("office_once", "kind", "place", unique=True),
)

#: A day on which no office keeps its week: a holiday, or a Saturday that is worked in exchange.
special_day = Table(
    "special_day",
    metadata,
    #: Such as 2026-02-17.
    Column("day", String(10), primary_key=True),
    #: Open all day like a Monday, or closed.
    Column("open", Boolean, nullable=False, server_default=false()),
    Column("name", String(120), nullable=False),
    #: The law or the announcement.
    Column("source", String(200), nullable=False),
)

#: Somebody who signs in: officers and leads at the desk, admins at the console.
staff = Table(
    "staff",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("login", String(40), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    #: argon2id.
    Column("password", String(200), nullable=False),
    #: officer, lead, admin: each may do what those before may.
    Column("role", String(8), nullable=False),
    Column("office_id", ForeignKey("office.id"), nullable=False),
    #: Language codes parted by spaces, such as "vi tyz".
    Column("languages", String(80), nullable=False, server_default="vi"),
    Column("email", String(160), nullable=False, server_default=""),
    #: Where alerts go as chat messages: their own conversation with the bot.
    Column("conversation_id", ForeignKey("conversation.id")),
    #: "email", "chat", both parted by a space, or empty.
    Column("alerts", String(20), nullable=False, server_default=""),
    #: Of the desk: "vi" or "en".
    Column("locale", String(2), nullable=False, server_default="vi"),
    Column("sound", Boolean, nullable=False, server_default=true()),
    Column("on_duty", Boolean, nullable=False, server_default=true()),
    #: Last sign of life of a page of theirs.
    moment("seen_at", nullable=True),
    #: Part of each session; moved to end them all.
    Column("epoch", Integer, nullable=False, server_default="0"),
    #: Wrong passwords in a row, and until when no more are heard.
    Column("misses", Integer, nullable=False, server_default="0"),
    moment("locked_until", nullable=True),
    moment("ended_at", nullable=True),
    moment("created_at"),
)

#: A conversation that asks for a person, from then until somebody has closed it.
handover = Table(
    "handover",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    #: bot.handover.reasons, such as asked, complaint, photo; several are parted by ", ".
    Column("reason", String(120), nullable=False),
    #: waiting → with_staff → closed, and back to waiting.
    Column("status", String(16), nullable=False, server_default="waiting"),
    Column("office_id", ForeignKey("office.id"), nullable=False, server_default="1"),
    #: Code of the procedure it is about, and the intent of the message that led to it; empty where nobody knows.
    Column("code", String(16), nullable=False, server_default=""),
    Column("intent", String(32), nullable=False, server_default=""),
    #: What the citizen speaks, as far as the bot can tell: "vi", "en", "zh", "tyz", "hmn", "ium".
    Column("language", String(8), nullable=False, server_default="vi"),
    #: What the citizen's next message may answer: "place", "words"; empty for nothing.
    Column("asks", String(8), nullable=False, server_default=""),
    #: Its owner; empty while it waits.
    Column("staff_id", ForeignKey("staff.id")),
    moment("claimed_at", nullable=True),
    #: Since when the citizen waits for a person's word; empty while it is the citizen's turn.
    moment("waits_since", nullable=True),
    #: Until when they were promised to hear; empty while it is the citizen's turn.
    moment("due_at", nullable=True),
    #: How far the promise has been pressed for: bot.handover.promises.Stage.
    Column("stage", Integer, nullable=False, server_default="0"),
    #: A person's first and latest word.
    moment("first_reply_at", nullable=True),
    moment("replied_at", nullable=True),
    #: Moves with each change of owner, office or status; who acts on an older one is told so.
    Column("version", Integer, nullable=False, server_default="0"),
    moment("closed_at", nullable=True),
    #: answered, at_counter, wrong_office, abandoned, returned, spam, cancelled.
    Column("outcome", String(16), nullable=False, server_default=""),
    #: When the citizen was told that it is closed: once it can no longer be undone.
    moment("told_at", nullable=True),
    #: 1 to 5.
    Column("rating", Integer),
    Column("rating_words", Text, nullable=False, server_default=""),
    moment("created_at"),
    # Asking twice is one handover.
    Index(
        "handover_one_open",
        "conversation_id",
        unique=True,
        sqlite_where=text("status IN ('waiting', 'with_staff')"),
        postgresql_where=text("status IN ('waiting', 'with_staff')"),
    ),
    Index("handover_line", "status", "office_id", "created_at"),
    Index("handover_of", "conversation_id"),
    Index("handover_owner", "staff_id", "status"),
)

#: What happened to a case, in order; notes among it. Nothing here is ever changed.
handover_event = Table(
    "handover_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("handover_id", ForeignKey("handover.id"), nullable=False),
    #: Empty: the system, or the citizen.
    Column("staff_id", ForeignKey("staff.id")),
    #: bot.handover.events.Event.
    Column("kind", String(16), nullable=False),
    #: Words of staff: a note, a reason.
    Column("text", Text, nullable=False, server_default=""),
    #: JSON: what it needs to be told, or undone.
    Column("data", Text, nullable=False, server_default="{}"),
    moment("created_at"),
    Index("handover_event_of", "handover_id", "id"),
)

#: A colleague is called to a note.
mention = Table(
    "mention",
    metadata,
    Column("event_id", ForeignKey("handover_event.id"), primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), primary_key=True),
    moment("seen_at", nullable=True),
    Index("mention_of", "staff_id", "seen_at"),
)

#: An answer of the bot that goes out only when a person has said yes.
held_answer = Table(
    "held_answer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("handover_id", ForeignKey("handover.id"), nullable=False),
    Column("inbox_id", ForeignKey("inbox.id"), nullable=False),
    #: JSON array of bot.conversation.Reply.
    Column("replies", Text, nullable=False),
    Column("language", String(8), nullable=False),
    moment("created_at"),
    #: sent, dropped; empty while nobody has decided.
    Column("decision", String(8), nullable=False, server_default=""),
    Column("staff_id", ForeignKey("staff.id")),
    moment("decided_at", nullable=True),
    Index("held_answer_of", "handover_id"),
)

#: When a person is called, or where a case goes, by what it is about. Rows are ended, never deleted.
handover_rule = Table(
    "handover_rule",
    metadata,
    Column("id", Integer, primary_key=True),
    #: person: people answer it; hold: the bot's answer waits for a yes; route: it goes to offices of a kind.
    Column("kind", String(8), nullable=False),
    #: What it is about: a procedure's code, a field of law, an intent; what is empty is not asked.
    Column("code", String(16), nullable=False, server_default=""),
    Column("field", String(200), nullable=False, server_default=""),
    Column("intent", String(32), nullable=False, server_default=""),
    #: Of a route: procedures.model.OfficeKind.
    Column("office_kind", String(24), nullable=False, server_default=""),
    #: Why, for colleagues.
    Column("reason", String(200), nullable=False),
    Column("author", String(120), nullable=False),
    moment("created_at"),
    moment("ended_at", nullable=True),
)

#: A file that staff send: with a reply, or with a canned reply again and again.
staff_file = Table(
    "staff_file",
    metadata,
    Column("id", Integer, primary_key=True),
    #: Its name in links; nobody can guess it.
    Column("token", String(32), nullable=False, unique=True),
    Column("name", String(160), nullable=False),
    Column("mime", String(80), nullable=False),
    #: Bytes.
    Column("size", Integer, nullable=False),
    #: File name under the media folder.
    Column("file", String(80), nullable=False),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    moment("created_at"),
)

#: A reply that is written once and used often.
canned_reply = Table(
    "canned_reply",
    metadata,
    Column("id", Integer, primary_key=True),
    #: Empty: of all offices.
    Column("office_id", ForeignKey("office.id")),
    Column("title", String(80), nullable=False),
    #: JSON: language → text with {variables}; "vi" is always there.
    Column("texts", Text, nullable=False),
    Column("file_id", ForeignKey("staff_file.id")),
    Column("staff_id", ForeignKey("staff.id")),
    #: How often it was used.
    Column("used", Integer, nullable=False, server_default="0"),
    moment("created_at"),
    moment("ended_at", nullable=True),
)

#: "The bot should have known this": for the admins.
lesson = Table(
    "lesson",
    metadata,
    Column("id", Integer, primary_key=True),
    #: The citizen's line.
    Column("message_id", ForeignKey("message.id"), nullable=False, unique=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    #: What it asks for: a procedure, an intent; either may be empty.
    Column("code", String(16), nullable=False, server_default=""),
    Column("intent", String(32), nullable=False, server_default=""),
    Column("note", Text, nullable=False, server_default=""),
    Column("status", String(8), nullable=False, server_default="open"),
    moment("created_at"),
)

#: A call to somebody on duty, beyond the browser.
alert = Table(
    "alert",
    metadata,
    Column("id", Integer, primary_key=True),
    #: Once for each person, way and occasion.
    Column("occasion", String(80), nullable=False, unique=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("handover_id", ForeignKey("handover.id"), nullable=False),
    #: new, nudge, overdue, mention.
    Column("kind", String(12), nullable=False),
    #: email, chat.
    Column("way", String(8), nullable=False),
    #: waiting → sent; failed with a reason; dropped, because what it called for was done.
    Column("status", String(8), nullable=False, server_default="waiting"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    moment("try_at"),
    Column("error", String(160)),
    moment("created_at"),
    Index("alert_waiting", "status", "try_at"),
)

"""Tables of the bot. Times are UTC; JSON is kept as text so that SQLite and PostgreSQL behave the same."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text, text

metadata = MetaData()


def _moment(name: str, nullable: bool = False) -> Column:  # type: ignore[type-arg]
    return Column(name, DateTime(timezone=True), nullable=nullable)


#: One person on one channel.
conversation = Table(
    "conversation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(16), nullable=False),
    #: The person's address on that channel: a chat id, a browser session.
    Column("address", String(128), nullable=False),
    Column("state", String(16), nullable=False, server_default="with_bot"),
    #: What Rasa remembers: bot.engine.memory, JSON.
    Column("memory", Text),
    _moment("created_at"),
    Index("conversation_address", "channel", "address", unique=True),
)

#: Every message that came, once, before anything is answered.
inbox = Table(
    "inbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("channel_message_id", String(160), nullable=False),
    Column("text", Text, nullable=False),
    #: What a pressed button stands for; empty for typed text.
    Column("payload", Text, nullable=False, server_default=""),
    #: new → claimed → done; failed after too many attempts.
    Column("status", String(8), nullable=False, server_default="new"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    _moment("received_at"),
    _moment("claimed_at", nullable=True),
    Index("inbox_once", "channel", "channel_message_id", unique=True),
    # The database itself allows one message in progress a conversation: order needs no lock.
    Index(
        "inbox_one_in_progress",
        "conversation_id",
        unique=True,
        sqlite_where=text("status = 'claimed'"),
        postgresql_where=text("status = 'claimed'"),
    ),
    Index("inbox_waiting", "status", "id"),
)

#: The transcript: what people read, whoever said it.
message = Table(
    "message",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("author", String(8), nullable=False),
    Column("text", Text, nullable=False),
    #: JSON array of {title, payload}.
    Column("buttons", Text, nullable=False, server_default="[]"),
    #: The message it is, or answers.
    Column("inbox_id", ForeignKey("inbox.id")),
    _moment("created_at"),
    Index("message_transcript", "conversation_id", "id"),
    sqlite_autoincrement=True,
)

#: What is still to be delivered. A row is made in the transaction that makes its message.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message_id", ForeignKey("message.id"), nullable=False, unique=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("channel", String(16), nullable=False),
    #: queued → sending → sent; failed with a reason.
    Column("status", String(8), nullable=False, server_default="queued"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    _moment("try_at"),
    _moment("sent_at", nullable=True),
    Column("error", Text),
    Index("outbox_waiting", "status", "channel", "try_at"),
)

#: What came of each message.
turn = Table(
    "turn",
    metadata,
    Column("inbox_id", ForeignKey("inbox.id"), primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("intent", String(32), nullable=False, server_default=""),
    Column("aspect", String(16), nullable=False, server_default=""),
    Column("language", String(8), nullable=False, server_default="und"),
    Column("reply_language", String(8), nullable=False, server_default="vi"),
    #: JSON array of {code, score}.
    Column("procedures", Text, nullable=False, server_default="[]"),
    Column("ms", Float, nullable=False),
    _moment("created_at"),
)

#: A conversation that asks for a person.
handover = Table(
    "handover",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    #: asked, complaint, dispute, overdue, delete_me; several are parted by ", ".
    Column("reason", String(120), nullable=False),
    Column("status", String(16), nullable=False, server_default="waiting"),
    _moment("created_at"),
    # Asking twice while the first request waits is one handover.
    Index(
        "handover_one_open",
        "conversation_id",
        unique=True,
        sqlite_where=text("status = 'waiting'"),
        postgresql_where=text("status = 'waiting'"),
    ),
)

#: One person's way through one procedure.
guide = Table(
    "guide",
    metadata,
    Column("id", Integer, primary_key=True),
    #: Its name in links and codes; nobody can guess it.
    Column("token", String(16), nullable=False, unique=True),
    #: National code of the procedure.
    Column("code", String(16), nullable=False),
    #: procedures.guides.state.Guide, JSON.
    Column("state", Text, nullable=False),
    _moment("created_at"),
    _moment("updated_at"),
)

#: The conversations that have worked on a guide.
guide_conversation = Table(
    "guide_conversation",
    metadata,
    Column("guide_id", ForeignKey("guide.id"), primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), primary_key=True),
    Index("guide_of_conversation", "conversation_id"),
)

#: Somebody asked to be reminded of a guide.
reminder = Table(
    "reminder",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    #: Of the guide.
    Column("token", String(16), nullable=False),
    #: waiting → sent, or stopped.
    Column("status", String(8), nullable=False, server_default="waiting"),
    _moment("due_at"),
    _moment("created_at"),
    Index("reminder_due", "status", "due_at"),
)

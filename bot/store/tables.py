"""Tables of the bot. Times are UTC; JSON is kept as text so that SQLite and PostgreSQL behave the same."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    false,
    text,
)

metadata = MetaData()


def moment(name: str, nullable: bool = False) -> Column:  # type: ignore[type-arg]
    """A column of time."""
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
    #: What the person gave when asked for it: sealed, read and written by bot.privacy.contacts alone.
    Column("contact_name", Text),
    Column("contact_phone", Text),
    #: Smallest id among the conversations that this person has joined; empty for one alone.
    Column("person", Integer),
    #: When the person last did something, by which a channel's window is counted.
    moment("heard_at", nullable=True),
    #: Free replies that the provider says are left in the window.
    Column("replies_left", Integer),
    #: Blocked or unfollowed us; empty while they can be reached.
    moment("left_at", nullable=True),
    #: Staff have found nothing but noise in it: what it asks for stands last, and calls nobody.
    moment("spam_at", nullable=True),
    moment("created_at"),
    Index("conversation_person", "person"),
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
    #: bot.conversation.Kind.
    Column("kind", String(12), nullable=False, server_default="text"),
    #: JSON array of latitude and longitude, of a place that was sent.
    Column("point", String(48)),
    #: When the provider says it was sent: the order within a conversation.
    moment("sent_at"),
    #: new → claimed → done; failed after too many attempts.
    Column("status", String(8), nullable=False, server_default="new"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    moment("received_at"),
    #: Its place in the line: bot.post.inbox. A program of before 0016 tells none, and its messages go first.
    Column("fair_at", DateTime(timezone=True), nullable=False, server_default="1970-01-01 00:00:00"),
    moment("claimed_at", nullable=True),
    Index("inbox_once", "channel", "channel_message_id", unique=True),
    # The database itself allows one message in progress a conversation: order needs no lock.
    Index(
        "inbox_one_in_progress",
        "conversation_id",
        unique=True,
        sqlite_where=text("status = 'claimed'"),
        postgresql_where=text("status = 'claimed'"),
    ),
    Index("inbox_waiting", "status", "fair_at", "id"),
    Index("inbox_of_conversation", "conversation_id", "status"),
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
    #: bot.conversation.Reply.encloses.
    Column("encloses", String(80), nullable=False, server_default=""),
    Column("language", String(8), nullable=False, server_default="vi"),
    #: The message it is, or answers.
    Column("inbox_id", ForeignKey("inbox.id")),
    #: Who of the staff said it.
    Column("staff_id", ForeignKey("staff.id")),
    moment("edited_at", nullable=True),
    #: Taken back: nobody is shown its text any more.
    moment("recalled_at", nullable=True),
    moment("created_at"),
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
    #: queued → sending → sent; failed with a reason; dropped by a person.
    Column("status", String(8), nullable=False, server_default="queued"),
    #: Number of the claim: it only grows, so that an older claim can no longer settle anything.
    Column("attempts", Integer, nullable=False, server_default="0"),
    moment("try_at"),
    moment("sent_at", nullable=True),
    Column("error", Text),
    #: Tries since it was put on its way, by which the next wait is measured; and since when it is on its way.
    Column("tries", Integer, nullable=False, server_default="0"),
    moment("since"),
    #: Tries that may have got through without our knowing.
    Column("doubts", Integer, nullable=False, server_default="0"),
    #: Processes that died while they sent it.
    Column("deaths", Integer, nullable=False, server_default="0"),
    #: Somebody has said yes to what the provider charges.
    Column("may_cost", Boolean, nullable=False, server_default=false()),
    #: Nobody waits for it: answers go first.
    Column("later", Boolean, nullable=False, server_default=false()),
    Index("outbox_waiting", "status", "channel", "try_at"),
    # Whether an older letter of the same person waits.
    Index("outbox_of_conversation", "conversation_id", "status"),
)

#: The parts of a message that a provider has taken.
delivery = Table(
    "delivery",
    metadata,
    Column("message_id", ForeignKey("message.id"), primary_key=True),
    #: A long message goes out in several, from 0.
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("channel", String(16), nullable=False),
    #: The provider's id; empty where it tells none.
    Column("channel_message_id", String(160), nullable=False),
    moment("received_at", nullable=True),
    moment("seen_at", nullable=True),
    Index("delivery_of", "channel", "channel_message_id"),
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
    moment("created_at"),
    Index("turn_of_conversation", "conversation_id", "inbox_id"),
)

#: A process that answers.
worker = Table(
    "worker",
    metadata,
    Column("name", String(80), primary_key=True),
    #: bot.conversation.answer.Readiness.
    Column("readiness", String(8), nullable=False),
    moment("seen_at"),
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
    moment("created_at"),
    moment("updated_at"),
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
    moment("due_at"),
    moment("created_at"),
    Index("reminder_due", "status", "due_at"),
)

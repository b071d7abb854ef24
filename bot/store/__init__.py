"""What the bot keeps: tables, and the check that they are the program's."""

# Tables name each other by foreign keys: whoever knows one knows all.
from bot.store import account_tables as _account_tables  # noqa: F401
from bot.store import consent_tables as _consent_tables  # noqa: F401
from bot.store import console_tables as _console_tables  # noqa: F401
from bot.store import desk_tables as _desk_tables  # noqa: F401
from bot.store import lease_tables as _lease_tables  # noqa: F401
from bot.store import number_tables as _number_tables  # noqa: F401
from bot.store import scam_tables as _scam_tables  # noqa: F401
from bot.store import watch_tables as _watch_tables  # noqa: F401

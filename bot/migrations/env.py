"""Alembic's entry: runs on the connection that bot.store.schema hands over."""

from alembic import context

from bot.store.channel_tables import metadata as bot
from procedures.tables import metadata as catalogue

context.configure(
    connection=context.config.attributes["connection"], target_metadata=[catalogue, bot], render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()

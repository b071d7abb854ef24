"""The citizens' web chat: one page that works without JavaScript and is better with it."""

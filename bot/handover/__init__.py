"""Cases: a conversation that waits for a person, or has one, from its first call until it is closed.

Everything here works in the caller's transaction and says what happened; nothing here knows a page.
"""

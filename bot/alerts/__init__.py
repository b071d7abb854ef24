"""Calls to staff beyond the browser: e-mail, and chat messages to their own conversation with the bot.

A call is a row that is made in the transaction of what it tells, and delivered later. Nothing of a citizen is in it:
a number, an office, a reason, a language, a moment, and a link that asks for a password.
"""

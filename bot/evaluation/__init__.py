"""Measures the whole turn on messages and dialogues whose right answers are known."""

"""Carries messages between people, Rasa and staff."""

"""Readers of catalogue files: the national portal's records and lists, and our own plain-word seeds."""

from procedures.importers.reader import read
from procedures.importers.rows import Accepted, Refused, Row, Skipped

__all__ = ["Accepted", "Refused", "Row", "Skipped", "read"]

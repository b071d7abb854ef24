"""Finding procedures by the words of citizens."""

from procedures.search.decide import Decision, Verdict, decide
from procedures.search.index import Document, Hit, Index

__all__ = ["Decision", "Document", "Hit", "Index", "Verdict", "decide"]

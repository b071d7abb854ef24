"""Finding procedures by the words of citizens."""

from procedures.search.decide import Decision, Verdict, decide
from procedures.search.document import Document
from procedures.search.index import Explained, Hit, Index, Only

__all__ = ["Decision", "Document", "Explained", "Hit", "Index", "Only", "Verdict", "decide"]

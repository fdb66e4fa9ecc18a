"""Kinds of words at a fair. Pure."""

from datetime import timedelta

from backend.core.labels import Labelled

OPEN_FOR = timedelta(days=14)
"""So long after its end a fair's letter box and board still take words."""


class LetterKind(Labelled):
    LETTER = "letter", "意见信"
    MESSAGE = "message", "留言"

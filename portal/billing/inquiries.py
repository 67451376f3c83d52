"""Outcomes that nobody knows yet: when a provider is asked again, and when a person has to look.

A payment or refund without an answer is never sent under a new key: it may have happened.
"""

from datetime import datetime, timedelta
from typing import Any

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Counted from the question before; after the last one a person looks at it.
PAUSES = (timedelta(minutes=5), HOUR, DAY, DAY, DAY, DAY, DAY)


def next_question(asked_count: int, at: datetime) -> datetime | None:
    """When to ask again, if it was asked `asked_count` times before this one; None: never."""
    return at + PAUSES[asked_count] if asked_count < len(PAUSES) else None


def unanswered_columns(asked_count: int, at: datetime) -> dict[str, Any]:
    """What a payment or refund remembers when there was no answer at `at`.

    `asked_count` is how often it was asked before this time; the attempt itself is the first.
    After the last time `needs_review_at` says since when a person has to look.
    """
    following = next_question(asked_count, at)
    return {
        "asked_count": asked_count + 1,
        "ask_next_at": following,
        "needs_review_at": None if following else at,
    }


ANSWERED: dict[str, Any] = {"ask_next_at": None, "needs_review_at": None}

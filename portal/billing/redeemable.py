"""What may be redeemed so often at most, and can be put away; and how its codes are spelled."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from peewee import IntegrityError

from portal.billing.coupon_errors import PromotionCodeTaken
from portal.database import write

# Without what is mixed up when read aloud or copied by hand: 0 and O, 1 and I.
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8
CODE = re.compile(r"[A-Z0-9_-]{3,40}")


class Redeemable:
    """Shared by coupons and promotion codes."""

    id: Any
    max_redemptions: Any
    times_redeemed: Any
    archived_at: Any

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def is_used_up(self) -> bool:
        return self.max_redemptions is not None and self.times_redeemed >= self.max_redemptions

    def count_redemption(self) -> bool:
        """Count one more in the statement that judges; False, and nothing counted, where
        that would be one too many, or it was archived."""
        stored: Any = type(self)
        is_left = stored.max_redemptions.is_null() | (
            stored.times_redeemed < stored.max_redemptions
        )
        counted = (
            stored.update(times_redeemed=stored.times_redeemed + 1)
            .where((stored.id == self.id) & stored.archived_at.is_null() & is_left)
            .execute()
        )
        return bool(counted)


def spelled(typed: str) -> str:
    """A code as it is kept: in capitals, without the blanks of a copied line."""
    return "".join(typed.split()).upper()


def made_up() -> str:
    """A code that nobody can guess, of letters that are not mistaken for each other."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


@contextmanager
def unless_taken() -> Iterator[None]:
    """A transaction; the unique index decides between two who take a word at once."""
    try:
        with write():
            yield
    except IntegrityError as taken:
        raise PromotionCodeTaken from taken

"""What the sandbox provider remembers, in tables of its own, so that all processes agree.

They stand for a provider's database: they hold no personal data, know the portal's
records by idempotency key only, and are found by that or by a secret in an address.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Self

from peewee import IntegrityError, TextField

from portal.billing.gateway import PaymentStatus, RefundStatus
from portal.crypto import new_token
from portal.database import write
from portal.gateways.sandbox import cards
from portal.record import EnumField, MoneyField, Record, UTCDateTimeField


class SandboxSetup(Record):
    """Somebody was sent to the page where a payment method is added."""

    PREFIX = "sbs"

    key = TextField(unique=True)
    secret = TextField(unique=True, default=new_token)
    return_url = TextField()
    method_code = TextField(default="")
    token = TextField(null=True, unique=True)
    detached_at = UTCDateTimeField(null=True)

    @classmethod
    def detached(cls, tokens: Sequence[str]) -> set[str]:
        """Those of the tokens that nothing can be charged to any more."""
        gone = cls.token.in_(list(tokens)) & cls.detached_at.is_null(False)
        return {token for (token,) in cls.select(cls.token).where(gone).tuples()}

    @property
    def is_complete(self) -> bool:
        return self.token is not None

    def choose(self, method: cards.SandboxMethod) -> None:
        """Store the chosen method. The first choice stands, however often the form is sent."""
        chosen = {"method_code": method.code, "token": cards.new_token(method.code)}
        with write():
            SandboxSetup.update(chosen).where(
                (SandboxSetup.id == self.id) & SandboxSetup.token.is_null()
            ).execute()


class SandboxCharge(Record):
    """A charge that was asked for, once a key."""

    PREFIX = "sbc"

    key = TextField(unique=True)
    secret = TextField(unique=True, default=new_token)
    token = TextField()
    amount = MoneyField()
    currency = TextField()
    status = EnumField(PaymentStatus)
    reason = TextField(default="")
    return_url = TextField(default="")

    @classmethod
    def once(cls, made: Sequence[Self]) -> None:
        """Keep those whose key is new; the others were asked for before."""
        keys = [charge.key for charge in made]
        try:
            with write():
                known = {key for (key,) in cls.select(cls.key).where(cls.key.in_(keys)).tuples()}
                cls.create_many([charge for charge in made if charge.key not in known])
        except IntegrityError:  # another process was faster
            for charge in made:
                charge._keep_once()

    def _keep_once(self) -> None:
        with suppress(IntegrityError), write():
            self.save(force_insert=True)

    def decide(self, confirmed: bool) -> None:
        """What its owner said on the confirmation page."""
        if confirmed:
            self.answer(PaymentStatus.SUCCEEDED)
        else:
            self.answer(PaymentStatus.FAILED, "authentication_failed")

    def answer(self, status: PaymentStatus, reason: str = "") -> None:
        """Conclude a charge that is undecided; later answers change nothing."""
        undecided = (PaymentStatus.PENDING, PaymentStatus.REQUIRES_ACTION)
        with write():
            SandboxCharge.update(status=status, reason=reason).where(
                (SandboxCharge.id == self.id) & SandboxCharge.status.in_(undecided)
            ).execute()


class SandboxRefund(Record):
    """Money given back, once a key."""

    PREFIX = "sbr"

    key = TextField(unique=True)
    charge_key = TextField(index=True)
    amount = MoneyField()
    currency = TextField()
    status = EnumField(RefundStatus)
    reason = TextField(default="")

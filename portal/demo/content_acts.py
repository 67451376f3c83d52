"""What people do in the demo: plain data, done by the domain's own rules on its day.

`days_ago` counts back from the seeding; `JUST_NOW` is the moment of the seeding itself.
`subscription` says which of the customer's subscriptions is meant, counted from 0.
"""

from dataclasses import dataclass

JUST_NOW = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something that a customer or the merchant does."""

    days_ago: int
    subscription: int = 0


# ── what customers do ────────────────────────────────────────────────────────────────────────


class CustomerAct(Act):
    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesPlan(CustomerAct):
    """Another price or quantity, by the rules of the merchant's portal; "" and 0: as before."""

    price: str = ""
    quantity: int = 0
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawsChange(CustomerAct):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Redeems(CustomerAct):
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pauses(CustomerAct):
    """0 months: until further notice."""

    months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumes(CustomerAct):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaves(CustomerAct):
    """Wants to cancel; where an offer is made for the reason, it is accepted or declined."""

    reason: str = ""
    comment: str = ""
    accepts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reinstates(CustomerAct):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ComesBack(CustomerAct):
    """Takes up again what has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddsMethod(CustomerAct):
    """A further payment method, the default from then on."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirms(CustomerAct):
    """Confirms the payment that waits for it, on the provider's page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pays(CustomerAct):
    """Pays the oldest open invoice with the default method."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves(CustomerAct):
    """Another address, and the newest invoice once more with it."""

    line1: str
    postal_code: str
    city: str


# ── what merchants do ────────────────────────────────────────────────────────────────────────


class MerchantAct(Act):
    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GivesCoupon(MerchantAct):
    """For one subscription, or for all that the customer has."""

    coupon: str
    for_all: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Credits(MerchantAct):
    """A credit note for the newest paid invoice; `gross` minor units, 0: all that is left.

    `to` is a `Destination`, `reason` a `CreditReason`.
    """

    gross: int = 0
    to: str = "refund"
    reason: str = "order_change"
    memo: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustsBalance(MerchantAct):
    """Minor units, in the customer's favour where positive."""

    amount: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoices(MerchantAct):
    """A manual invoice over something that is in no catalogue. Minor units."""

    description: str
    amount: int
    quantity: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivesCash(MerchantAct):
    """The oldest open invoice was paid outside."""

    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Voids(MerchantAct):
    """The newest open invoice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WritesOff(MerchantAct):
    """The oldest open invoice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndsIt(MerchantAct):
    """Ends a subscription at once and credits the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidesPayment(MerchantAct):
    """Has seen the money of a payment that never had an answer."""

    note: str


# ── what banks do ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class BankReturns(Act):
    """The newest payment is taken back, for a reason by ISO 20022."""

    reason: str

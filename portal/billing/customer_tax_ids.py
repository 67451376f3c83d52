"""The tax ids of a customer: adding and removing them."""

from datetime import datetime
from typing import Any

from peewee import Check, ForeignKeyField, TextField

from portal.billing import events, tax_ids
from portal.billing.customers import Customer
from portal.billing.errors import BillingError
from portal.billing.merchants import Merchant
from portal.billing.tax_ids import TaxIdVerification
from portal.database import write
from portal.prepared import Prepared
from portal.record import EnumField, JSONField, Record, UTCDateTimeField

MOST_TAX_IDS = 5


class TaxId(Record):
    """A customer's tax number, its format checked offline."""

    PREFIX = "txi"

    merchant = ForeignKeyField(Merchant, index=False, on_delete="CASCADE")
    customer = ForeignKeyField(Customer, backref="tax_ids", on_delete="CASCADE")
    type = TextField()
    value = TextField(constraints=[Check("length(value) <= 64")])
    verification = EnumField(TaxIdVerification, default=TaxIdVerification.NOT_ASKED)
    verified_at = UTCDateTimeField(null=True)
    # What the register answered, as it answered: proof for an audit.
    proof = JSONField(default=dict)

    def verify(self, is_valid: bool, proof: dict[str, Any], *, at: datetime) -> None:
        """Keep what the register answered. A number it does not know makes no business."""
        said = TaxIdVerification.VALID if is_valid else TaxIdVerification.INVALID
        with write():
            self.refresh()
            self.verification, self.verified_at, self.proof = said, at, proof
            self.save()
            _record(f"customer.tax_id.{'verified' if is_valid else 'refuted'}", self, at)

    def await_answer(self) -> None:
        """The register does not answer at the moment; what it said before stays said."""
        waiting = (TaxId.id == self.id) & (TaxId.verification == TaxIdVerification.NOT_ASKED)
        TaxId.update(verification=TaxIdVerification.PENDING).where(waiting).execute()


TaxId.add_index(TaxId.customer, TaxId.type, TaxId.value, unique=True, name="tax_id_once")


class TaxIdTaken(BillingError):
    """The customer has this very id already."""

    code = "tax_id_taken"


class TooManyTaxIds(BillingError):
    """A customer has at most `MOST_TAX_IDS`."""

    code = "too_many_tax_ids"


def tax_ids_of(customer: Customer) -> list[TaxId]:
    """In the order in which they were added."""
    return _OF.all(customer.id)


def add_tax_id(customer: Customer, kind: str, value: str, *, at: datetime) -> TaxId:
    """Keep an id in its stored spelling; invoices issued from now on carry it.

    Raises `TaxIdTypeUnknown`, `TaxIdMalformed`, `TaxIdTaken`, `TooManyTaxIds`.
    """
    stored = tax_ids.check(kind, value, customer.country)
    with write():
        Customer.hold(customer.id)
        mine = tax_ids_of(customer)
        if any((given.type, given.value) == (kind, stored) for given in mine):
            raise TaxIdTaken
        if len(mine) >= MOST_TAX_IDS:
            raise TooManyTaxIds
        added = TaxId.create(
            merchant=customer.merchant_id,
            customer=customer,
            type=kind,
            value=stored,
            created_at=at,
        )
        _record("customer.tax_id.created", added, at)
    return added


def remove_tax_id(tax_id: TaxId, *, at: datetime) -> None:
    """What was issued with it keeps it."""
    with write():
        _record("customer.tax_id.deleted", tax_id, at)
        tax_id.delete_instance()


def _record(type_: str, tax_id: TaxId, at: datetime) -> None:
    events.record(
        type_,
        tax_id.merchant_id,
        at=at,
        object_id=tax_id.id,
        customer_id=tax_id.customer_id,
        kind=tax_id.type,
    )


_OF = Prepared(
    lambda customer: TaxId.select().where(TaxId.customer == customer).order_by(TaxId.id), str
)

"""Much data, fast, for load tests: customers and invoices that nobody lived.

Rows are written in bulk past the rules, but are such as the rules would have written.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from peewee import Model

from portal.accounts.users import User
from portal.billing.customer_words import words_of
from portal.billing.customers import Customer, CustomerTerm
from portal.billing.document_data import document_of
from portal.billing.events import Event
from portal.billing.gateway import PaymentStatus
from portal.billing.invoice_lines import InvoiceLine
from portal.billing.invoices import Invoice
from portal.billing.merchants import Merchant
from portal.billing.payments import OUTSIDE, Payment
from portal.billing.tax import TaxBehavior
from portal.database import database, is_postgres, write
from portal.ids import new_id
from portal.selfservice.configurations import PortalConfiguration
from portal.selfservice.login_links import LoginLink

BATCH = 5_000
NET, TAX = 1_600, 304
FIRST_NAMES = ("Ada", "Ben", "Chloé", "David", "Emma", "Finn", "Greta", "Hugo", "Ines", "Jonas")
LAST_NAMES = ("Albrecht", "Bernard", "Conrad", "Dupont", "Evans", "Fischer", "Garnier", "Ibsen")


def fill(merchant: Merchant, customers: int, invoices: int, at: datetime) -> None:
    """Give a merchant that many customers, with the invoices spread evenly over them."""
    ids = [new_id("cus", at - timedelta(days=900) + timedelta(seconds=n)) for n in range(customers)]
    people = [_person(number) for number in range(customers)]
    _insert(Customer, _customers(merchant, ids, people, at))
    _insert(CustomerTerm, _terms(merchant, ids, people))
    if invoices:
        first = merchant.next_invoice_number
        sample = _sample_document(merchant)
        for batch in _batches(_invoices(merchant, ids, invoices, first, sample, at)):
            _write(Invoice, batch)
            _write(Payment, [_payment(invoice) for invoice in batch])
        with write():
            merchant.next_invoice_number = first + invoices
            merchant.save()
    _refresh_statistics()


def a_merchant(at: datetime) -> tuple[Merchant, LoginLink]:
    """A business for load tests, its portal open."""
    with write():
        merchant = Merchant.create(
            created_at=at,
            name="Load Test Ltd",
            line1="1 Long Road",
            postal_code="D02 XY01",
            city="Dublin",
            country="IE",
            currency="EUR",
            invoice_prefix="LOAD",
            time_zone="Europe/Dublin",
            support_email="help@load.example",
        )
        User.create(
            merchant=merchant,
            email=f"owner-{merchant.id.lower()}@load.example",
            confirmed_at=at,
            created_at=at,
        )
        link = LoginLink.activate(PortalConfiguration.default_of(merchant), at=at)
        Event.update(dispatched_at=at).where(Event.merchant == merchant).execute()
    return merchant, link


def _person(number: int) -> tuple[str, str]:
    first = FIRST_NAMES[number % len(FIRST_NAMES)]
    last = f"{LAST_NAMES[number // 10 % len(LAST_NAMES)]}{number:06d}"
    return f"{first} {last}", f"{last.lower()}@customers.example"


def _customers(
    merchant: Merchant, ids: Sequence[str], people: Sequence[tuple[str, str]], at: datetime
) -> Iterator[dict[str, Any]]:
    for customer_id, (name, email) in zip(ids, people, strict=True):
        yield {
            "id": customer_id,
            "created_at": at,
            "merchant": merchant.id,
            "email": email,
            "name": name,
            "line1": "2 Short Street",
            "postal_code": "D01 AB12",
            "city": "Dublin",
            "country": "IE",
            "currency": "EUR",
        }


def _terms(
    merchant: Merchant, ids: Sequence[str], people: Sequence[tuple[str, str]]
) -> Iterator[dict[str, Any]]:
    for customer_id, (name, email) in zip(ids, people, strict=True):
        for term in sorted(words_of(customer_id, name, email)):
            yield {"merchant_id": merchant.id, "term": term, "customer_id": customer_id}


def _invoices(
    merchant: Merchant, ids: Sequence[str], count: int, first: int, sample: str, at: datetime
) -> Iterator[dict[str, Any]]:
    # The newest invoices belong to everybody, as they would after months of billing.
    for number in range(count):
        issued = at - timedelta(seconds=30 * (count - number))
        yield {
            "id": new_id("in", issued),
            "created_at": issued,
            "merchant": merchant.id,
            "customer": ids[number % len(ids)],
            "number": f"LOAD-{first + number:06d}",
            "status": "paid",
            "currency": "EUR",
            "subtotal": NET,
            "tax": TAX,
            "total": NET + TAX,
            "amount_paid": NET + TAX,
            "issued_at": issued,
            "due_at": issued,
            "paid_at": issued,
            "document": sample,
        }


def _payment(invoice: dict[str, Any]) -> dict[str, Any]:
    """What was paid for it: without one, the books would not agree."""
    at = invoice["issued_at"]
    return {
        "id": new_id(Payment.PREFIX, at),
        "created_at": at,
        "merchant": invoice["merchant"],
        "invoice": invoice["id"],
        "gateway": OUTSIDE,
        "amount": invoice["amount_paid"],
        "currency": invoice["currency"],
        "status": PaymentStatus.SUCCEEDED.value,
        "settled_at": at,
    }


def _sample_document(merchant: Merchant) -> str:
    """One document for all of them: what they say is of no interest here."""
    at = merchant.created_at
    invoice = Invoice(
        number="LOAD-000000",
        currency="EUR",
        issued_at=at,
        due_at=at,
        subtotal=NET,
        tax=TAX,
        total=NET + TAX,
        amount_paid=NET + TAX,
        amount_due=0,
    )
    line = InvoiceLine(
        description="Subscription",
        quantity=1,
        unit_amount=NET + TAX,
        amount=NET + TAX,
        net=NET,
        tax=TAX,
        gross=NET + TAX,
        tax_rate=1900,
        tax_behavior=TaxBehavior.INCLUSIVE,
    )
    buyer = Customer(id="cus_none", name="Ada Albrecht", email="ada@customers.example")
    return json.dumps(document_of(invoice, [line], merchant, buyer))


def _insert(model: type[Model], rows: Iterator[dict[str, Any]]) -> None:
    for batch in _batches(rows):
        _write(model, batch)


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _write(model: type[Model], batch: list[dict[str, Any]]) -> None:
    """One prepared statement for the batch; COPY on PostgreSQL."""
    meta = model._meta
    names = list(batch[0])
    defaults = {
        field.name: field.default() if callable(field.default) else field.default
        for field in meta.sorted_fields
        if field.name not in batch[0] and field.default is not None
    }
    fields = [meta.fields[name] for name in [*names, *defaults]]
    columns = ", ".join(f'"{field.column_name}"' for field in fields)
    rows = [
        tuple(
            value
            if isinstance(value := row.get(field.name, defaults.get(field.name)), str)
            else field.db_value(value)
            for field in fields
        )
        for row in batch
    ]
    with write():
        if is_postgres():
            with database.cursor().copy(f'COPY "{meta.table_name}" ({columns}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" for _ in fields)
            database.connection().executemany(
                f'INSERT INTO "{meta.table_name}" ({columns}) VALUES ({marks})',  # noqa: S608
                rows,
            )


def _refresh_statistics() -> None:
    database.execute_sql("ANALYZE")

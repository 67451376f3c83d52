from datetime import date, timedelta

import pytest

from portal.billing import receipt_movements, refunds
from portal.billing.collecting import collect
from portal.billing.credit_notes import CreditReason, Part
from portal.billing.credit_plans import Destination
from portal.billing.crediting import credit
from portal.billing.customer_tax_ids import TaxId
from portal.billing.gateway import Refunded, RefundStatus
from portal.billing.invoice_lines import InvoiceLine
from portal.billing.invoicing import Item, issue
from portal.billing.payments import Payment
from portal.billing.receipt_movements import BuyerKind
from portal.billing.receipt_splits import Rate, Taxed
from portal.billing.receipts_report import Row, Total, last_month, receipts_of
from portal.billing.refunds import Refund
from portal.billing.tax import TaxBehavior
from portal.gateways.sandbox.gateway import SandboxGateway
from tests.factories import (
    NOW,
    a_balance,
    a_customer,
    a_merchant,
    a_paid_invoice,
    a_payment_method,
    an_invoice,
    utc,
)
from tests.support.queries import count_queries

pytestmark = pytest.mark.usefixtures("db")

TODAY = date(2026, 3, 10)
DAY = timedelta(days=1)
FULL, REDUCED = Rate(1900, "S"), Rate(700, "S")


def report(merchant, first=TODAY, after=TODAY + DAY):
    return receipts_of(merchant, first, after)


def sums(merchant, first=TODAY, after=TODAY + DAY):
    """(day, rate) and what was taken, where nothing else differs."""
    return {(row.day, row.rate): row.taxed for row in report(merchant, first, after).rows}


def two_rates(customer, hosting=1190, book=1070, **given):
    items = [
        Item("Hosting", 1, hosting, hosting, TaxBehavior.INCLUSIVE, "digital_service"),
        Item("Book", 1, book, book, TaxBehavior.INCLUSIVE, "books"),
    ]
    return issue(customer, items, **{"currency": "EUR", "at": NOW} | given)


def line_at(invoice, rate):
    return next(line for line in InvoiceLine.of(invoice) if line.tax_rate == rate.percent)


def pay(invoice, amount, at=NOW):
    return Payment.record_outside(invoice, amount, note="", at=at)


# ── payments ─────────────────────────────────────────────────────────────────────────────────


def test_a_payment_is_told_apart_by_day_currency_buyer_and_rate():
    invoice = two_rates(a_customer())
    pay(invoice, 2260)

    found = report(invoice.merchant)

    assert found.rows == [
        Row(TODAY, "EUR", BuyerKind.CONSUMER, FULL, Taxed(1000, 190), 1),
        Row(TODAY, "EUR", BuyerKind.CONSUMER, REDUCED, Taxed(1000, 70), 1),
    ]
    assert found.totals == [Total("EUR", Taxed(2000, 260), 1)]


def test_parts_of_an_invoice_come_to_what_was_paid_on_each_day():
    invoice = two_rates(a_customer())
    pay(invoice, 1001)
    pay(invoice, 1259, NOW + DAY)

    found = report(invoice.merchant, after=TODAY + 2 * DAY)

    by_day = [
        sum(row.taxed.gross for row in found.rows if row.day == day) for day in (TODAY, TODAY + DAY)
    ]
    assert by_day == [1001, 1259]
    assert found.totals == [Total("EUR", Taxed(2000, 260), 2)]


def test_what_was_credited_before_it_was_paid_was_not_paid():
    invoice = two_rates(a_customer())
    book = line_at(invoice, REDUCED)
    credit(invoice, [Part(book, 1070)], reason=CreditReason.OTHER, at=NOW)
    pay(invoice.reload(), 1190, NOW)

    assert sums(invoice.merchant) == {(TODAY, FULL): Taxed(1000, 190)}


def test_a_credit_note_does_not_change_what_was_paid_before_it():
    invoice = two_rates(a_customer())
    pay(invoice, 1130)
    book = line_at(invoice, REDUCED)
    credit(invoice, [Part(book, 1070)], reason=CreditReason.OTHER, at=NOW + DAY)

    assert sums(invoice.merchant, after=TODAY + 2 * DAY) == {
        (TODAY, FULL): Taxed(500, 95),
        (TODAY, REDUCED): Taxed(500, 35),
    }


def test_what_a_balance_pays_is_no_receipt():
    customer = a_customer()
    a_balance(customer, 1000)
    invoice = an_invoice(customer=customer)
    pay(invoice, 1380)

    assert sums(invoice.merchant) == {(TODAY, FULL): Taxed(1160, 220)}


def test_an_attempt_that_failed_is_no_receipt():
    invoice = an_invoice()
    method = a_payment_method(customer=invoice.customer, token="tok_declined")
    collect(invoice, SandboxGateway(lambda: NOW), at=NOW, method=method)

    assert report(invoice.merchant).rows == []


@pytest.mark.parametrize(
    ("currency", "amount", "taxed"),
    [("JPY", 1000, Taxed(840, 160)), ("KWD", 12_345, Taxed(10_374, 1971))],
)
def test_every_currency_is_counted_in_its_own_minor_units(currency, amount, taxed):
    invoice = an_invoice(amount=amount, currency=currency)
    pay(invoice, amount)

    assert report(invoice.merchant).totals == [Total(currency, taxed, 1)]


def test_currencies_are_never_added_up():
    merchant = a_merchant()
    for currency in ("EUR", "CHF"):
        pay(an_invoice(customer=a_customer(merchant=merchant), currency=currency), 2380)

    totals = report(merchant).totals

    assert [(total.currency, total.taxed.gross) for total in totals] == [
        ("CHF", 2380),
        ("EUR", 2380),
    ]


# ── what goes back ───────────────────────────────────────────────────────────────────────────


def test_a_refund_is_taken_off_on_its_day_at_the_rates_of_its_credit_note():
    invoice = two_rates(a_customer())
    pay(invoice, 2260)
    book = line_at(invoice, REDUCED)
    credit(
        invoice.reload(),
        [Part(book, 535)],
        reason=CreditReason.OTHER,
        at=NOW + DAY,
        to=Destination.OUTSIDE,
    )

    found = report(invoice.merchant, TODAY + DAY, TODAY + 2 * DAY)

    assert [(row.rate, row.taxed, row.payments) for row in found.rows] == [
        (REDUCED, Taxed(-500, -35), 0)
    ]


def test_a_refund_without_a_credit_note_is_taken_off_as_it_was_paid():
    invoice = two_rates(a_customer())
    refunds.begin(pay(invoice, 2260), 226, at=NOW + DAY)

    assert sums(invoice.merchant, TODAY + DAY, TODAY + 2 * DAY) == {
        (TODAY + DAY, FULL): Taxed(-100, -19),
        (TODAY + DAY, REDUCED): Taxed(-100, -7),
    }


@pytest.mark.parametrize(
    ("status", "gone"),
    [(RefundStatus.PENDING, 0), (RefundStatus.FAILED, 0), (RefundStatus.SUCCEEDED, -500)],
)
def test_a_refund_counts_once_it_has_succeeded(status, gone):
    invoice = a_paid_invoice()
    refund = refunds.begin(invoice.payments.get(), 500, at=NOW)
    refund.settle(Refunded(status), at=NOW + DAY)

    rows = report(invoice.merchant, TODAY + DAY, TODAY + 2 * DAY).rows

    assert Refund.select().count() == 1
    assert sum(row.taxed.gross for row in rows) == gone


def test_a_payment_that_the_bank_took_back_is_taken_off_on_that_day():
    invoice = a_paid_invoice()
    invoice.payments.get().return_("insufficient_funds", at=NOW + DAY)

    found = report(invoice.merchant, after=TODAY + 2 * DAY)

    assert [(row.day, row.taxed, row.payments) for row in found.rows] == [
        (TODAY, Taxed(2000, 380), 1),
        (TODAY + DAY, Taxed(-2000, -380), 0),
    ]
    assert found.totals == [Total("EUR", Taxed(), 1)]


# ── whose, when, and who paid ────────────────────────────────────────────────────────────────


def test_money_of_another_merchant_is_not_in_it():
    mine, other = a_merchant(), a_paid_invoice()
    other.payments.get().return_("insufficient_funds", at=NOW)

    assert report(mine).rows == []
    assert report(mine).totals == []


def test_days_begin_at_midnight_where_the_merchant_is():
    customer = a_customer(merchant=a_merchant(time_zone="Europe/Paris"))
    invoice = an_invoice(customer=customer)
    midnight = utc(2026, 3, 10, 23)
    pay(invoice, 100, midnight - timedelta(microseconds=1))
    pay(invoice, 200, midnight)
    pay(invoice, 300, midnight + DAY)

    found = report(invoice.merchant, TODAY, TODAY + 2 * DAY)

    assert [(row.day, row.taxed.gross) for row in found.rows] == [(TODAY, 100), (TODAY + DAY, 200)]


@pytest.mark.parametrize(
    ("buyer", "tax_id", "kind"),
    [
        ({"country": "DE"}, None, BuyerKind.CONSUMER),
        ({"country": ""}, None, BuyerKind.CONSUMER),
        ({"country": "DE", "company": "Chor e. V."}, None, BuyerKind.CONSUMER),
        ({"country": "DE"}, ("eu_vat", "DE136695976"), BuyerKind.BUSINESS),
        ({"country": "DE"}, ("de_stn", "18181508155"), BuyerKind.BUSINESS),
        ({"country": "DE"}, ("eu_vat", "ATU13585627"), BuyerKind.CONSUMER),
        ({"country": "FR"}, None, BuyerKind.ABROAD),
        ({"country": "AT"}, ("eu_vat", "ATU13585627"), BuyerKind.ABROAD),
        ({"country": "US"}, None, BuyerKind.ABROAD),
    ],
)
def test_the_buyer_is_who_the_invoice_names(buyer, tax_id, kind):
    customer = a_customer(**buyer)
    if tax_id:
        TaxId.create(
            merchant=customer.merchant,
            customer=customer,
            type=tax_id[0],
            value=tax_id[1],
            created_at=NOW,
        )
    invoice = an_invoice(customer=customer)
    pay(invoice, 2380)
    customer.country = "CH"  # moved since
    customer.save()

    assert {row.buyer for row in report(invoice.merchant).rows} == {kind}


def test_monaco_is_no_foreign_country_to_france():
    customer = a_customer(merchant=a_merchant(country="FR"), country="MC")
    invoice = an_invoice(customer=customer)
    pay(invoice, 2380)

    assert {row.buyer for row in report(invoice.merchant).rows} == {BuyerKind.CONSUMER}


def test_reverse_charge_and_exemption_have_rows_of_their_own():
    merchant = a_merchant(vat_id="DE136695976")
    business = a_customer(merchant=merchant, country="AT")
    TaxId.create(
        merchant=merchant, customer=business, type="eu_vat", value="ATU13585627", created_at=NOW
    )
    for customer in (business, a_customer(merchant=merchant, country="US")):
        pay(an_invoice(customer=customer), 2380)

    assert [row.rate for row in report(merchant).rows] == [Rate(0, "AE"), Rate(0, "G")]


# ── many ─────────────────────────────────────────────────────────────────────────────────────


def test_payments_of_one_moment_are_all_counted_however_many_are_read_at_once(monkeypatch):
    monkeypatch.setattr(receipt_movements, "AT_ONCE", 2)
    merchant = a_merchant()
    for _ in range(5):
        pay(an_invoice(customer=a_customer(merchant=merchant)), 2380)

    assert report(merchant).totals == [Total("EUR", Taxed(10_000, 1900), 5)]


def test_more_payments_need_no_more_queries():
    merchant = a_merchant()

    def asked():
        pay(two_rates(a_customer(merchant=merchant)), 2260)
        with count_queries() as queries:
            report(merchant)
        return len(queries)

    assert asked() == asked()


@pytest.mark.parametrize(
    ("today", "month"),
    [
        (date(2026, 3, 10), (date(2026, 2, 1), date(2026, 2, 28))),
        (date(2026, 1, 1), (date(2025, 12, 1), date(2025, 12, 31))),
    ],
)
def test_the_last_month_is_the_last_that_is_complete(today, month):
    assert last_month(today) == month

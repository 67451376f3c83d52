from collections import Counter
from datetime import timedelta
from functools import partial
from itertools import pairwise

import pytest

from portal.accounts.passwords import matches
from portal.accounts.users import User
from portal.billing import cycle
from portal.billing.credit_notes import CreditNote
from portal.billing.customer_balances import BalanceReason, CustomerBalanceTransaction
from portal.billing.customer_tax_ids import TaxId
from portal.billing.customers import Customer
from portal.billing.events import Event
from portal.billing.gateway import PaymentStatus, RefundStatus
from portal.billing.invoice_lines import InvoiceLine
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.ledger_check import check_books, check_provider
from portal.billing.ledger_differences import LedgerDifference
from portal.billing.legal_requirements import lacking
from portal.billing.payments import Payment
from portal.billing.refunds import Refund
from portal.billing.scheduled_changes import ScheduledChange
from portal.billing.subscription_status import SubscriptionStatus
from portal.billing.subscriptions import Subscription
from portal.billing.tax import TaxBehavior
from portal.database import database
from portal.demo.content import MERCHANTS
from portal.demo.content_types import Scenario
from portal.demo.seed import is_empty, seed, seeded
from portal.gateways import gateway_for
from portal.record import now
from portal.selfservice.plan_options import plan_offers
from portal.selfservice.retention_offers import OfferKind, OfferMade

pytestmark = pytest.mark.usefixtures("db")

# Drafts are not stored by anything yet; the sandbox always knows what became of a refund.
NEVER_HERE = {(Invoice, InvoiceStatus.DRAFT), (Refund, RefundStatus.UNKNOWN)}

S = SubscriptionStatus
# Where nothing is said: active.
STANDING = {
    Scenario.TRIALING: {S.TRIALING},
    Scenario.CANCELED: {S.CANCELED},
    Scenario.CANCELED_IMMEDIATELY: {S.CANCELED},
    Scenario.PAUSED: {S.PAUSED},
    Scenario.PAST_DUE: {S.PAST_DUE},
    Scenario.UNPAID: {S.UNPAID, S.CANCELED},
    Scenario.INCOMPLETE: {S.INCOMPLETE},
    # While nobody knows, or confirms, they are past due; in the end they are given up.
    Scenario.CONFIRMING: {S.ACTIVE, S.PAST_DUE, S.UNPAID, S.CANCELED},
    Scenario.UNANSWERED: {S.ACTIVE, S.PAST_DUE, S.UNPAID, S.CANCELED},
    Scenario.NO_SUBSCRIPTION: {None},
}


@pytest.fixture(scope="module")
def merchants(app):
    with database.atomic() as transaction:
        assert is_empty()
        yield seed(now())
        transaction.rollback()


def every(record, merchants):
    mine = record.merchant.in_([made.merchant for made in merchants])
    return list(record.select().where(mine).order_by(record.id))


def numbered(records):
    return [int(record.number.rpartition("-")[2]) for record in records]


def test_the_demo_has_lived_two_years_in_the_order_of_time(merchants):
    for made in merchants:
        invoices = sorted(every(Invoice, [made]), key=lambda invoice: invoice.number)
        assert invoices[0].issued_at < now() - timedelta(days=700)
        assert numbered(invoices) == list(range(1, len(invoices) + 1))
        issued = [invoice.issued_at for invoice in invoices]
        assert issued == sorted(issued)
        notes = sorted(every(CreditNote, [made]), key=lambda note: note.number)
        assert notes
        assert numbered(notes) == list(range(1, len(notes) + 1))


def test_every_document_adds_up(merchants):
    for invoice in every(Invoice, merchants):
        lines = list(InvoiceLine.of(invoice))
        assert sum(line.gross for line in lines) == invoice.total
        assert sum(line.net for line in lines) == invoice.subtotal
        assert invoice.document["number"] == invoice.number
        paid = sum(
            payment.amount
            for payment in invoice.payments
            if payment.status == PaymentStatus.SUCCEEDED
        )
        assert invoice.amount_paid == paid
        assert (invoice.status == InvoiceStatus.PAID) == (invoice.amount_due == 0)


def test_books_and_provider_agree(merchants):
    for made in merchants:
        providers = partial(gateway_for, clock=now)
        check_books(made.merchant, at=now())
        check_provider(made.merchant, providers, at=now())
    assert list(LedgerDifference.select()) == []


def test_balances_are_what_moved_them(merchants):
    reasons = set()
    for customer in every(Customer, merchants):
        movements = list(customer.balance_transactions.order_by(CustomerBalanceTransaction.id))
        reasons |= {movement.reason for movement in movements}
        balance = 0
        for movement in movements:
            balance += movement.amount
            assert movement.ending_balance == balance
        assert customer.balance == balance
    assert reasons >= {
        BalanceReason.ADJUSTMENT,
        BalanceReason.CREDIT_NOTE,
        BalanceReason.APPLIED_TO_INVOICE,
    }


def test_every_period_was_billed_once(merchants):
    for subscription in every(Subscription, merchants):
        billed = Counter(
            line.period_start
            for invoice in subscription.invoices
            if invoice.billing_reason != "correction"
            for line in InvoiceLine.of(invoice)
            if line.period_start and not line.is_proration
        )
        assert set(billed.values()) <= {1}
        own = [invoice.period_index for invoice in subscription.invoices]
        indexes = sorted(index for index in own if index is not None)
        assert indexes == list(range(len(indexes)))
        assert len(indexes) == subscription.period_index + 1


def test_periods_follow_each_other(merchants):
    """Unless a pause or another interval moved the anchor, each begins where the last ended."""
    steady = [each for each in every(Subscription, merchants) if not each.anchor_index]
    assert len(steady) > len(MERCHANTS) * 10
    for subscription in steady:
        periods = sorted(
            (line.period_start, line.period_end)
            for invoice in subscription.invoices
            if invoice.period_index is not None
            for line in InvoiceLine.of(invoice)
            if not line.is_proration
        )
        for before, after in pairwise(periods):
            assert before[1] == after[0]


def test_nothing_is_left_to_do(merchants):
    for made in merchants:
        due = cycle.next_due(made.merchant)
        assert due is None or due > now() - timedelta(minutes=5)
    assert not Event.select().where(Event.dispatched_at.is_null()).exists()


@pytest.mark.parametrize(
    ("record", "statuses"),
    [
        (Subscription, SubscriptionStatus),
        (Invoice, InvoiceStatus),
        (Payment, PaymentStatus),
        (Refund, RefundStatus),
    ],
)
def test_every_state_can_be_looked_at(merchants, record, statuses):
    found = {row.status for row in every(record, merchants)}
    assert found == {status for status in statuses if (record, status) not in NEVER_HERE}


def test_customers_did_whatever_the_portal_lets_them_do(merchants):
    happened = {
        event.type for event in Event.select(Event.type).where(Event.actor_kind == "customer")
    }
    assert happened >= {
        "customer.discount.created",
        "customer.subscription.created",
        "customer.subscription.cancellation_scheduled",
        "customer.subscription.cancellation_explained",
        "customer.subscription.paused",
        "customer.subscription.reinstated",
        "customer.subscription.updated",
        "invoice.corrected",
        "invoice.paid",
        "payment_method.attached",
        "subscription_schedule.canceled",
        "subscription_schedule.created",
    }
    offers = every(OfferMade, merchants)
    assert {offer.kind for offer in offers if offer.is_kept} == set(OfferKind)
    assert any(offer.declined_at for offer in offers)
    assert any(each.applied_at for each in every(ScheduledChange, merchants))


def test_customers_stand_where_the_content_says(merchants):
    for made, content in zip(merchants, MERCHANTS, strict=True):
        customers = every(Customer, [made])
        for told in content.customers:
            who = (told.name, told.company, told.phone)
            customer = next(one for one in customers if (one.name, one.company, one.phone) == who)
            newest = customer.subscriptions.order_by(Subscription.id.desc()).first()
            standing = newest and newest.status
            assert standing in STANDING.get(told.scenario, {SubscriptionStatus.ACTIVE}), told.name
            if told.scenario == Scenario.CANCEL_AT_PERIOD_END:
                assert newest.is_ending


def test_vat_is_charged_reversed_and_left_off(merchants):
    categories = {
        made.merchant.country: {
            line.tax_category
            for invoice in every(Invoice, [made])
            for line in InvoiceLine.of(invoice)
        }
        for made in merchants
    }
    assert categories["DE"] >= {"S", "AE"}
    assert categories["FR"] == {"E"}
    assert "S" in categories["IE"]
    verified = [tax_id for tax_id in every(TaxId, merchants) if tax_id.type == "eu_vat"]
    assert all(tax_id.proof["is_simulated"] for tax_id in verified)
    behaviors = {line.tax_behavior for line in every(InvoiceLine, merchants)}
    assert behaviors == set(TaxBehavior)


def test_documents_look_finished(merchants):
    for made in merchants:
        assert lacking(made.merchant) == []
        assert made.merchant.iban
        assert made.merchant.registration_number


def test_the_prefilled_customer_has_a_life_to_look_at(merchants):
    for made in merchants:
        customer = Customer.with_email(made.merchant, made.prefilled_email).get()
        subscription = customer.subscriptions.get()
        assert customer.invoices.count() >= 20
        assert customer.credit_notes.exists() or customer.balance_transactions.exists()
        assert subscription.status == SubscriptionStatus.ACTIVE
        assert any(discount.ended_at is None for discount in customer.discounts)
        configuration = made.link.configuration
        assert len(plan_offers(subscription.item, configuration)) > 1
        assert configuration.allows_pause


def test_the_owners_can_sign_in(merchants):
    for made, content in zip(merchants, MERCHANTS, strict=True):
        user = User.get(User.email == made.owner)
        assert matches(user.password_hash, content.owner_password)


def test_what_was_seeded_is_found_again(merchants):
    assert [made.link.token for made in seeded()] == [made.link.token for made in merchants]

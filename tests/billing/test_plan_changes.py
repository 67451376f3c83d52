"""Changing plan: what is shown is done, to the cent and to the second, or not at all."""

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.billing import customer_balances, cycle, discounts
from portal.billing.corrections import correct
from portal.billing.coupons import Coupon, CouponDuration
from portal.billing.credit_notes import CreditReason
from portal.billing.credit_plans import remaining_of
from portal.billing.crediting import credit
from portal.billing.customer_balances import BalanceReason
from portal.billing.errors import CurrencyIsFixed, PriceNotUsable, SubscriptionEnded
from portal.billing.events import Event
from portal.billing.invoice_items import InvoiceItem
from portal.billing.invoice_lines import InvoiceLine
from portal.billing.invoices import Invoice
from portal.billing.money import QuantityOutOfRange
from portal.billing.payment_methods import PaymentMethod
from portal.billing.plan_changes import change, preview
from portal.billing.plan_errors import (
    NothingScheduled,
    PlanNotChangeable,
    PlanUnchanged,
    QuoteOutdated,
    RenewalPending,
    SubscriptionPaused,
    SubscriptionSetToEnd,
)
from portal.billing.plan_quotes import Course, Timing
from portal.billing.proration import Proration
from portal.billing.scheduled_changes import ScheduledChange
from portal.billing.subscription_status import CollectionMethod
from portal.billing.subscription_status import SubscriptionStatus as S
from portal.billing.upcoming import upcoming_invoice
from portal.database import database
from portal.gateways import gateway_for
from tests.factories import (
    a_coupon,
    a_customer,
    a_merchant,
    a_payment_method,
    a_price,
    a_subscription,
    utc,
)

pytestmark = pytest.mark.usefixtures("db")
NOW, NEXT = Proration.INVOICE_NOW, Proration.NEXT_INVOICE
BEGUN, HALF, ENDS = utc(2026, 4, 1), utc(2026, 4, 16), utc(2026, 5, 1)


@pytest.fixture
def merchant():
    return a_merchant(time_zone="UTC")


@pytest.fixture
def basic(merchant):
    return a_price(merchant=merchant, unit_amount=3000)


@pytest.fixture
def pro(merchant):
    return a_price(merchant=merchant, unit_amount=6000)


@pytest.fixture
def yearly(pro):
    return a_price(product=pro.product, unit_amount=60000, interval="year")


@pytest.fixture
def subscription(merchant, basic):
    return a_subscription(customer=a_payer(merchant), price=basic, at=BEGUN)


def a_payer(merchant):
    customer = a_customer(merchant=merchant)
    a_payment_method(customer=customer)
    return customer


def make(subscription, price, quantity=1, *, at=HALF, **given):
    """Preview and confirm; the preview and what it led to."""
    quote = preview(subscription, price, quantity, at=at, **given)
    done = change(subscription, quote.wanted, at=at, quoted_at=at, fingerprint=quote.fingerprint)
    return quote, done


def amounts(invoice):
    return [line.gross for line in InvoiceLine.of(invoice)]


def balance(subscription):
    return subscription.customer.reload().balance


def corrected_invoice(invoice):
    invoice.customer.change(company="Analytical Engines", at=BEGUN)
    return correct(invoice.reload(), at=BEGUN)


class TestWithoutProration:
    def test_the_new_price_counts_from_the_next_period_on(self, subscription, pro):
        quote, done = make(subscription, pro)

        assert (quote.amount_now, quote.amount_next, quote.next_date) == (0, 6000, ENDS)
        assert done.invoice is None
        subscription.reload().renew(at=ENDS)
        assert amounts(subscription.invoices.order_by(Invoice.id.desc()).first()) == [6000]

    def test_anchor_and_period_stay(self, subscription, pro):
        make(subscription, pro, 2)
        after = subscription.reload()
        assert (after.current_period_start, after.current_period_end) == (BEGUN, ENDS)
        assert (after.item.price, after.item.quantity) == (pro, 2)

    def test_what_happened_names_both_plans(self, subscription, basic, pro):
        make(subscription, pro, 2)
        event = Event.select().order_by(Event.id.desc()).first()
        assert event.type == "customer.subscription.updated"
        assert event.data == {
            "previous_price": basic.id,
            "previous_quantity": "1",
            "price": pro.id,
            "quantity": "2",
        }


class TestNextInvoice:
    def test_the_difference_waits_for_the_next_invoice(self, subscription, pro):
        quote, done = make(subscription, pro, proration=NEXT)

        assert done.invoice is None
        assert (quote.amount_now, quote.amount_next) == (0, 7500)
        assert [item.amount for item in quote.prorated] == [-1500, 3000]
        subscription.reload().renew(at=ENDS)
        invoice = subscription.invoices.order_by(Invoice.id.desc()).first()
        assert sorted(amounts(invoice)) == [-1500, 3000, 6000]
        assert not InvoiceItem.select().where(InvoiceItem.billed_at.is_null()).exists()

    def test_changing_back_at_the_same_moment_costs_nothing(self, subscription, basic, pro):
        make(subscription, pro, proration=NEXT)
        quote, _ = make(subscription.reload(), basic, proration=NEXT)
        assert sum(item.amount for item in quote.prorated) == -1500
        assert quote.amount_next == 3000

    def test_a_second_change_gives_back_what_the_first_charged(self, subscription, pro, merchant):
        make(subscription, pro, proration=NEXT, at=utc(2026, 4, 11))
        top = a_price(merchant=merchant, unit_amount=9000)
        quote, _ = make(subscription.reload(), top, proration=NEXT, at=utc(2026, 4, 21))
        # 20 days of Pro were charged 4000; of those, 10 days are given back.
        assert [item.amount for item in quote.prorated] == [-2000, 3000]


@settings(max_examples=12)
@given(
    changes=st.lists(
        st.tuples(st.integers(0, 30 * 86_400 - 1), st.integers(1, 9)), min_size=1, max_size=6
    )
)
def test_however_often_it_changes_each_plan_costs_the_time_that_it_ran(subscription, changes):
    """Seconds into the period, and how many from then on; 3000 each for 30 days."""
    whole = 30 * 86_400
    with database.atomic() as savepoint:
        quantity, since, exact, lines = 1, 0, Fraction(0), 0
        for second, wanted in sorted(changes):
            if wanted == quantity:
                continue
            at = BEGUN + timedelta(seconds=second)
            price = subscription.item.price
            make(subscription.reload(), price, wanted, at=at, proration=NEXT)
            exact += Fraction(3000 * quantity * (second - since), whole)
            quantity, since, lines = wanted, second, lines + 2  # also where both come to nothing
        exact += Fraction(3000 * quantity * (whole - since), whole)
        mine = InvoiceItem.subscription == subscription
        billed = 3000 + sum(row.amount for row in InvoiceItem.select().where(mine))
        savepoint.rollback()
    assert abs(billed - exact) <= lines


class TestInvoiceNow:
    def test_the_difference_is_invoiced_at_once(self, subscription, pro):
        quote, done = make(subscription, pro, proration=NOW)

        assert (quote.amount_now, quote.amount_next, quote.next_date) == (1500, 6000, ENDS)
        assert amounts(done.invoice) == [-1500, 3000]
        assert (done.invoice.total, done.invoice.amount_due) == (1500, 1500)
        assert done.invoice.billing_reason == "subscription_update"

    def test_a_card_that_fails_leaves_the_change_and_an_open_invoice(self, subscription, pro):
        _, done = make(subscription, pro, proration=NOW)
        assert done.invoice.status == "open"
        assert subscription.reload().item.price == pro

    def test_what_nobody_collects_at_once_the_billing_run_does(self, subscription, pro):
        _, done = make(subscription, pro, proration=NOW)
        at = HALF + timedelta(minutes=10)
        assert done.invoice.reload().next_attempt_at == at
        cycle.run(at, gateway_for=gateway_for, merchant=subscription.merchant)
        paid = done.invoice.reload()
        assert (paid.status, paid.next_attempt_at) == ("paid", None)

    def test_without_a_method_it_is_dunned_from_the_beginning(self, subscription, pro):
        PaymentMethod.delete().where(PaymentMethod.customer == subscription.customer_id).execute()
        _, done = make(subscription, pro, proration=NOW)
        assert subscription.reload().status == S.PAST_DUE
        assert done.invoice.reload().next_attempt_at > HALF
        done.invoice.pay(1500, at=HALF)
        assert subscription.reload().status == S.ACTIVE

    def test_used_and_unused_are_what_was_billed_to_the_second(self, subscription, pro):
        at = BEGUN + timedelta(days=10, seconds=1)
        quote, _ = make(subscription, pro, proration=NOW, at=at)
        assert [item.amount for item in quote.prorated] == [-2000, 4000]

    def test_the_balance_pays_first(self, subscription, pro):
        credit = {"reason": BalanceReason.ADJUSTMENT, "at": BEGUN}
        customer_balances.move(subscription.customer, 1000, **credit)
        quote, done = make(subscription.reload(), pro, proration=NOW)
        assert (quote.now.total, quote.balance_used, quote.amount_now) == (1500, 1000, 500)
        assert (done.invoice.total, done.invoice.amount_due) == (1500, 500)
        assert balance(subscription) == 0

    def test_what_waited_is_billed_with_it(self, subscription, pro, merchant):
        make(subscription, pro, proration=NEXT)
        top = a_price(merchant=merchant, unit_amount=9000)
        quote, done = make(subscription.reload(), top, proration=NOW)
        assert sorted(amounts(done.invoice)) == [-3000, -1500, 3000, 4500]
        assert quote.amount_now == 3000
        assert quote.amount_next == 9000

    def test_a_downgrade_becomes_credit_that_pays_what_comes(self, subscription, merchant):
        free = a_price(merchant=merchant, unit_amount=1000)
        quote, done = make(subscription, free, proration=NOW)

        assert quote.amount_now == 0
        assert (quote.credited_to_balance, quote.balance_used) == (1500, 500)
        assert quote.amount_next == 0
        assert balance(subscription) == 1000
        note = subscription.customer.credit_notes.get()
        assert (note.total, note.balance_amount) == (1500, 1500)
        assert (done.invoice.total, done.invoice.status) == (500, "paid")

    def test_a_downgrade_lowers_an_open_invoice_first(self, merchant, basic):
        sent = a_subscription(
            customer=a_payer(merchant),
            price=basic,
            at=BEGUN,
            collection_method=CollectionMethod.SEND_INVOICE,
            paid=False,
        )
        cheap = a_price(merchant=merchant, unit_amount=1000)
        quote, done = make(sent, cheap, proration=NOW)
        assert (quote.credited_to_due, quote.credited_to_balance) == (1500, 0)
        assert (quote.amount_now, done.invoice.amount_due) == (500, 500)
        assert sent.invoices.order_by(Invoice.id).first().amount_due == 1500

    def test_after_a_downgrade_only_the_cheaper_rest_is_given_back(self, subscription, merchant):
        cheap = a_price(merchant=merchant, unit_amount=1000)
        make(subscription, cheap, proration=NOW)
        quote, _ = make(subscription.reload(), cheap, 3, proration=NOW, at=utc(2026, 4, 21))
        # Of 500 for 15 days, 10 are left; three of it for 10 days cost 1000.
        assert [item.amount for item in quote.prorated] == [-333, 1000]

    def test_a_free_plan_gives_nothing_back(self, merchant, pro):
        free = a_price(merchant=merchant, unit_amount=0)
        subscription = a_subscription(customer=a_payer(merchant), price=free, at=BEGUN, paid=False)
        quote, done = make(subscription, pro, proration=NOW)
        assert (quote.amount_now, amounts(done.invoice)) == (3000, [3000])

    def test_exclusive_prices_carry_their_tax_on_both_lines(self, merchant):
        cheap, dear = (
            a_price(merchant=merchant, unit_amount=amount, tax_behavior="exclusive")
            for amount in (1000, 2000)
        )
        subscription = a_subscription(customer=a_payer(merchant), price=cheap, at=BEGUN)
        quote, done = make(subscription, dear, proration=NOW)
        assert (done.invoice.subtotal, done.invoice.tax, done.invoice.total) == (500, 95, 595)
        assert quote.amount_now == 595
        assert quote.amount_next == 2380

    def test_what_was_credited_already_is_not_given_back_again(self, subscription, pro):

        invoice = subscription.invoices.get()
        credit(invoice, remaining_of(invoice), reason=CreditReason.OTHER, at=BEGUN)
        quote = preview(subscription, pro, 1, at=HALF, proration=NOW)
        assert [item.amount for item in quote.prorated] == [3000]

    def test_what_a_corrected_invoice_billed_is_given_back(self, subscription, pro):
        corrected_invoice(subscription.invoices.get())
        quote = preview(subscription, pro, 1, at=HALF, proration=NOW)
        assert [item.amount for item in quote.prorated] == [-1500, 3000]

    def test_so_is_what_a_correction_of_a_change_billed(self, subscription, basic, pro):
        _, done = make(subscription, pro, at=BEGUN, proration=NOW)
        corrected_invoice(done.invoice)
        quote = preview(subscription, basic, 1, at=HALF, proration=NOW)
        assert [item.amount for item in quote.prorated] == [-3000, 1500]

    def test_a_void_correction_leaves_nothing_to_give_back(self, merchant, basic, pro):
        sent = {"collection_method": CollectionMethod.SEND_INVOICE, "paid": False}
        customer = a_customer(merchant=merchant)
        subscription = a_subscription(customer=customer, price=basic, at=BEGUN, **sent)
        corrected_invoice(subscription.invoices.get()).void(at=BEGUN)
        quote = preview(subscription, pro, 1, at=HALF, proration=NOW)
        assert [item.amount for item in quote.prorated] == [3000]


class TestDiscounts:
    @pytest.fixture
    def half_off(self, merchant):
        def half_off(duration=CouponDuration.FOREVER):
            return Coupon.create(
                merchant=merchant,
                name="Half",
                percent_off=5000,
                duration=duration,
                created_at=BEGUN,
            )

        return half_off

    def test_what_is_given_back_is_what_was_really_billed(self, merchant, basic, pro, half_off):
        customer = a_payer(merchant)
        discounts.give(half_off(), customer, at=BEGUN - timedelta(days=1))
        subscription = a_subscription(customer=customer, price=basic, at=BEGUN)
        quote, done = make(subscription, pro, proration=NOW)
        assert [item.amount for item in quote.prorated] == [-750, 1500]
        assert done.invoice.total == 750
        assert quote.amount_next == 3000

    def test_one_for_a_single_invoice_reduces_no_rest(self, subscription, pro, half_off):
        discounts.give(half_off(CouponDuration.ONCE), subscription.customer, subscription, at=BEGUN)
        quote, done = make(subscription, pro, proration=NOW)
        assert done.invoice.total == 1500
        assert quote.amount_next == 3000

    def test_what_comes_next_is_reduced_by_what_the_customer_has_after_that(
        self, merchant, subscription, pro, yearly, half_off
    ):
        customer = subscription.customer
        discounts.give(a_coupon(merchant=merchant, duration="forever"), customer, at=BEGUN)
        discounts.give(half_off(CouponDuration.ONCE), customer, subscription, at=BEGUN)
        quote, done = make(subscription, yearly)
        assert (done.invoice.total, quote.amount_next) == (30000, 48000)
        following = upcoming_invoice(subscription.reload(), HALF)
        assert following.total == quote.amount_next

    def test_a_new_period_uses_up_one_for_a_single_invoice(self, subscription, yearly, half_off):
        discounts.give(half_off(CouponDuration.ONCE), subscription.customer, subscription, at=BEGUN)
        quote, done = make(subscription, yearly)
        assert (done.invoice.total, quote.amount_now, quote.amount_next) == (30000, 30000, 60000)


class TestAnotherInterval:
    def test_a_new_period_begins_at_the_moment_of_the_change(self, subscription, yearly):
        quote, done = make(subscription, yearly, proration=NEXT)

        assert quote.course == Course.NEW_PERIOD
        assert (quote.amount_now, quote.next_date) == (58500, utc(2027, 4, 16))
        assert sorted(amounts(done.invoice)) == [-1500, 60000]
        after = subscription.reload()
        assert (after.current_period_start, after.current_period_end) == (HALF, utc(2027, 4, 16))

    def test_without_proration_nothing_is_given_back(self, subscription, yearly):
        _, done = make(subscription, yearly)
        assert amounts(done.invoice) == [60000]

    def test_the_periods_after_it_are_counted_from_the_new_anchor(self, merchant, basic, pro):
        weekly = a_price(product=pro.product, unit_amount=2000, interval="week")
        subscription = a_subscription(customer=a_payer(merchant), price=basic, at=utc(2026, 1, 31))
        subscription.renew(at=utc(2026, 2, 28))
        make(subscription, weekly, at=utc(2026, 3, 5))
        make(subscription.reload(), basic, at=utc(2026, 3, 8))
        subscription = subscription.reload()
        while subscription.renew(at=utc(2026, 6, 10)):
            pass
        dates = [str(row.issued_at.date()) for row in subscription.invoices.order_by(Invoice.id)]
        assert dates == [
            "2026-01-31",
            "2026-02-28",
            "2026-03-05",
            "2026-03-08",
            "2026-04-08",
            "2026-05-08",
            "2026-06-08",
        ]

    def test_a_shorter_one_gives_back_more_than_it_costs(self, merchant, yearly, basic):
        subscription = a_subscription(customer=a_payer(merchant), price=yearly, at=utc(2026, 1, 1))
        quote, done = make(subscription, basic, proration=NOW, at=utc(2026, 7, 2, 12))
        assert quote.credited_to_balance == 30000
        assert (quote.balance_used, quote.amount_now) == (3000, 0)
        assert balance(subscription) == 27000
        assert (done.invoice.total, done.invoice.status) == (3000, "paid")
        assert quote.amount_next == 0


class TestLater:
    def later(self, subscription, price, quantity=1, **given):
        timing = Timing.DOWNGRADES_AT_PERIOD_END
        return make(subscription, price, quantity, timing=timing, proration=NOW, **given)

    def test_upgrades_are_made_at_once(self, subscription, pro):
        quote, done = self.later(subscription, pro)
        assert quote.is_at_once
        assert done.scheduled is None

    def test_a_downgrade_waits_for_the_end_of_the_period(self, subscription, basic, merchant):
        cheap = a_price(merchant=merchant, unit_amount=1000)
        quote, done = self.later(subscription, cheap)

        assert not quote.is_at_once
        assert (quote.amount_now, quote.amount_next) == (0, 1000)
        assert (quote.takes_effect_at, quote.next_date) == (ENDS, ENDS)
        assert subscription.reload().item.price == basic
        subscription.renew(at=ENDS)
        assert subscription.reload().item.price == cheap
        assert amounts(subscription.invoices.order_by(Invoice.id.desc()).first()) == [1000]
        assert done.scheduled.reload().applied_at == ENDS
        assert ScheduledChange.waiting_of(subscription) is None

    def test_a_shorter_interval_begins_with_its_own_anchor(self, merchant, yearly, basic):
        subscription = a_subscription(customer=a_payer(merchant), price=yearly, at=utc(2026, 1, 31))
        self.later(subscription, basic)
        subscription = subscription.reload()
        while subscription.renew(at=utc(2027, 3, 31)):
            pass
        dates = [str(row.issued_at.date()) for row in subscription.invoices.order_by(Invoice.id)]
        assert dates == ["2026-01-31", "2027-01-31", "2027-02-28", "2027-03-31"]

    def test_a_new_change_takes_the_place_of_the_one_that_waits(self, subscription, merchant):
        first, second = (a_price(merchant=merchant, unit_amount=amount) for amount in (1000, 500))
        self.later(subscription, first)
        self.later(subscription.reload(), second)
        assert ScheduledChange.waiting_of(subscription).price == second
        assert subscription.scheduled_changes.count() == 2

    def test_an_upgrade_at_once_takes_its_place_too(self, subscription, merchant, pro):
        self.later(subscription, a_price(merchant=merchant, unit_amount=1000))
        self.later(subscription.reload(), pro)
        assert ScheduledChange.waiting_of(subscription) is None

    def test_after_the_end_there_is_nothing_to_withdraw(self, subscription, merchant):
        self.later(subscription, a_price(merchant=merchant, unit_amount=1000))
        subscription.cancel_now(at=HALF)
        with pytest.raises(NothingScheduled):
            ScheduledChange.withdraw(subscription, at=HALF)

    def test_it_can_be_withdrawn_once(self, subscription, merchant):
        self.later(subscription, a_price(merchant=merchant, unit_amount=1000))
        ScheduledChange.withdraw(subscription, at=HALF)
        subscription.renew(at=ENDS)
        assert subscription.invoices.order_by(Invoice.id.desc()).first().total == 3000
        with pytest.raises(NothingScheduled):
            ScheduledChange.withdraw(subscription, at=ENDS)


class TestTrials:
    @pytest.fixture
    def trial(self, merchant, basic):
        customer = a_payer(merchant)
        return a_subscription(customer=customer, price=basic, at=BEGUN, trial_days=30)

    def test_a_trial_goes_on_and_nothing_is_prorated(self, trial, yearly):
        quote, done = make(trial, yearly, proration=NOW)
        assert (quote.amount_now, done.invoice) == (0, None)
        assert (quote.amount_next, quote.next_date) == (60000, ENDS)
        assert trial.reload().status == S.TRIALING
        trial.renew(at=ENDS)
        assert trial.reload().current_period_end == utc(2027, 5, 1)

    def test_a_downgrade_within_a_trial_need_not_wait(self, trial, merchant):
        cheap = a_price(merchant=merchant, unit_amount=1000)
        quote, _ = make(trial, cheap, timing=Timing.DOWNGRADES_AT_PERIOD_END)
        assert quote.is_at_once
        assert trial.reload().item.price == cheap

    def test_where_the_merchant_wants_the_change_ends_the_trial(self, trial, pro):
        quote, done = make(trial, pro, ends_trial=True, proration=NOW)
        after = trial.reload()
        assert (quote.amount_now, done.invoice.total) == (6000, 6000)
        assert (after.status, after.trial_end) == (S.ACTIVE, HALF)
        assert (after.current_period_start, after.current_period_end) == (HALF, utc(2026, 5, 16))
        after.renew(at=utc(2026, 5, 16))
        assert after.reload().current_period_end == utc(2026, 6, 16)


class TestRefusals:
    def test_what_it_is_already_is_no_change(self, subscription, basic):
        with pytest.raises(PlanUnchanged):
            preview(subscription, basic, 1, at=HALF)

    def test_an_archived_price_is_refused_but_more_of_ones_own_is_not(self, subscription, basic):
        gone = a_price(merchant=subscription.merchant, archived_at=BEGUN)
        with pytest.raises(PriceNotUsable):
            preview(subscription, gone, 1, at=HALF)
        basic.archived_at = BEGUN
        basic.save()
        assert preview(subscription.reload(), basic.reload(), 2, at=HALF).kind == "upgrade"

    def test_the_currency_stays(self, subscription):
        dollars = a_price(merchant=subscription.merchant, currency="USD")
        with pytest.raises(CurrencyIsFixed):
            preview(subscription, dollars, 1, at=HALF)

    def test_no_quantity_is_no_plan(self, subscription, pro):
        with pytest.raises(QuantityOutOfRange):
            preview(subscription, pro, 0, at=HALF)

    @pytest.mark.parametrize(
        ("status", "refusal"),
        [
            (S.PAST_DUE, PlanNotChangeable),
            (S.UNPAID, PlanNotChangeable),
            (S.INCOMPLETE, PlanNotChangeable),
            (S.PAUSED, SubscriptionPaused),
            (S.CANCELED, SubscriptionEnded),
        ],
    )
    def test_not_while_money_is_missing_or_nothing_runs(self, subscription, pro, status, refusal):
        subscription.status = status
        with pytest.raises(refusal):
            preview(subscription, pro, 1, at=HALF)

    def test_not_what_is_set_to_end(self, subscription, pro):
        subscription.cancel(at=HALF)
        with pytest.raises(SubscriptionSetToEnd):
            preview(subscription, pro, 1, at=HALF)

    def test_not_while_the_renewal_is_due(self, subscription, pro):
        with pytest.raises(RenewalPending):
            preview(subscription, pro, 1, at=ENDS)


class TestQuotes:
    def test_a_quote_counts_for_ten_minutes(self, subscription, pro):
        quote = preview(subscription, pro, 1, at=HALF, proration=NOW)
        with pytest.raises(QuoteOutdated):
            change(
                subscription,
                quote.wanted,
                at=HALF + timedelta(minutes=10),
                quoted_at=HALF,
                fingerprint=quote.fingerprint,
            )

    def test_it_is_done_by_the_moment_of_the_quote(self, subscription, pro):
        quote = preview(subscription, pro, 1, at=HALF, proration=NOW)
        later = HALF + timedelta(minutes=9, seconds=59)
        done = change(
            subscription, quote.wanted, at=later, quoted_at=HALF, fingerprint=quote.fingerprint
        )
        assert done.invoice.total == quote.amount_now == 1500
        assert done.invoice.issued_at == later

    @pytest.mark.parametrize("what", ["balance", "discount", "plan", "scheduled", "tax", "ending"])
    def test_a_world_that_changed_makes_it_outdated(self, subscription, pro, basic, what):
        quote = preview(subscription, pro, 1, at=HALF, proration=NOW)
        at = HALF + timedelta(minutes=1)
        customer = subscription.customer
        if what == "balance":
            customer_balances.move(customer, 1, reason=BalanceReason.ADJUSTMENT, at=at)
        elif what == "discount":
            coupon = Coupon.create(
                merchant=subscription.merchant, name="A", percent_off=1, created_at=at
            )
            discounts.give(coupon, customer, subscription, at=at)
        elif what == "plan":
            make(subscription, basic, 2, at=at)
        elif what == "scheduled":
            make(subscription, basic, 2, at=at, timing=Timing.AT_PERIOD_END)
        elif what == "tax":
            customer.change(country="FR", at=at)
        else:
            subscription.cancel(at=at)
        with pytest.raises((QuoteOutdated, SubscriptionSetToEnd)):
            change(
                subscription,
                quote.wanted,
                at=at + timedelta(minutes=1),
                quoted_at=HALF,
                fingerprint=quote.fingerprint,
            )
        assert Invoice.select().where(Invoice.billing_reason == "subscription_update").count() == 0

    def test_the_same_quote_has_one_effect(self, subscription, pro):
        quote, _ = make(subscription, pro, proration=NOW)
        with pytest.raises((QuoteOutdated, PlanUnchanged)):
            change(
                subscription.reload(),
                quote.wanted,
                at=HALF,
                quoted_at=HALF,
                fingerprint=quote.fingerprint,
            )


class TestWhatAChangeChargedAndWasTakenBack:
    """What is given back for a change is a part of what is still charged for it."""

    @pytest.fixture
    def changed(self, subscription, pro):
        """From 30 to 60 half-way: 15 given back, 30 charged."""
        return make(subscription, pro, proration=NOW)[1].invoice

    def test_a_void_invoice_of_a_change_charged_nothing(self, changed, subscription, basic):
        changed.void(at=HALF)
        later = HALF + timedelta(days=5)
        quote, _ = make(subscription.reload(), basic, at=later, proration=NEXT)
        # Of the 30 of the whole period a third is left, and costs that again.
        assert [item.amount for item in quote.prorated] == [-1000, 1000]

    def test_what_was_credited_of_it_is_not_given_back_again(self, changed, subscription, basic):
        changed.pay(changed.amount_due, at=HALF)
        (part,) = [part for part in remaining_of(changed.reload()) if part.gross > 0]
        part = part._replace(gross=1500)
        credit(changed, [part], reason=CreditReason.OTHER, at=HALF)
        later = HALF + timedelta(days=5)
        quote, _ = make(subscription.reload(), basic, at=later, proration=NEXT)
        # Of 30 charged 15 are left: two thirds of that.
        assert [item.amount for item in quote.prorated] == [-1000, 1000]

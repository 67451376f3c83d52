"""What happens to money: discounts, cards, payments, credits, the balance."""

from hypothesis import strategies as some
from hypothesis.stateful import precondition, rule

from portal.billing import discounts, reviews
from portal.billing.collecting import collect
from portal.billing.corrections import correct
from portal.billing.coupons import Coupon as StoredCoupon
from portal.billing.coupons import Discount
from portal.billing.credit_notes import CreditReason
from portal.billing.credit_plans import Destination, remaining_of
from portal.billing.crediting import credit
from portal.billing.customer_balances import BalanceReason, move
from portal.billing.gateway import PaymentStatus
from portal.billing.payments import Payment
from portal.billing.refund_rooms import ask_for
from portal.gateways.sandbox.records import SandboxCharge
from tests.billing.histories.history import TOKENS, History, amounts, whichever
from tests.billing.histories.things import Coupon

has_bill = precondition(lambda self: self.world.bills)


class MoneySteps(History):
    """What customers and merchants do with money."""

    # ── discounts ───────────────────────────────────────────────────────────────────────────

    @rule(
        whose=some.sampled_from(["customer", 0, 0, 1]),
        percent=some.one_of(some.none(), some.integers(1, 10_000)),
        amount=amounts,
        duration=some.sampled_from(["once", "repeating", "forever"]),
        months=some.integers(1, 4),
        product=some.sampled_from([None, None, None, 0, 1]),
    )
    def gets_a_discount(self, whose, percent, amount, duration, months, product):
        contracts = self.world.contracts
        if whose != "customer" and whose >= len(contracts):
            return
        self.tick()
        contract = None if whose == "customer" else contracts[whose]
        off = {"percent_off": percent} if percent else {"amount_off": amount}
        if not percent:
            off["currency"] = self.currency
        months = months if duration == "repeating" else None
        off["products"] = [] if product is None else [self.products[product].id]
        stored = StoredCoupon.publish(
            self.merchant,
            at=self.at,
            name="Off",
            duration=duration,
            duration_in_months=months,
            **off,
        )
        is_once = duration == "once"
        coupon = Coupon(stored.id, percent, None if percent else amount, months, is_once, product)
        self.both(
            lambda: self.world.give(coupon, contract, self.at),
            lambda: discounts.give(
                stored, self.customer, contract and self.stored(contract), at=self.at
            ),
        )

    @precondition(lambda self: self.world.reductions)
    @rule(which=whichever)
    def loses_a_discount(self, which):
        self.tick()
        reduction = self.world.reductions[which % len(self.world.reductions)]
        stored = Discount.get(Discount.coupon == reduction.coupon.id)
        self.both(
            lambda: self.world.take_away(reduction, self.at),
            lambda: discounts.take_away(stored, at=self.at),
        )

    # ── money ───────────────────────────────────────────────────────────────────────────────

    @rule(outcome=some.sampled_from(["good", *TOKENS]))
    def another_card(self, outcome):
        self.tick()
        self.swap_card(outcome)

    @rule(amount=some.one_of(amounts, amounts.map(lambda each: -each), some.just(0)))
    def balance_is_adjusted(self, amount):
        if not amount:
            return
        self.tick()
        self.both(
            lambda: self.world.move(amount),
            lambda: move(self.customer, amount, reason=BalanceReason.ADJUSTMENT, at=self.at),
        )

    @has_bill
    @rule(bill=whichever)
    def pays(self, bill):
        self.tick()
        bill = self.a_bill(bill)
        invoice = self.invoice(bill)
        self.both(
            lambda: self.world.pay(bill, self.at),
            lambda: collect(invoice, self.gateway(), at=self.at),
        )

    @has_bill
    @rule(bill=whichever, share=some.integers(0, 4))
    def pays_outside(self, bill, share):
        self.tick()
        bill = self.a_bill(bill)
        amount = bill.due // share if share else bill.due + 1
        self.both(
            lambda: self.world.receive(bill, amount, self.at, is_outside=True),
            lambda: Payment.record_outside(self.invoice(bill), amount, note="", at=self.at),
        )

    @has_bill
    @rule(
        bill=whichever,
        line=whichever,
        share=some.integers(1, 100),
        to=some.sampled_from(Destination),
    )
    def is_credited(self, bill, line, share, to):
        """A part of one line, or (100) all that is left."""
        self.tick()
        bill = self.a_bill(bill)
        invoice = self.invoice(bill)
        stored = remaining_of(invoice)
        lefts = [(each, each.told.gross - each.credited) for each in bill.lines]
        if share < 100:
            at = line % len(lefts)
            gross = lefts[at][1] * share // 100
            stored, lefts = [stored[at]._replace(gross=gross)], [(lefts[at][0], gross)]

        def product() -> None:
            note = credit(invoice, stored, reason=CreditReason.OTHER, at=self.at, to=to)
            ask_for(note, self.gateway, at=self.at)

        self.both(lambda: self.world.credit(bill, lefts, to.value, self.at), product)

    @has_bill
    @rule(bill=whichever)
    def is_corrected(self, bill):
        self.tick()
        bill = self.a_bill(bill)
        self.customer.change(company=f"Company {self.at}", at=self.at)
        self.both(
            lambda: self.world.correct(bill, self.at),
            lambda: correct(self.invoice(bill), at=self.at),
        )

    @precondition(lambda self: any(self.by_provider(bill) for bill in self.world.bills))
    @rule(which=whichever)
    def the_bank_takes_money_back(self, which):
        self.tick()
        paid = [(bill, each) for bill in self.world.bills for each in self.by_provider(bill)]
        bill, each = paid[-1 - which % len(paid)]
        mine = Payment.status.in_([PaymentStatus.SUCCEEDED, PaymentStatus.RETURNED])
        payments = self.invoice(bill).payments.where(mine).order_by(Payment.id)
        payment = payments[bill.payments.index(each)]
        SandboxCharge.update(status=PaymentStatus.RETURNED).where(
            SandboxCharge.key == payment.key
        ).execute()
        self.world.take_back(bill, each, self.at)
        payment.return_("insufficient_funds", at=self.at)

    @precondition(lambda self: any(bill.pending for bill in self.world.bills))
    @rule(which=whichever, is_paid=some.booleans())
    def an_answer_comes(self, which, is_paid):
        """The owner of a card confirms it or not; else the merchant finds out, if asked."""
        self.tick()
        waiting = [bill for bill in self.world.bills if bill.pending]
        bill = waiting[-1 - which % len(waiting)]
        payment = Payment.unanswered().where(Payment.invoice == self.invoice(bill)).get()
        charge = SandboxCharge.get(SandboxCharge.key == payment.key)
        if bill.pending.kind == "confirm":
            charge.decide(is_paid)
            self.world.answered(bill, self.at, is_paid=is_paid)
            payment.ask_again(self.gateway(), at=self.at)
            return
        decision = reviews.succeeded if is_paid else reviews.failed
        if self.both(
            lambda: self.world.decide(bill, self.at, is_paid=is_paid),
            lambda: decision(payment, note="", at=self.at),
        ):
            charge.answer(PaymentStatus.SUCCEEDED if is_paid else PaymentStatus.FAILED)

    @staticmethod
    def by_provider(bill):
        return [each for each in bill.payments if not each.is_outside]

    @has_bill
    @rule(bill=whichever, really=some.integers(0, 1))
    def is_void(self, bill, really):
        if really:
            return
        self.tick()
        bill = self.a_bill(bill)
        self.both(lambda: self.world.void(bill), lambda: self.invoice(bill).void(at=self.at))

    @has_bill
    @rule(bill=whichever, really=some.integers(0, 3))
    def is_written_off(self, bill, really):
        if really:
            return
        self.tick()
        bill = self.a_bill(bill)
        self.both(
            lambda: self.world.write_off(bill),
            lambda: self.invoice(bill).mark_uncollectible(at=self.at),
        )

"""What the demo's merchants and their banks do, by the rules that the dashboard calls."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from portal.billing import customer_balances, discounts, reviews
from portal.billing.credit_notes import CreditReason, Part
from portal.billing.credit_plans import Destination, remaining_of
from portal.billing.crediting import credit
from portal.billing.customer_balances import BalanceReason
from portal.billing.gateway import PaymentStatus
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.invoicing import Item, issue
from portal.billing.payments import Payment
from portal.billing.refund_rooms import ask_for
from portal.billing.tax import TaxBehavior
from portal.demo.content_acts import (
    AdjustsBalance,
    BankReturns,
    Credits,
    DecidesPayment,
    EndsIt,
    GivesCoupon,
    Invoices,
    ReceivesCash,
    Voids,
    WritesOff,
)
from portal.demo.seed_customer_acts import oldest_open

if TYPE_CHECKING:
    from portal.demo.seed_visitor import Visitor


def give_coupon(who: "Visitor", act: GivesCoupon, at: datetime) -> None:
    subscription = None if act.for_all else who.subscription(act.subscription)
    discounts.give(who.history.coupons[act.coupon].reload(), who.customer, subscription, at=at)


def credit_invoice(who: "Visitor", act: Credits, at: datetime) -> None:
    """The newest that was paid and of which nothing was taken back."""
    mine = (Invoice.customer == who.customer) & (Invoice.status == InvoiceStatus.PAID)
    untouched = (Invoice.total_credited == 0) & (Invoice.amount_paid > 0)
    invoice = Invoice.issued().where(mine & untouched).get()
    note = credit(
        invoice,
        _parts(invoice, act.gross),
        reason=CreditReason(act.reason),
        memo=act.memo,
        at=at,
        to=Destination(act.to),
    )
    ask_for(note, who.history.gateways(at), at=at)


def _parts(invoice: Invoice, gross: int) -> list[Part]:
    parts = remaining_of(invoice)
    return [Part(parts[0].line, gross)] if gross else parts


def adjust_balance(who: "Visitor", act: AdjustsBalance, at: datetime) -> None:
    customer_balances.move(
        who.customer, act.amount, reason=BalanceReason.ADJUSTMENT, at=at, note=act.note
    )


def invoice_once(who: "Visitor", act: Invoices, at: datetime) -> None:
    item = Item(
        description=act.description,
        quantity=act.quantity,
        amount=act.amount * act.quantity,
        unit_amount=act.amount,
        tax_behavior=TaxBehavior.EXCLUSIVE,
        tax_code="",
    )
    currency = who.customer.currency or who.history.merchant.currency
    issue(who.customer, [item], currency=currency, at=at, description=act.note)


def receive_cash(who: "Visitor", act: ReceivesCash, at: datetime) -> None:
    invoice = oldest_open(who)
    Payment.record_outside(invoice, invoice.amount_due, note=act.note, at=at)


def void(who: "Visitor", _: Voids, at: datetime) -> None:
    Invoice.open_of(who.customer).get().void(at=at)


def write_off(who: "Visitor", _: WritesOff, at: datetime) -> None:
    oldest_open(who).mark_uncollectible(at=at)


def end_it(who: "Visitor", act: EndsIt, at: datetime) -> None:
    who.subscription(act.subscription).cancel_now(at=at, credits_rest=True)


def decide_payment(who: "Visitor", act: DecidesPayment, at: datetime) -> None:
    mine = Payment.invoice.in_(Invoice.select(Invoice.id).where(Invoice.customer == who.customer))
    payment = reviews.waiting(who.history.merchant).where(mine).get()
    reviews.succeeded(payment, note=act.note, at=at)


def bank_returns(who: "Visitor", act: BankReturns, at: datetime) -> None:
    mine = (Invoice.customer == who.customer) & (Payment.status == PaymentStatus.SUCCEEDED)
    payment = Payment.select().join(Invoice).where(mine).order_by(Payment.id.desc()).get()
    payment.return_(act.reason, at=at)


MERCHANT_ACTS: dict[type, Callable[["Visitor", Any, datetime], None]] = {
    GivesCoupon: give_coupon,
    Credits: credit_invoice,
    AdjustsBalance: adjust_balance,
    Invoices: invoice_once,
    ReceivesCash: receive_cash,
    Voids: void,
    WritesOff: write_off,
    EndsIt: end_it,
    DecidesPayment: decide_payment,
    BankReturns: bank_returns,
}

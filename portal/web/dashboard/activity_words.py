"""What happened, in words: one entry for every type of event that is recorded."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from portal.billing.events import Event

KINDS = {
    "subscriptions": _l("Subscriptions"),
    "invoices": _l("Invoices and payments"),
    "customers": _l("Customers"),
    "products": _l("Products"),
    "portal": _l("Customer portal"),
    "account": _l("Account and team"),
}
# Type → (kind, words). Placeholders are filled from the data of the event.
EVENT_WORDS: dict[str, tuple[str, Any]] = {
    "customer.subscription.created": ("subscriptions", _l("A subscription began")),
    "customer.subscription.updated": ("subscriptions", _l("A subscription changed")),
    "customer.subscription.past_due": ("subscriptions", _l("A payment for a subscription is late")),
    "customer.subscription.unpaid": (
        "subscriptions",
        _l("A subscription was marked as unpaid: nothing is billed until it is paid"),
    ),
    "customer.subscription.parked": (
        "subscriptions",
        _l("A subscription was set aside: too many invoices in a day"),
    ),
    "customer.subscription.renewed": ("subscriptions", _l("A subscription renewed")),
    "customer.subscription.cancellation_scheduled": (
        "subscriptions",
        _l("A subscription was cancelled"),
    ),
    "customer.subscription.cancellation_explained": (
        "subscriptions",
        _l("The reason of a cancellation was given"),
    ),
    "customer.subscription.reinstated": ("subscriptions", _l("A cancellation was taken back")),
    "customer.subscription.paused": ("subscriptions", _l("A subscription was paused")),
    "customer.subscription.resumed": ("subscriptions", _l("A subscription was resumed")),
    "subscription_schedule.created": ("subscriptions", _l("A change of plan was scheduled")),
    "subscription_schedule.canceled": ("subscriptions", _l("A change of plan was withdrawn")),
    "subscription_schedule.completed": (
        "subscriptions",
        _l("A scheduled change of plan took effect"),
    ),
    "customer.subscription.deleted": ("subscriptions", _l("A subscription ended")),
    "invoice.finalized": ("invoices", _l("Invoice %(number)s was issued")),
    "invoice.paid": ("invoices", _l("Invoice %(number)s was paid")),
    "invoice.voided": ("invoices", _l("Invoice %(number)s was voided")),
    "invoice.marked_uncollectible": ("invoices", _l("Invoice %(number)s was written off")),
    "invoice.reopened": ("invoices", _l("Invoice %(number)s is due again")),
    "invoice.payment_failed": ("invoices", _l("Invoice %(number)s could not be collected")),
    "invoice.overdue": ("invoices", _l("Invoice %(number)s is overdue")),
    "invoice.payment_reminder": ("invoices", _l("A reminder of invoice %(number)s was due")),
    "invoice.dunning_stopped": (
        "invoices",
        _l("Further attempts to collect invoice %(number)s were stopped"),
    ),
    "invoice.dunning_ended": (
        "invoices",
        _l("The last attempt to collect invoice %(number)s failed"),
    ),
    "payment.requires_action": ("invoices", _l("A payment waits for the customer's confirmation")),
    "payment.returned": ("invoices", _l("The bank took a payment back")),
    "payment.review_needed": ("invoices", _l("Somebody has to look at a payment")),
    "payment.reviewed": ("invoices", _l("The outcome of a payment was decided")),
    "ledger.difference_found": ("invoices", _l("The books and the payment provider differ")),
    "ledger.difference_settled": (
        "invoices",
        _l("The books and the payment provider agree again"),
    ),
    "payment.succeeded": ("invoices", _l("A payment went through")),
    "payment.failed": ("invoices", _l("A payment failed")),
    "bank_statement.imported": ("invoices", _l("A bank statement was uploaded")),
    "bank_statement.booked": ("invoices", _l("Payments of a bank statement were booked")),
    "sepa.prenotification": ("invoices", _l("A debit of invoice %(number)s was announced")),
    "receipts_report.exported": ("invoices", _l("The receipts by day and VAT rate were exported")),
    "sepa_batch.exported": ("invoices", _l("A file of direct debits was exported")),
    "sepa_batch.downloaded": ("invoices", _l("A file of direct debits was downloaded")),
    "mandate.accepted": ("customers", _l("A direct debit mandate was given")),
    "mandate.revoked": ("customers", _l("A direct debit mandate was revoked")),
    "invoice.corrected": (
        "invoices",
        _l("Invoice %(number)s was issued again with other billing details"),
    ),
    "credit_note.created": ("invoices", _l("Credit note %(number)s was issued")),
    "refund.created": ("invoices", _l("A refund for invoice %(number)s was started")),
    "refund.succeeded": ("invoices", _l("Money of invoice %(number)s was given back")),
    "refund.failed": ("invoices", _l("A refund for invoice %(number)s failed")),
    "customer.balance.changed": ("customers", _l("A customer's credit balance changed")),
    "payment_method.attached": ("customers", _l("A payment method was added")),
    "payment_method.detached": ("customers", _l("A payment method was removed")),
    "payment_method.made_default": ("customers", _l("Another payment method became the default")),
    "customer.created": ("customers", _l("A customer was added")),
    "customer.updated": ("customers", _l("A customer's details changed")),
    "customer.deleted": ("customers", _l("A customer was deleted")),
    "customer.exported": ("customers", _l("The list of customers was exported")),
    "customer.tax_id.created": ("customers", _l("A tax ID was added")),
    "customer.tax_id.deleted": ("customers", _l("A tax ID was removed")),
    "customer.tax_id.verified": ("customers", _l("VIES confirmed a VAT ID")),
    "customer.tax_id.refuted": (
        "customers",
        _l("VIES does not know a VAT ID: VAT is charged from now on"),
    ),
    "customer_import.confirmed": ("customers", _l("An import of customers was started")),
    "customer_import.finished": ("customers", _l("An import of customers is done")),
    "product.created": ("products", _l("A product was added")),
    "product.updated": ("products", _l("A product changed")),
    "product.archived": ("products", _l("A product was archived")),
    "product.unarchived": ("products", _l("A product is offered again")),
    "product.deleted": ("products", _l("A product was deleted")),
    "price.created": ("products", _l("A price was added")),
    "price.updated": ("products", _l("A price was renamed")),
    "price.archived": ("products", _l("A price was archived")),
    "price.unarchived": ("products", _l("A price is offered again")),
    "coupon.created": ("products", _l("A coupon was added")),
    "coupon.archived": ("products", _l("A coupon was archived")),
    "coupon.unarchived": ("products", _l("A coupon can be given again")),
    "promotion_code.created": ("products", _l("A promotion code was added")),
    "promotion_code.archived": ("products", _l("A promotion code was archived")),
    "promotion_code.unarchived": ("products", _l("A promotion code is accepted again")),
    "customer.discount.created": ("customers", _l("A customer got a discount")),
    "customer.discount.deleted": ("customers", _l("A discount of a customer ended early")),
    "retention_offers.updated": ("portal", _l("The offers to those who want to leave changed")),
    "retention_offer.made": ("subscriptions", _l("Somebody who wanted to leave was made an offer")),
    "retention_offer.accepted": ("subscriptions", _l("An offer to stay was accepted")),
    "retention_offer.declined": ("subscriptions", _l("An offer to stay was declined")),
    "retention_offer.taken_back": (
        "subscriptions",
        _l("A customer undid the offer that they had accepted"),
    ),
    "billing_portal.session.created": ("portal", _l("A customer signed in to the portal")),
    "billing_portal.session.impersonated": (
        "portal",
        _l("The portal was opened as a customer"),
    ),
    "billing_portal.session.switched": ("portal", _l("A customer switched to another account")),
    "billing_portal.sign_in.under_attack": (
        "portal",
        _l("Many wrong codes were typed: codes have eight digits for now"),
    ),
    "billing_portal.link.activated": ("portal", _l("The portal link was activated")),
    "billing_portal.link.deactivated": ("portal", _l("The portal link was deactivated")),
    "billing_portal.link.shared": ("portal", _l("The portal link was shared")),
    "billing_portal.links.exported": (
        "portal",
        _l("The portal links of all customers were downloaded"),
    ),
    "customer.subscription.trial_will_end": ("subscriptions", _l("A trial is about to end")),
    "customer.subscription.renewal_announced": ("subscriptions", _l("A renewal was announced")),
    "payment_method.expiring": ("customers", _l("A card is about to expire")),
    "test_helpers.test_clock.advancing": ("account", _l("The sandbox's clock was moved forward")),
    "test_helpers.test_clock.ready": ("account", _l("The sandbox's clock arrived")),
    "provider_account.updated": ("portal", _l("The settings of the payment provider changed")),
    "billing_portal.configuration.updated": ("portal", _l("The portal's settings changed")),
    "branding.updated": ("portal", _l("The branding changed")),
    "account.created": ("account", _l("The account was created")),
    "account.updated": ("account", _l("The settings of the business changed")),
    "account.vat_id_verified": ("account", _l("VIES confirmed the VAT ID of the business")),
    "account.vat_id_refuted": (
        "account",
        _l("VIES does not know the VAT ID of the business"),
    ),
    "merchant.went_live": ("account", _l("The business went live")),
    "merchant.provider_changed": ("account", _l("Another payment provider was chosen")),
    "user.signed_in": ("account", _l("A member of the team signed in")),
    "user.signed_out_everywhere": ("account", _l("A member of the team signed out everywhere")),
    "user.password_changed": ("account", _l("A password was changed")),
    "user.updated": ("account", _l("A profile changed")),
    "api_key.created": ("account", _l("An API key was created")),
    "api_key.revoked": ("account", _l("An API key was revoked")),
}


# What a change of a subscription was, where the event says so: by its new status.
BECAME = {
    "active": _l("A subscription is active"),
    "incomplete_expired": _l("A subscription expired: its first invoice was not paid"),
}
PLAN_CHANGED = _l("The plan or quantity of a subscription changed")


def event_words(event: Event) -> str:
    """ "Invoice LIN-000042 was paid". A type that is not known here is shown as it is."""
    if event.type == "customer.subscription.updated" and "previous_price" in event.data:
        return str(PLAN_CHANGED)
    if event.type == "customer.subscription.updated" and event.data.get("status") in BECAME:
        return str(BECAME[event.data["status"]])
    if event.type not in EVENT_WORDS:
        return str(event.type)
    words = str(EVENT_WORDS[event.type][1])
    return words % {"number": event.data.get("number", "")} if "%(" in words else words


def actor_words(event: Event) -> str:
    """Who it was: a name, or that it happened by itself."""
    if event.actor_kind == "system":
        return gettext("Automatic")
    return event.actor_name or {
        "customer": gettext("A customer"),
        "member": gettext("Your team"),
    }.get(event.actor_kind, "")


def types_of(kind: str) -> Iterable[str]:
    return [type_ for type_, (of, _) in EVENT_WORDS.items() if of == kind]

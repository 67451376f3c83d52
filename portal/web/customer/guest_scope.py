"""What the holder of a guest link may see: one invoice, and nothing of anybody else."""

from typing import Any

from flask import abort, g, url_for

from portal.billing import events
from portal.billing.invoices import Invoice
from portal.billing.merchants import Merchant
from portal.billing.payment_method_setups import PaymentMethodSetup
from portal.billing.payments import Payment
from portal.selfservice import guest_links
from portal.selfservice.branding import Branding
from portal.selfservice.configurations import PortalConfiguration
from portal.selfservice.login_links import LoginLink
from portal.web.customer import brand
from portal.web.settings import keyring
from portal.web.zone import use_zone


def the_invoice(token: str) -> Invoice:
    """The invoice that the link opens. Raises `GuestLinkOver`."""
    invoice = guest_links.find(token, keyring())
    wear(invoice.merchant)
    g.locale_of_person = invoice.document.get("language")
    return invoice


def wear(merchant: Merchant) -> None:
    """The merchant's zone and language; whoever else is signed in here does not matter."""
    events.set_actor(events.SYSTEM)
    use_zone(merchant)
    g.locale_of_merchant = merchant.locale


def layout(merchant: Merchant) -> dict[str, Any]:
    """The brand without a person, also where somebody is signed in."""
    merchant.branding = Branding.of(merchant)
    link = LoginLink.active_of_merchant(merchant)
    return brand.context(merchant, PortalConfiguration.default_of(merchant)) | {
        "sign_in_url": link.path() if link else None
    }


def pages(token: str) -> dict[str, str]:
    """Where the outcomes of a payment lead."""
    invoice_page = url_for("customer.guest_invoices.show", token=token)
    return {
        "status_page": url_for("customer.guest_invoices.payments.show", token=token),
        "invoice_page": invoice_page,
        "again_page": invoice_page,
    }


def setup_of(invoice: Invoice, setup_id: str) -> PaymentMethodSetup:
    """A way to the provider that began at this very link."""
    return PaymentMethodSetup.select().where(
        (PaymentMethodSetup.id == setup_id) & (PaymentMethodSetup.invoice_id == invoice.id)
    ).first() or abort(404)


def is_of_a_guest(payment: Payment) -> bool:
    """Whether it was begun at this link, and not by the customer."""
    return (
        PaymentMethodSetup.select()
        .where(
            (PaymentMethodSetup.invoice_id == payment.invoice_id)
            & (PaymentMethodSetup.payment_method == payment.payment_method_id)
        )
        .exists()
    )

"""One function a message. The words are in templates/email/<message>/."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from portal.billing.credit_notes import CreditNote
from portal.billing.customers import Customer
from portal.billing.invoices import Invoice
from portal.billing.merchants import Merchant
from portal.billing.subscriptions import Subscription
from portal.config import Settings
from portal.crypto import Keyring
from portal.delivery import envelopes, letters, transports
from portal.delivery.contents import InvoiceContent, grouped
from portal.delivery.envelopes import Attachment, Look
from portal.logs import masked
from portal.selfservice.guest_links import guest_link
from portal.selfservice.sign_in_codes import LIFE, SignInChallenge

log = structlog.get_logger("portal.mail")


@dataclass(frozen=True)
class Post:
    """Where mails are handed in: the installation, the moment, and a key for this one."""

    settings: Settings
    keyring: Keyring
    at: datetime
    key: str

    def absolute(self, path: str) -> str:
        """An address of this installation as a mail needs it."""
        return self.settings.base_url + path

    def send(
        self,
        message: str,
        to: str,
        locale: str,
        look: Look,
        *,
        cc: Sequence[str] = (),
        attachments: Sequence[Attachment] = (),
        **content: Any,
    ) -> None:
        """Write and hand over. Raises as `transports.deliver` does."""
        letter = letters.write(message, locale, {"look": look, **content})
        made = envelopes.message(
            letter,
            look,
            to,
            sender=self.settings.mail_from,
            key=self.key,
            at=self.at,
            cc=cc,
            attachments=attachments,
        )
        transports.deliver(made, self.settings.mail_url)
        log.info("mail sent", message=message, to=masked(to), id=self.key)

    def send_to_customer(
        self, message: str, customer: Customer, locale: str = "", **content: Any
    ) -> None:
        """In the customer's language and the merchant's look, with the link to the portal."""
        merchant: Merchant = customer.merchant
        language = locale or customer.locale or merchant.locale
        self.send(
            message,
            customer.email,
            language,
            Look.of_merchant(merchant, self.settings.base_url, language),
            portal_url=envelopes.portal_url(customer, self.settings.base_url),
            **content,
        )


# ── to customers ─────────────────────────────────────────────────────────────────────────────


def send_sign_in_code(
    post: Post, challenge: SignInChallenge, customer: Customer, code: str
) -> None:
    """The code as text: no address in this mail carries it, and the subject does not either."""
    post.send_to_customer(
        "sign_in_code",
        customer,
        locale=challenge.language_for(customer),
        code=grouped(code),
        minutes=int(LIFE.total_seconds() // 60),
    )


def send_invoice(post: Post, invoice: Invoice, pdf: bytes) -> None:
    """What is to be paid, by when and where, with the document attached."""
    post.send_to_customer(
        "invoice",
        invoice.customer,
        cc=invoice.customer.cc_emails,
        invoice=InvoiceContent.of(invoice),
        invoice_url=post.absolute(guest_link(invoice, post.keyring)),
        attachments=[Attachment(f"{invoice.number}.pdf", pdf)],
    )


def send_receipt(post: Post, invoice: Invoice, attachments: Sequence[Attachment]) -> None:
    """What was paid, with receipt and invoice attached."""
    post.send_to_customer(
        "receipt",
        invoice.customer,
        cc=invoice.customer.cc_emails,
        invoice=InvoiceContent.of(invoice),
        invoice_url=post.absolute(guest_link(invoice, post.keyring)),
        attachments=attachments,
    )


def send_canceled(post: Post, subscription: Subscription) -> None:
    """When the subscription ends, or that it has, and what of it is given back."""
    ended_at = subscription.ended_at
    post.send_to_customer(
        "canceled",
        subscription.customer,
        product=subscription.item.price.product.name,
        ends_at=subscription.ends_at,
        is_billed_on=subscription.cancel_at is not None
        and subscription.cancel_at > subscription.current_period_end,
        has_ended=ended_at is not None,
        credited=CreditNote.given_back(subscription.id, ended_at) if ended_at else 0,
        currency=subscription.currency,
    )


# ── to people who work for a merchant ────────────────────────────────────────────────────────


def send_confirmation(post: Post, email: str, locale: str, path: str) -> None:
    """Whoever opens the link owns the address that somebody signed up with."""
    post.send("confirmation", email, locale, Look.of_portal(), url=post.absolute(path))


def send_account_exists(post: Post, email: str, locale: str, path: str) -> None:
    """In place of the confirmation where somebody signs in with this address already."""
    post.send("account_exists", email, locale, Look.of_portal(), url=post.absolute(path))


def send_password_reset(post: Post, email: str, locale: str, path: str) -> None:
    """Whoever opens the link may choose a new password."""
    post.send("password_reset", email, locale, Look.of_portal(), url=post.absolute(path))

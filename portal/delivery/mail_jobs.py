"""The jobs that send mails: they find what the mail is about, and whether it is still true."""

from portal.accounts.account_tokens import MAIL_PURPOSE
from portal.accounts.users import User
from portal.billing.events import Event
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.payment_methods import PaymentMethod
from portal.billing.subscription_status import CollectionMethod
from portal.billing.subscriptions import Subscription
from portal.delivery import mail
from portal.delivery.envelopes import Attachment
from portal.delivery.jobs import Run, job
from portal.delivery.mail import Post
from portal.documents.store import invoice_pdf, receipt_pdf, render_documents
from portal.i18n import gettext_for
from portal.selfservice.sign_in_codes import PURPOSE as SIGN_IN_CODE
from portal.selfservice.sign_in_codes import SignInChallenge


def post_of(run: Run) -> Post:
    """Where the mails of a job are handed in; tried again, a mail has the same id."""
    return Post(run.settings, run.keyring, run.at, run.job.id)


# ── to customers ─────────────────────────────────────────────────────────────────────────────


@job
def send_sign_in_code(run: Run, challenge_id: str, code: str) -> None:
    """Nobody is told apart before this: here is where unknown addresses get no mail."""
    challenge = SignInChallenge.get_or_none(SignInChallenge.id == challenge_id)
    if challenge is None or not challenge.is_live(run.at):
        return
    customer = challenge.recipient()
    if customer:
        unsealed = run.keyring.unseal(SIGN_IN_CODE, code)
        mail.send_sign_in_code(post_of(run), challenge, customer, unsealed)


@job
def mail_invoice(run: Run, event: str) -> None:
    """Where the customer has to act: nothing is charged by itself, or nothing can be.

    The document of every invoice is made here, soon after it was issued, mail or not.
    """
    invoice = invoice_of(event)
    if invoice:
        render_documents(invoice.id)
    if invoice and invoice.is_payable and is_asked_for(invoice):
        mail.send_invoice(post_of(run), invoice, bytes(invoice_pdf(invoice).data))


def is_asked_for(invoice: Invoice) -> bool:
    """Whether the customer has to act: nothing is charged by itself, or nothing can be."""
    if not invoice.amount_due:
        return False
    by_itself = invoice.collection_method == CollectionMethod.CHARGE_AUTOMATICALLY
    return not (by_itself and PaymentMethod.default_of(invoice.customer_id))


@job
def mail_receipt(run: Run, event: str) -> None:
    """Unless nothing was paid: what a balance or a credit note settles needs no receipt."""
    invoice = invoice_of(event)
    if invoice is None or invoice.status != InvoiceStatus.PAID or not invoice.amount_paid:
        return
    number = invoice.number
    _ = gettext_for(invoice.document.get("language", "en"))
    receipt = _("Receipt")
    attachments = [
        Attachment(f"{number}-{receipt}.pdf", bytes(receipt_pdf(invoice).data)),
        Attachment(f"{number}.pdf", bytes(invoice_pdf(invoice).data)),
    ]
    mail.send_receipt(post_of(run), invoice, attachments)


@job
def mail_cancellation(run: Run, event: str) -> None:
    """Unless it was taken back before the mail could leave."""
    found = Event.get_or_none(Event.id == event)
    subscription = found and Subscription.get_or_none(Subscription.id == found.object_id)
    if subscription and subscription.ends_at:
        mail.send_canceled(post_of(run), subscription)


def invoice_of(event: str) -> Invoice | None:
    """The invoice that the event of a job is about."""
    found = Event.get_or_none(Event.id == event)
    return Invoice.get_or_none(Invoice.id == found.object_id) if found else None


# ── to people who work for a merchant ────────────────────────────────────────────────────────


@job
def send_confirmation(run: Run, email: str, locale: str, sealed: str) -> None:
    mail.send_confirmation(post_of(run), email, locale, path_of(run, sealed))


@job
def send_account_exists(run: Run, email: str, locale: str, sealed: str) -> None:
    mail.send_account_exists(post_of(run), email, locale, path_of(run, sealed))


@job
def send_password_reset(run: Run, user_id: str, locale: str, sealed: str) -> None:
    """Unless the member was deleted meanwhile."""
    user = User.get_or_none(User.id == user_id)
    if user:
        mail.send_password_reset(post_of(run), user.email, locale, path_of(run, sealed))


def path_of(run: Run, sealed: str) -> str:
    """Where the mail leads to; the token in it is readable with the secret key only."""
    return str(run.keyring.unseal(MAIL_PURPOSE, sealed)["path"])

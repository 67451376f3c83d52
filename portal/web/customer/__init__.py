"""Blueprint `customer`: what a customer sees, under /p."""

from typing import Any

from flask import Blueprint, abort, g, redirect, request, url_for
from htmx_flask import make_response
from htmx_flask import request as htmx_request

from portal.web.access import is_public, is_reading
from portal.web.customer import (
    accounts,
    balances,
    billing_information,
    brand,
    cancellation_reasons,
    cancellations,
    codes,
    credit_note_documents,
    default_payment_methods,
    drafts,
    entry,
    guest_invoices,
    home,
    invoice_archives,
    invoice_corrections,
    invoice_documents,
    invoices,
    mandate_revocations,
    mandates,
    pauses,
    payment_method_removals,
    payment_method_setups,
    payment_methods,
    payments,
    plan_changes,
    plan_withdrawals,
    promotion_codes,
    reinstatements,
    resubscriptions,
    resumptions,
    retention_acceptances,
    retention_offers,
    retention_questions,
    retention_refusals,
    sandbox_confirmations,
    sandbox_setups,
    sign_in,
    sign_ins,
    sign_outs,
    statement_documents,
    statements,
    subscribing,
    subscriptions,
    tax_ids,
    transfers,
)
from portal.web.customer.watcher import name_of_watcher
from portal.web.identity import over_portal_session, portal_session
from portal.web.zone import use_zone

bp = Blueprint("customer", __name__, url_prefix="/p")
bp.register_error_handler(entry.LinkInactive, entry.inactive)
bp.register_blueprint(sign_in.bp)
bp.register_blueprint(codes.bp)
bp.register_blueprint(sign_outs.bp)
bp.register_blueprint(accounts.bp)
bp.register_blueprint(sign_ins.bp)
bp.register_blueprint(home.bp)
bp.register_blueprint(subscriptions.bp)
bp.register_blueprint(plan_changes.bp)
bp.register_blueprint(plan_withdrawals.bp)
bp.register_blueprint(pauses.bp)
bp.register_blueprint(resumptions.bp)
bp.register_blueprint(resubscriptions.bp)
bp.register_blueprint(subscribing.bp)
bp.register_blueprint(cancellations.bp)
bp.register_blueprint(cancellation_reasons.bp)
bp.register_blueprint(retention_questions.bp)
bp.register_blueprint(retention_offers.bp)
bp.register_blueprint(retention_acceptances.bp)
bp.register_blueprint(retention_refusals.bp)
bp.register_blueprint(reinstatements.bp)
bp.register_blueprint(promotion_codes.bp)
bp.register_blueprint(billing_information.bp)
bp.register_blueprint(tax_ids.bp)
bp.register_blueprint(invoices.bp)
bp.register_blueprint(invoice_documents.bp)
bp.register_blueprint(invoice_archives.bp)
bp.register_blueprint(invoice_corrections.bp)
bp.register_blueprint(credit_note_documents.bp)
bp.register_blueprint(balances.bp)
bp.register_blueprint(statements.bp)
bp.register_blueprint(statement_documents.bp)
bp.register_blueprint(payments.bp)
bp.register_blueprint(payment_methods.bp)
bp.register_blueprint(payment_method_setups.bp)
bp.register_blueprint(default_payment_methods.bp)
bp.register_blueprint(payment_method_removals.bp)
bp.register_blueprint(guest_invoices.bp)
bp.register_blueprint(sandbox_setups.bp)
bp.register_blueprint(mandates.bp)
bp.register_blueprint(mandate_revocations.bp)
bp.register_blueprint(transfers.bp)
bp.register_blueprint(sandbox_confirmations.bp)


@bp.before_request
def require_customer() -> Any:
    """Deny by default: everything that is not marked public needs a running session."""
    session = portal_session()
    if session is None:
        return None if is_public() else to_sign_in()
    g.locale_of_merchant = session.merchant.locale
    use_zone(session.merchant)
    if session.is_impersonated and not is_reading():
        abort(403)
    return None


def to_sign_in() -> Any:
    """To the sign-in page, and from there back to the page that was wanted.

    A form that was sent is kept, and its page is the one to come back to.
    """
    is_form = request.method == "POST"
    page = drafts.keep(over_portal_session()) if is_form else request.full_path.rstrip("?")
    location = url_for("customer.sign_in.index", next=page or None)
    if htmx_request.htmx:
        return make_response("", redirect=location)
    return redirect(location, code=303)


@bp.context_processor
def layout() -> dict[str, Any]:
    session = portal_session()
    if session is None:
        return {}
    return brand.context(session.merchant, session.configuration, session) | {
        "impersonator": name_of_watcher(session)
    }

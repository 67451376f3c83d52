"""Blueprint `dashboard`: what the merchant sees, under /dashboard."""

from typing import Any

from flask import Blueprint, g, redirect, request, url_for
from htmx_flask import make_response
from htmx_flask import request as htmx_request

from portal.selfservice.branding import Branding
from portal.web.access import is_public
from portal.web.brand_urls import file_url
from portal.web.dashboard import (
    activity,
    bank_statement_confirmations,
    bank_statements,
    bank_transaction_assignments,
    bank_transaction_exclusions,
    billing_defaults,
    billing_resumptions,
    branding,
    branding_images,
    branding_previews,
    clock,
    confirmations,
    coupon_archives,
    coupons,
    credit_note_documents,
    credit_note_previews,
    credit_notes,
    customer_balances,
    customer_deletions,
    customer_exports,
    customer_import_confirmations,
    customer_imports,
    customer_tax_ids,
    customer_templates,
    customers,
    discount_removals,
    discounts,
    drafts,
    dunning,
    dunning_stops,
    going_live,
    invoice_archives,
    invoice_documents,
    invoice_previews,
    invoice_voidings,
    invoice_write_offs,
    invoices,
    languages,
    legal,
    login_links,
    outgoing_transfers,
    outside_payments,
    overview,
    password_changes,
    password_resets,
    payment_attempts,
    payment_reviews,
    portal_previews,
    portal_settings,
    portal_visits,
    price_archives,
    prices,
    product_archives,
    products,
    profile,
    promotion_code_archives,
    promotion_codes,
    provider_choices,
    providers,
    qr_codes,
    receipt_exports,
    receipts,
    refund_retries,
    retention_offers,
    sepa_batches,
    sepa_bookings,
    sepa_collections,
    sepa_returns,
    settings,
    setup,
    sharing,
    sharing_links,
    sign_in,
    sign_in_help,
    sign_outs,
    sign_ups,
    statement_documents,
    statements,
    subscription_cancellations,
    subscription_pauses,
    subscription_plan_changes,
    subscription_plan_withdrawals,
    subscription_previews,
    subscription_reinstatements,
    subscription_resumptions,
    subscriptions,
)
from portal.web.identity import dashboard_session
from portal.web.previews import bp as previews
from portal.web.zone import use_zone

bp = Blueprint("dashboard", __name__, url_prefix="/dashboard")


@bp.before_request
def require_member() -> Any:
    """Deny by default: everything that is not marked public needs a running session."""
    session = dashboard_session()
    if session is None:
        return None if is_public() else to_sign_in()
    g.locale_of_merchant = session.user.merchant.locale
    use_zone(session.user.merchant)
    return None


def to_sign_in() -> Any:
    if request.method == "GET":
        wanted = request.full_path.rstrip("?")
    else:
        drafts.keep()
        wanted = drafts.page_of_form()
    location = url_for("dashboard.sign_in.new", next=wanted)
    if htmx_request.htmx:
        return make_response("", redirect=location)
    return redirect(location, code=303)


@bp.context_processor
def layout() -> dict[str, Any]:
    session = dashboard_session()
    if session is None:
        return {}
    merchant = session.user.merchant
    return {
        "merchant": merchant,
        "merchant_icon": lambda: file_url(Branding.of(merchant).icon),
        "user": session.user,
        "sign_out_url": "/dashboard/sign-out",
    }


for room in (
    activity,
    bank_statement_confirmations,
    bank_statements,
    bank_transaction_assignments,
    bank_transaction_exclusions,
    billing_defaults,
    billing_resumptions,
    branding,
    branding_images,
    branding_previews,
    clock,
    confirmations,
    coupon_archives,
    coupons,
    credit_note_documents,
    credit_note_previews,
    credit_notes,
    customer_balances,
    customer_deletions,
    customer_exports,
    customer_import_confirmations,
    customer_imports,
    customer_tax_ids,
    customer_templates,
    customers,
    discount_removals,
    discounts,
    drafts,
    dunning,
    dunning_stops,
    going_live,
    invoice_archives,
    invoice_documents,
    invoice_previews,
    invoice_voidings,
    invoice_write_offs,
    invoices,
    languages,
    legal,
    login_links,
    outgoing_transfers,
    outside_payments,
    overview,
    payment_attempts,
    payment_reviews,
    password_changes,
    password_resets,
    portal_previews,
    portal_settings,
    portal_visits,
    price_archives,
    prices,
    product_archives,
    products,
    profile,
    promotion_code_archives,
    promotion_codes,
    provider_choices,
    providers,
    qr_codes,
    receipt_exports,
    receipts,
    refund_retries,
    sepa_batches,
    sepa_bookings,
    sepa_collections,
    sepa_returns,
    retention_offers,
    settings,
    setup,
    sharing,
    sharing_links,
    sign_in,
    sign_in_help,
    sign_outs,
    sign_ups,
    statement_documents,
    statements,
    subscription_cancellations,
    subscription_previews,
    subscription_reinstatements,
    subscription_pauses,
    subscription_plan_changes,
    subscription_plan_withdrawals,
    subscription_resumptions,
    subscriptions,
):
    bp.register_blueprint(room.bp)
bp.register_blueprint(previews)

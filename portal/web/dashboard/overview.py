"""The first page after signing in: what is left to set up, and how the business is doing."""

from datetime import datetime
from typing import Any

from flask import Blueprint
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext, ngettext

from portal import formatting
from portal.billing import figures, reviews
from portal.billing.merchants import Merchant
from portal.billing.money import Money
from portal.billing.subscription_status import S
from portal.selfservice.first_steps import first_steps
from portal.selfservice.offer_figures import outcomes_by_kind
from portal.selfservice.retention_offers import OfferKind
from portal.web.dashboard.scope import the_merchant, the_user
from portal.web.labels import CANCELLATION_REASONS
from portal.web.legal_words import lacking_words
from portal.web.locale import language
from portal.web.pages import money, render_page
from portal.web.zone import moment

bp = Blueprint("overview", __name__)
OFFER_KINDS = {
    OfferKind.DISCOUNT: _l("Discount"),
    OfferKind.PAUSE: lazy_pgettext("offer", "Pause"),
    OfferKind.CHEAPER_PLAN: _l("Cheaper plan"),
}


@bp.get("", strict_slashes=False)
def show() -> Any:
    merchant, at = the_merchant(), moment()
    counts = figures.subscriptions_by_status(merchant)
    owed = figures.owed(merchant, at)
    months = figures.months_until(merchant, at)
    paid = figures.paid_by_month(merchant, months)
    context: dict[str, Any] = {}
    if counts or owed or paid:
        reasons = figures.cancellations_by_reason(merchant, at)
        context = {
            "active_count": counts.get(S.ACTIVE, 0) + counts.get(S.PAST_DUE, 0),
            "trial_count": counts.get(S.TRIALING, 0),
            "revenue": figures.monthly_recurring_revenue(merchant) or [Money(0, merchant.currency)],
            "owed": owed,
            "cancellation_count": sum(reasons.values()),
            "reasons": reason_points(reasons),
            "offers": offer_points(merchant, at),
            "paid": paid_charts(merchant, months, paid),
            "flow": flow_points(merchant, months),
            "review_count": reviews.count_waiting(merchant),
            "sign_in_count": figures.portal_sign_ins(merchant, at),
        }
    return render_page(
        "dashboard/overview/show.html",
        steps=first_steps(merchant),
        has_figures=bool(context),
        lacking=lacking_words(merchant),
        name=the_user().name,
        **context,
    )


def month_labels(months: Any) -> list[str]:
    return [formatting.month_medium(month, language()) for month in months]


def paid_charts(
    merchant: Merchant, months: Any, paid: dict[str, list[int]]
) -> list[dict[str, Any]]:
    """A chart for each currency, the merchant's own first; it is there even without income."""
    others = sorted(set(paid) - {merchant.currency})
    labels = month_labels(months)
    charts = []
    for currency in (merchant.currency, *others):
        amounts = paid.get(currency, [0] * len(labels))
        points = [
            (label, amount, money(amount, currency))
            for label, amount in zip(labels, amounts, strict=True)
        ]
        charts.append(
            {"currency": currency, "points": points, "total": money(sum(amounts), currency)}
        )
    return charts


def flow_points(merchant: Merchant, months: Any) -> dict[str, list[tuple[str, int, str]]]:
    """Subscriptions that began, and those that ended."""
    flows = figures.flow_by_month(merchant, months)
    return {
        name: [
            (label, count, formatting.number(count, language()))
            for label, count in zip(month_labels(months), counts, strict=True)
        ]
        for name, counts in (
            ("begun", [flow.begun for flow in flows]),
            ("ended", [flow.ended for flow in flows]),
        )
    }


def reason_points(reasons: dict[str, int]) -> list[tuple[str, int, str]]:
    return [
        (
            str(CANCELLATION_REASONS.get(code, code)) if code else _("No reason given"),
            count,
            ngettext("%(num)s cancellation", "%(num)s cancellations", count),
        )
        for code, count in reasons.items()
    ]


def offer_points(merchant: Merchant, at: datetime) -> list[tuple[str, int, str]]:
    return [
        (
            str(OFFER_KINDS[found.kind]),
            found.made,
            _(
                "%(made)s made, %(accepted)s accepted, %(declined)s declined",
                made=formatting.number(found.made, language()),
                accepted=formatting.number(found.accepted, language()),
                declined=formatting.number(found.declined, language()),
            ),
        )
        for found in outcomes_by_kind(merchant, at)
    ]

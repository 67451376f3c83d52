"""What is offered to customers who want to leave, by the reason that they give."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext, pgettext
from wtforms import BooleanField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange

from portal.billing.coupons import Coupon
from portal.billing.products import Price, Product
from portal.database import write
from portal.selfservice.cancellations import reasons_of
from portal.selfservice.configurations import PortalConfiguration
from portal.selfservice.retention_offers import OfferKind, OfferTerms, RetentionOffer
from portal.web.coupon_words import coupon_words
from portal.web.dashboard.scope import the_configuration, the_merchant
from portal.web.forms import Choice, Form, WholeNumber
from portal.web.labels import CANCELLATION_REASONS
from portal.web.pages import render_page, see
from portal.web.price_words import price_words
from portal.web.zone import moment

bp = Blueprint("retention_offers", __name__, url_prefix="/portal/offers")
PAUSES = (1, 2, 3, 6, 12)
MOST_CHOICES = 200
MONTHS = _l("Enter a number between 1 and 36.")


class OffersForm(Form):
    """Further fields, `offer_0` and so on, stand for the reasons in their order."""

    makes_offers = BooleanField(_l("Make an offer before a cancellation"))
    offer_months = WholeNumber(
        _l("Months until the same customer is made another offer"),
        validators=[InputRequired(MONTHS), NumberRange(1, 36, MONTHS)],
    )
    reasons: list[str]

    @property
    def by_reason(self) -> list[Any]:
        return [self[f"offer_{number}"] for number in range(len(self.reasons))]

    @property
    def terms(self) -> dict[str, OfferTerms]:
        chosen = zip(self.reasons, self.by_reason, strict=True)
        return {reason: terms_of(field.data) for reason, field in chosen if field.data}

    def validate(self, extra_validators: Any = None) -> bool:
        is_shaped = super().validate(extra_validators)
        if self.makes_offers.data and not any(field.data for field in self.by_reason):
            nothing = _("Choose an offer for at least one reason, or switch offers off.")
            self.makes_offers.errors = [nothing]
            return False
        return is_shaped


@bp.get("")
def edit() -> Any:
    configuration = the_configuration()
    form = form_for(configuration)
    offers = RetentionOffer.by_reason(configuration)
    form.fill(
        makes_offers=configuration.makes_offers,
        offer_months=configuration.offer_months,
        **{
            f"offer_{number}": value_of(offers[reason].terms) if reason in offers else ""
            for number, reason in enumerate(form.reasons)
        },
    )
    return _page(form)


@bp.post("")
def update() -> Any:
    configuration = the_configuration()
    form = form_for(configuration)
    if not form.validate():
        return _page(form, status=422)
    at = moment()
    with write():
        configuration.change(
            at=at, makes_offers=bool(form.makes_offers.data), offer_months=form.offer_months.data
        )
        RetentionOffer.replace(configuration, form.terms, at=at)
    return see(url_for(".edit"), _("The offers are saved."))


def form_for(configuration: PortalConfiguration) -> OffersForm:
    """A select for each reason that customers can give."""
    reasons, choices = reasons_of(configuration), choices_for(configuration)
    fields = {
        f"offer_{number}": Choice(
            CANCELLATION_REASONS.get(reason, reason), choices=choices, default=""
        )
        for number, reason in enumerate(reasons)
    }
    form: OffersForm = type("OffersForm", (OffersForm,), fields)()
    form.reasons = reasons
    return form


def choices_for(configuration: PortalConfiguration) -> list[SelectChoice]:
    """All that can be offered, and what is offered already even where it is put away."""
    kept = RetentionOffer.by_reason(configuration).values()
    return [
        SelectChoice("", _("No offer")),
        *_discounts({offer.coupon_id for offer in kept}),
        *_pauses({offer.pause_months for offer in kept}),
        *_plans({offer.price_id for offer in kept}),
    ]


def _discounts(kept: set[str | None]) -> list[SelectChoice]:
    mine = (Coupon.merchant == the_merchant()) & Coupon.id.in_([id_ for id_ in kept if id_])
    found = [
        *Coupon.givable(the_merchant(), moment()).limit(MOST_CHOICES),
        *Coupon.select().where(mine),
    ]
    coupons = {coupon.id: coupon for coupon in found}
    return [
        SelectChoice(
            f"{OfferKind.DISCOUNT}:{coupon.id}",
            _(
                "Discount: %(coupon)s (%(words)s)",
                coupon=coupon.name,
                words=coupon_words(coupon),
            ),
            optgroup=_("Discount"),
        )
        for coupon in coupons.values()
    ]


def _pauses(kept: set[int | None]) -> list[SelectChoice]:
    return [
        SelectChoice(
            f"{OfferKind.PAUSE}:{months}",
            ngettext("Pause for one month", "Pause for %(num)s months", months),
            optgroup=pgettext("offer", "Pause"),
        )
        for months in sorted({*PAUSES, *(months for months in kept if months)})
    ]


def _plans(kept: set[str | None]) -> list[SelectChoice]:
    is_sold = Price.archived_at.is_null() & Product.archived_at.is_null()
    query = (
        Price.select(Price, Product)
        .join(Product)
        .where((Price.merchant == the_merchant()) & Price.interval.is_null(False))
        .where(is_sold | Price.id.in_([id_ for id_ in kept if id_]))
        .order_by(Product.name, Price.unit_amount, Price.id)
        .limit(MOST_CHOICES)
    )
    return [
        SelectChoice(
            f"{OfferKind.CHEAPER_PLAN}:{price.id}",
            _(
                "Change to %(product)s, %(price)s",
                product=price.product.name,
                price=price_words(price, price.product.unit_label),
            ),
            optgroup=_("Cheaper plan"),
        )
        for price in query
    ]


def value_of(terms: OfferTerms) -> str:
    return f"{terms.kind}:{terms.coupon_id or terms.pause_months or terms.price_id}"


def terms_of(value: str) -> OfferTerms:
    """What a choice stands for; only values that were offered come this far."""
    kind, _, what = value.partition(":")
    match OfferKind(kind):
        case OfferKind.DISCOUNT:
            return OfferTerms(OfferKind.DISCOUNT, coupon_id=what)
        case OfferKind.PAUSE:
            return OfferTerms(OfferKind.PAUSE, pause_months=int(what))
    return OfferTerms(OfferKind.CHEAPER_PLAN, price_id=what)


def _page(form: OffersForm, status: int = 200) -> Any:
    return render_page("dashboard/retention_offers/edit.html", status=status, form=form)

"""What customers can do in the portal: one page of options, with a preview beside it."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from portal.accounts.settings import change_merchant
from portal.database import write
from portal.selfservice.configurations import (
    LONGEST_HEADLINE,
    LONGEST_REASON,
    MOST_OWN_REASONS,
    REASONS,
    CancellationMode,
    CancellationProration,
    PortalConfiguration,
)
from portal.selfservice.login_links import LoginLink
from portal.web.dashboard.plan_settings import PLAN_SWITCHES, PlanFields, stored_data
from portal.web.dashboard.scope import the_configuration, the_merchant
from portal.web.dashboard.settings import web_address
from portal.web.forms import Checkboxes, NoCardNumber, TextLine
from portal.web.labels import CANCELLATION_REASONS
from portal.web.pages import render_page, see
from portal.web.settings import absolute
from portal.web.zone import moment

bp = Blueprint("portal_settings", __name__, url_prefix="/portal")
OF_MERCHANT = ("terms_url", "privacy_url")
SWITCHES = (
    "shows_invoices",
    "allows_invoice_corrections",
    "updates_name",
    "updates_address",
    "updates_phone",
    "updates_shipping",
    "updates_tax_ids",
    "updates_payment_methods",
    "allows_cancellation",
    "asks_for_reason",
)


class PortalForm(PlanFields):
    shows_invoices = BooleanField(_l("Show the invoice history"))
    allows_invoice_corrections = BooleanField(_l("Customers can ask for a corrected invoice"))
    updates_name = BooleanField(_l("Name and company"))
    updates_address = BooleanField(_l("Billing address"))
    updates_phone = BooleanField(_l("Phone number"))
    updates_shipping = BooleanField(_l("Shipping address"))
    updates_tax_ids = BooleanField(_l("Tax IDs"))
    updates_payment_methods = BooleanField(_l("Add, remove and choose payment methods"))
    allows_cancellation = BooleanField(_l("Customers can cancel subscriptions"))
    cancellation_mode = RadioField(
        _l("When does a cancelled subscription end?"),
        choices=[
            SelectChoice(CancellationMode.AT_PERIOD_END, _l("At the end of the period")),
            SelectChoice(CancellationMode.IMMEDIATELY, _l("Immediately")),
        ],
        validators=[InputRequired(_l("Choose when a cancelled subscription ends."))],
    )
    credits_rest = BooleanField(_l("Give back what was paid for the rest of the period"))
    asks_for_reason = BooleanField(_l("Ask for a reason"))
    reasons = Checkboxes(
        _l("Reasons to choose from"),
        choices=[SelectChoice(reason, CANCELLATION_REASONS[reason]) for reason in REASONS],
    )
    own_reasons = TextAreaField(_l("Your own reasons"), validators=[NoCardNumber()])
    headline = TextLine(
        _l("Headline"),
        validators=[
            Length(max=LONGEST_HEADLINE, message=_l("Use at most 60 characters.")),
            NoCardNumber(),
        ],
    )
    terms_url = web_address(_l("Terms of service"))
    privacy_url = web_address(_l("Privacy policy"))
    default_return_url = web_address(_l("Where customers return to"))

    def validate_own_reasons(self, field: Any) -> None:
        lines = self.own_lines()
        if len(lines) > MOST_OWN_REASONS:
            raise ValidationError(_("Give at most ten reasons of your own."))
        if any(len(line) > LONGEST_REASON for line in lines):
            raise ValidationError(_("A reason has at most 100 characters."))

    def validate_asks_for_reason(self, field: Any) -> None:
        if field.data and not self.reasons.data and not self.own_lines():
            raise ValidationError(_("Choose at least one reason, or do not ask."))

    def own_lines(self) -> list[str]:
        """One a line, without empty or doubled ones."""
        stripped = [line.strip() for line in (self.own_reasons.data or "").splitlines()]
        return list(dict.fromkeys(line for line in stripped if line))

    def options(self) -> dict[str, Any]:
        """What is to be stored in the configuration."""
        switches = {name: bool(self[name].data) for name in SWITCHES}
        return (
            switches
            | self.plan_options()
            | {
                "cancellation_mode": CancellationMode(self.cancellation_mode.data),
                "cancellation_proration": CancellationProration.CREDIT
                if self.credits_rest.data
                else CancellationProration.NONE,
                "reasons": [reason for reason in REASONS if reason in (self.reasons.data or [])],
                "own_reasons": self.own_lines(),
                "headline": self.headline.data or "",
                "default_return_url": self.default_return_url.data or "",
            }
        )


@bp.get("")
def edit() -> Any:
    return form_page(stored_form())


@bp.post("")
def update() -> Any:
    form = portal_form()
    if not form.validate():
        return form_page(form, status=422)
    merchant, at = the_merchant(), moment()
    links = {name: form[name].data or "" for name in OF_MERCHANT}
    with write():
        the_configuration().change(at=at, **form.options())
        change_merchant(merchant, at=at, **links)
    return see(url_for("dashboard.portal_settings.edit"), _("The portal is saved."))


def stored_form() -> PortalForm:
    """The form as the portal is configured now."""
    configuration, merchant = the_configuration(), the_merchant()
    return portal_form(
        data=stored_data(configuration)
        | {name: getattr(configuration, name) for name in (*SWITCHES, "reasons", "headline")}
        | {name: getattr(merchant, name) for name in OF_MERCHANT}
        | {
            "cancellation_mode": configuration.cancellation_mode,
            "credits_rest": configuration.cancellation_proration == CancellationProration.CREDIT,
            "default_return_url": configuration.default_return_url,
            "own_reasons": "\n".join(configuration.own_reasons),
        }
    )


def portal_form(**given: Any) -> PortalForm:
    """The form, with the catalogue to choose from."""
    return PortalForm(**given).offer(the_merchant(), the_configuration())


def form_page(form: PortalForm, status: int = 200) -> Any:
    configuration: PortalConfiguration = the_configuration()
    link = LoginLink.active_of(configuration)
    return render_page(
        "dashboard/portal/edit.html",
        fragment="preview",
        status=status,
        form=form,
        link=link,
        link_url=absolute(link.path()) if link else "",
        preview_url=preview_url(form),
    )


def preview_url(form: PortalForm) -> str:
    """The portal's first page as the form describes it; addresses only as being there."""
    names = (*SWITCHES, *PLAN_SWITCHES)
    switched_on: dict[str, Any] = {name: "1" for name in names if form[name].data}
    given: dict[str, Any] = {
        name: "1" for name in (*OF_MERCHANT, "default_return_url") if form[name].data
    }
    headline = (form.headline.data or "")[:LONGEST_HEADLINE]
    return url_for(
        "dashboard.previews.show", kind="home", headline=headline, **switched_on, **given
    )

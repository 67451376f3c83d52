"""Receipts by day and VAT rate: a table, to be taken along as a file."""

from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from flask import Blueprint, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired, ValidationError

from portal.billing.receipt_movements import BuyerKind
from portal.billing.receipt_splits import Rate
from portal.billing.receipts_report import LONGEST, ReceiptsReport, last_month, receipts_of
from portal.formatting import percent
from portal.web.dashboard.scope import the_merchant
from portal.web.forms import Day, Form
from portal.web.locale import language
from portal.web.pages import render_page
from portal.web.zone import moment

bp = Blueprint("receipts", __name__, url_prefix="/invoices/receipts")

# The file has all of them.
MOST_SHOWN = 200
BUYERS = MappingProxyType(
    {
        BuyerKind.BUSINESS: _l("Business in your country"),
        BuyerKind.CONSUMER: _l("Consumer in your country"),
        BuyerKind.ABROAD: _l("Abroad"),
    }
)
# Without the usual rate, by category of EN 16931.
CATEGORIES = MappingProxyType(
    {
        "E": _l("Exempt from VAT"),
        "AE": _l("Reverse charge"),
        "K": _l("Intra-Community supply"),
        "G": _l("Outside the EU"),
        "O": _l("Outside the scope of VAT"),
    }
)


class PeriodForm(Form):
    first = Day(_l("First day"), name="from", validators=[InputRequired(_l("Enter a date."))])
    last = Day(_l("Last day"), name="to", validators=[InputRequired(_l("Enter a date."))])

    def validate_last(self, field: Any) -> None:
        if not self.first.data or not field.data:
            return
        if field.data < self.first.data:
            raise ValidationError(_("The last day lies before the first."))
        if (field.data - self.first.data).days >= LONGEST:
            raise ValidationError(_("At most %(days)s days at once.", days=LONGEST))

    def report(self) -> ReceiptsReport:
        """What was received on these days, both included."""
        after = self.last.data + timedelta(days=1)
        return receipts_of(the_merchant(), self.first.data, after)


@bp.app_template_filter()
def vat_rate(rate: Rate) -> str:
    """ "19 %", or in words why there is none."""
    if rate.category in CATEGORIES:
        return str(CATEGORIES[rate.category])
    return percent(Decimal(rate.percent).scaleb(-2), language())


@bp.get("")
def index() -> Any:
    """The days `from` … `to`, or the last complete month."""
    if not request.args.keys() & {"from", "to"}:
        return page(PeriodForm(data=usual(), meta={"csrf": False}))
    form = PeriodForm(request.args, meta={"csrf": False})
    return page(form) if form.validate() else page(form, 422)


def page(form: PeriodForm, status: int = 200) -> Any:
    return render_page(
        "dashboard/receipts/index.html",
        status=status,
        form=form,
        report=form.report() if status == 200 else None,
        most_shown=MOST_SHOWN,
        buyers=BUYERS,
    )


def usual() -> dict[str, date]:
    first, last = last_month(the_merchant().day(moment()))
    return {"first": first, "last": last}

"""What is typed about a price, and what it means."""

from collections.abc import Iterator
from typing import Any

import wtforms
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, IntegerField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from portal import formatting
from portal.billing.errors import BillingError
from portal.billing.money import EXPONENTS, MAX_QUANTITY
from portal.billing.periods import MAX_COUNT, Interval
from portal.billing.pricing import TIERED, PriceModel
from portal.billing.products import Price
from portal.billing.tax import TaxBehavior
from portal.web.choices import currencies
from portal.web.errors import refusal
from portal.web.forms import Choice, Form, NoCardNumber, TextLine
from portal.web.locale import language

MOST_TIERS = 20
FEWEST_ROWS = 2
LONGEST_TRIAL = 730
LONGEST_AMOUNT = 40
ONE_TIME, RECURRING = "one_time", "recurring"
WRONG_TIERS = ("tiers_missing", "tiers_not_ascending", "last_tier_not_open")


class TierForm(wtforms.Form):
    """One row: until which unit, at which amounts. An empty row is no tier."""

    up_to = TextLine(_l("Last unit"), validators=[Length(max=LONGEST_AMOUNT)])
    unit_amount = TextLine(_l("Per unit"), validators=[Length(max=LONGEST_AMOUNT)])
    flat_amount = TextLine(_l("Flat fee"), validators=[Length(max=LONGEST_AMOUNT)])

    @property
    def is_empty(self) -> bool:
        return not any(field.data for field in self)


class PriceForm(Form):
    """A price as it is made; only its nickname changes afterwards."""

    kind = RadioField(
        _l("How often it is paid"),
        choices=[
            SelectChoice(RECURRING, _l("Recurring")),
            SelectChoice(ONE_TIME, _l("Once")),
        ],
        default=RECURRING,
    )
    model = RadioField(
        _l("How it is calculated"),
        choices=[
            SelectChoice(PriceModel.FLAT.value, _l("The same for every unit")),
            SelectChoice(PriceModel.PACKAGE.value, _l("By the package")),
            SelectChoice(PriceModel.GRADUATED.value, _l("Graduated tiers")),
            SelectChoice(PriceModel.VOLUME.value, _l("Volume tiers")),
        ],
        default=PriceModel.FLAT.value,
    )
    currency = Choice(_l("Currency"))
    unit_amount = TextLine(_l("Amount"), validators=[Length(max=LONGEST_AMOUNT)])
    package_size = TextLine(_l("Units in a package"), validators=[Length(max=LONGEST_AMOUNT)])
    tiers = FieldList(FormField(TierForm), label=_l("Tiers"), max_entries=MOST_TIERS)
    interval_count = IntegerField(_l("Billed every"), default=1, validators=[Optional()])
    interval = Choice(
        _l("Unit of time"),
        choices=[
            SelectChoice(Interval.DAY.value, _l("days")),
            SelectChoice(Interval.WEEK.value, _l("weeks")),
            SelectChoice(Interval.MONTH.value, _l("months")),
            SelectChoice(Interval.YEAR.value, _l("years")),
        ],
        default=Interval.MONTH.value,
    )
    tax_behavior = RadioField(
        _l("VAT"),
        choices=[
            SelectChoice(TaxBehavior.INCLUSIVE.value, _l("Included in the amount")),
            SelectChoice(TaxBehavior.EXCLUSIVE.value, _l("Added to the amount")),
        ],
        default=TaxBehavior.INCLUSIVE.value,
    )
    trial_days = IntegerField(_l("Free trial in days"), default=0, validators=[Optional()])
    nickname = TextLine(_l("Nickname"), validators=[Length(max=250), NoCardNumber()])
    lookup_key = TextLine(_l("Lookup key"), validators=[Length(max=200), NoCardNumber()])

    def offer(self, currency: str) -> "PriceForm":
        """Fill in what depends on the reader and the merchant, and rows to type tiers into."""
        self.currency.choices = currencies()
        if not self.is_submitted():
            self.currency.data = currency
        while len(self.tiers) < FEWEST_ROWS:
            self.tiers.append_entry()
        return self

    def add_tier(self) -> None:
        """One more row to type into."""
        if len(self.tiers) < MOST_TIERS:
            self.tiers.append_entry()

    def validate(self, extra_validators: Any = None) -> bool:
        # All of them, so that everything that is wrong is said at once.
        is_shaped = super().validate(extra_validators)
        return self.reads_as_price() and is_shaped

    def reads_as_price(self) -> bool:
        """Whether what was typed makes a price; complaints stand at the fields."""
        self.price = Reading(self).price
        return self.price is not None

    @property
    def given(self) -> dict[str, Any]:
        """What `Product.add_price` takes. Only after `validate`."""
        names = ("currency", "model", "unit_amount", "package_size", "tiers_data", "tax_behavior")
        more = ("interval", "interval_count", "trial_days", "nickname", "lookup_key")
        return {name: getattr(self.price, name) for name in names + more}


class Reading:
    """Reads the fields that matter for the chosen model; `price` is None if one is wrong."""

    def __init__(self, form: PriceForm) -> None:
        self.form = form
        self.is_well = True
        price = self._price() if form.currency.data in EXPONENTS else None
        self.price = price if self.is_well else None
        # What is wrong in a row is wrong with the rows: the summary looks there.
        form.tiers.errors = [entry.errors for entry in form.tiers if entry.errors]

    def _price(self) -> Price | None:
        form = self.form
        model = _member(PriceModel, form.model.data)
        tax = _member(TaxBehavior, form.tax_behavior.data)
        if model is None or tax is None:
            return None
        price = Price(
            currency=form.currency.data,
            model=model,
            tax_behavior=tax,
            nickname=form.nickname.data or "",
            lookup_key=form.lookup_key.data or None,
        )
        self._read_amounts(price)
        if form.kind.data != ONE_TIME:
            self._read_interval(price)
        if self.is_well:
            try:
                price.check()
            except BillingError as refused:
                self._complain_of(refused)
        return price

    def _read_amounts(self, price: Price) -> None:
        if price.model in TIERED:
            price.tiers_data = list(self._tiers())
            return
        price.unit_amount = self._amount(self.form.unit_amount) or 0
        if price.model == PriceModel.PACKAGE:
            price.package_size = self._count(self.form.package_size) or 1

    def _tiers(self) -> Iterator[dict[str, int | None]]:
        rows = [entry.form for entry in self.form.tiers if not entry.form.is_empty]
        for row in rows:
            is_open = row is rows[-1] and not row.up_to.data
            yield {
                "up_to": None if is_open else self._count(row.up_to),
                "unit_amount": self._amount(row.unit_amount, missing=0),
                "flat_amount": self._amount(row.flat_amount, missing=0),
            }

    def _read_interval(self, price: Price) -> None:
        form = self.form
        price.interval = _member(Interval, form.interval.data)
        if price.interval is None:
            self.is_well = False
            return
        most = MAX_COUNT[price.interval]
        price.interval_count = self._within(form.interval_count, 1, most)
        price.trial_days = self._within(form.trial_days, 0, LONGEST_TRIAL)

    def _within(self, field: Any, least: int, most: int) -> int:
        if field.data is None and not field.errors and not least:
            return least
        if field.data is None or not least <= field.data <= most:
            said = gettext(
                "Enter a whole number from %(least)s to %(most)s.",
                least=formatting.number(least, language()),
                most=formatting.number(most, language()),
            )
            field.errors = []
            self._complain(field, said)
            return least
        return int(field.data)

    def _count(self, field: Any) -> int | None:
        text = (field.data or "").strip()
        if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MAX_QUANTITY):
            self._complain(field, gettext("Enter a whole number above zero."))
            return None
        return int(text)

    def _amount(self, field: Any, missing: int | None = None) -> int | None:
        if not field.data and missing is not None:
            return missing
        currency = self.form.currency.data
        try:
            return formatting.parse_amount(field.data or "", currency, language())
        except formatting.NotAnAmount:
            example = formatting.amount_digits(1900, currency, language())
            self._complain(field, gettext("Enter an amount such as %(example)s.", example=example))
            return None

    def _complain(self, field: Any, words: str) -> None:
        self.is_well = False
        if words not in field.errors:
            field.errors = [*field.errors, words]

    def _complain_of(self, refused: BillingError) -> None:
        """Wrong tiers are named at the row to mend: the last that is filled, or the first."""
        if refused.code not in WRONG_TIERS:
            self.is_well = False
            self.form.form_errors.append(refusal(refused))
            return
        rows = [entry.form for entry in self.form.tiers]
        filled = [row for row in rows if not row.is_empty]
        self._complain(filled[-1].up_to if filled else rows[0].unit_amount, refusal(refused))


def _member(kind: Any, value: str | None) -> Any:
    try:
        return kind(value)
    except ValueError:
        return None

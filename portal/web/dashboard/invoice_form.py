"""The form of a single invoice: lines from prices or in the merchant's own words."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, SelectField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from portal.billing.customers import Customer
from portal.billing.errors import BillingError
from portal.billing.invoicing import Item
from portal.billing.money import check_amount
from portal.billing.products import Price, Product
from portal.billing.tax import TaxBehavior
from portal.billing.tax_codes import DEFAULT_TAX_CODE, TAX_CODES
from portal.web.dashboard import billing_fields
from portal.web.dashboard.billing_fields import AmountField, refuse
from portal.web.dashboard.product_form import TAX_CODE_LABELS
from portal.web.dashboard.scope import the_merchant
from portal.web.errors import refusal
from portal.web.forms import Form, NoCardNumber, TextLine
from portal.web.pages import money

MOST_LINES = 20
LONGEST_DESCRIPTION = 500
LONGEST_NOTE = 1000


class LineForm(PlainForm):
    price = SelectField(_l("Price"), default="")
    description = TextLine(
        _l("Description"),
        validators=[
            Length(max=LONGEST_DESCRIPTION, message=_l("At most 500 characters.")),
            NoCardNumber(),
        ],
    )
    quantity = billing_fields.quantity()
    amount = AmountField(_l("Unit price"))
    tax_code = SelectField(
        _l("Kind of product"),
        choices=[SelectChoice(code, TAX_CODE_LABELS[code]) for code in TAX_CODES],
        default=DEFAULT_TAX_CODE,
    )
    tax_behavior = SelectField(
        _l("The unit price is"),
        choices=[
            SelectChoice(TaxBehavior.INCLUSIVE, _l("including VAT")),
            SelectChoice(TaxBehavior.EXCLUSIVE, _l("plus VAT")),
        ],
        default=TaxBehavior.INCLUSIVE,
    )

    currency = ""
    prices: dict[str, Price] = {}
    is_only = False
    item: Item | None = None

    @property
    def is_blank(self) -> bool:
        return not (self.price.data or self.description.data or self.amount.data)

    def validate(self, extra_validators: Any = None) -> bool:
        """Finds the `item` of the line. A blank line is left out, unless it is the only one."""
        if self.is_blank and not self.is_only:
            return True
        if not super().validate(extra_validators):
            return False
        price = self.prices.get(self.price.data or "")
        try:
            self.item = (
                Item.of_price(price, self.quantity.data or 0)
                if price
                else self._own_item(self.currency)
            )
        except BillingError as error:
            refuse(self.quantity, refusal(error))
        return not self.errors

    def _own_item(self, currency: str) -> Item | None:
        unit_amount = self.amount.check(currency)
        if not self.description.data:
            refuse(self.description, gettext("Say what this line is for, or choose a price."))
        if unit_amount is None:
            if not self.amount.errors:
                refuse(self.amount, gettext("Enter the price of one unit."))
            return None
        return Item(
            description=self.description.data,
            quantity=self.quantity.data or 0,
            amount=check_amount(unit_amount * (self.quantity.data or 0)),
            unit_amount=unit_amount,
            tax_behavior=TaxBehavior(self.tax_behavior.data),
            tax_code=self.tax_code.data,
        )


class InvoiceForm(Form):
    lines = FieldList(FormField(LineForm), min_entries=1, max_entries=MOST_LINES)
    days_until_due = billing_fields.days_until_due()
    note = TextAreaField(
        _l("Note on the invoice"),
        validators=[
            Length(max=LONGEST_NOTE, message=_l("At most 1,000 characters.")),
            NoCardNumber(),
        ],
    )

    def offer(self, customer: Customer) -> "InvoiceForm":
        """One-time prices in the currency of this invoice."""
        self.currency = customer.currency or the_merchant().currency
        self.prices = {price.id: price for price in one_time_prices(self.currency)}
        self._prepare()
        return self

    def add_line(self) -> None:
        if len(self.lines) < MOST_LINES:
            self.lines.append_entry()
            self._prepare()

    def remove_line(self, index: str) -> None:
        """The line at that place goes; one stays."""
        entries = self.lines.entries
        if index.isascii() and index.isdigit() and int(index) < len(entries) > 1:
            del entries[int(index)]

    def items(self) -> list[Item]:
        """What is to be billed, once the form was found valid."""
        return [line.form.item for line in self.lines if line.form.item]

    def _prepare(self) -> None:
        choices = [
            SelectChoice("", gettext("Own words and amount")),
            *(SelectChoice(price.id, _label(price)) for price in self.prices.values()),
        ]
        blank = [line.form.is_blank for line in self.lines]
        for position, line in enumerate(self.lines):
            line.form.price.choices = choices
            line.form.currency, line.form.prices = self.currency, self.prices
            line.form.is_only = all(blank) and position == 0


def one_time_prices(currency: str) -> list[Price]:
    return list(
        Price.select(Price, Product)
        .join(Product)
        .where(
            (Price.merchant == the_merchant())
            & (Price.currency == currency)
            & Price.interval.is_null()
            & Price.archived_at.is_null()
            & Product.archived_at.is_null()
        )
        .order_by(Product.name, Price.id)
    )


def _label(price: Price) -> Any:
    return f"{price.product.name} · {money(price.amount(1))}"

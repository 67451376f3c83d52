"""The portal section "Subscriptions": what may be switched to, and by which rules."""

import re
from typing import Any, NamedTuple, Self

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from portal.billing.merchants import Merchant
from portal.billing.money import MAX_QUANTITY
from portal.billing.products import Price, Product
from portal.billing.proration import Proration
from portal.selfservice.configurations import DowngradeTiming, PortalConfiguration
from portal.web.forms import Checkboxes, Form
from portal.web.price_words import amount_words

PLAN_SWITCHES = (
    "allows_plan_change",
    "allows_quantity",
    "ends_trial_on_change",
    "allows_promotion_codes",
    "allows_pause",
    "allows_resubscription",
    "allows_subscribing",
)
LISTS = ("plan_products", "plan_prices", "subscribe_products")
MONTHS = (1, 2, 3, 6, 12, 24, 36, 0)
NUMBER = re.compile(r"[0-9]{1,6}")


class Row(NamedTuple):
    """A product of the catalogue in the section: its boxes, its prices' boxes, its limits."""

    product: Product
    whole: Any
    prices: list[Any]
    subscribes: Any
    least: str
    most: str


class PlanFields(Form):
    """The fields of the section; `offer` fills in the catalogue before they are used."""

    allows_plan_change = BooleanField(_l("Customers can switch plans"))
    plan_products = Checkboxes(_l("Products that can be switched to"))
    plan_prices = Checkboxes(_l("Single prices that can be switched to"))
    allows_quantity = BooleanField(_l("Customers can change the quantity"))
    proration = RadioField(
        _l("What happens about the rest of the period?"),
        choices=[
            SelectChoice(Proration.NONE, _l("Nothing")),
            SelectChoice(Proration.NEXT_INVOICE, _l("The difference is on the next invoice")),
            SelectChoice(Proration.INVOICE_NOW, _l("The difference is invoiced at once")),
        ],
        default=Proration.NONE,
    )
    downgrades = RadioField(
        _l("When do downgrades take effect?"),
        choices=[
            SelectChoice(DowngradeTiming.AT_ONCE, _l("At once, as upgrades do")),
            SelectChoice(DowngradeTiming.AT_PERIOD_END, _l("At the end of the paid period")),
        ],
        default=DowngradeTiming.AT_ONCE,
    )
    ends_trial_on_change = BooleanField(_l("A change ends the free trial"))
    allows_promotion_codes = BooleanField(_l("Customers can use promotion codes"))
    allows_pause = BooleanField(_l("Customers can pause subscriptions"))
    pause_months = Checkboxes(_l("How long a pause can be"), coerce=int)
    allows_resubscription = BooleanField(_l("Customers can subscribe again after the end"))
    allows_subscribing = BooleanField(_l("Customers can start new subscriptions"))
    subscribe_products = Checkboxes(_l("Products that can be subscribed to"))
    catalogue: list[tuple[Product, list[Price]]]
    limits: dict[str, tuple[str, str]]

    def offer(self, merchant: Merchant, configuration: PortalConfiguration) -> Self:
        """The catalogue to choose from, and the limits as they were typed or are stored."""
        self.stored = configuration
        self.catalogue = catalogue_of(merchant)
        products = [product.id for product, _prices in self.catalogue]
        prices = [price.id for _product, prices in self.catalogue for price in prices]
        self.plan_products.choices = self.subscribe_products.choices = products
        self.plan_prices.choices = prices
        self.pause_months.choices = [SelectChoice(m, length_words(m)) for m in MONTHS]
        self.limits = {product_id: self._limits(product_id) for product_id in products}
        return self

    def _limits(self, product_id: str) -> tuple[str, str]:
        if self.is_submitted():
            least, most = (request.form.get(f"{end}-{product_id}", "") for end in ("least", "most"))
            return least.strip(), most.strip()
        least, most = self.stored.quantity_limits.get(product_id, ("", ""))
        return str(least), "" if most == MAX_QUANTITY else str(most)

    @property
    def rows(self) -> list[Row]:
        """The catalogue as it is shown."""
        whole, single, begun = (
            {option.data: option for option in field}
            for field in (self.plan_products, self.plan_prices, self.subscribe_products)
        )
        return [
            Row(
                product,
                whole[product.id],
                [(single[price.id], amount_words(price, product.unit_label)) for price in prices],
                begun[product.id],
                *self.limits[product.id],
            )
            for product, prices in self.catalogue
        ]

    def validate_allows_plan_change(self, field: Any) -> None:
        if field.data and not self.plan_products.data and not self.plan_prices.data:
            raise ValidationError(_("Choose at least one product or price to switch to."))

    def validate_allows_subscribing(self, field: Any) -> None:
        if field.data and not self.subscribe_products.data:
            raise ValidationError(_("Choose at least one product to subscribe to."))

    def validate_allows_pause(self, field: Any) -> None:
        if field.data and not self.pause_months.data:
            raise ValidationError(_("Choose at least one duration for pauses."))

    def validate_allows_quantity(self, field: Any) -> None:
        for least, most in self.limits.values():
            if not all(NUMBER.fullmatch(text) for text in (least, most) if text):
                raise ValidationError(_("Limits are numbers between 1 and 999,999."))
            if not 1 <= int(least or 1) <= int(most or MAX_QUANTITY):
                raise ValidationError(_("The least quantity must not be above the most."))

    def plan_options(self) -> dict[str, Any]:
        """What is to be stored of this section."""
        switches = {name: bool(self[name].data) for name in PLAN_SWITCHES}
        return switches | {
            "proration": Proration(self.proration.data),
            "downgrades": DowngradeTiming(self.downgrades.data),
            "pause_months": [m for m in MONTHS if m in (self.pause_months.data or [])],
            "quantity_limits": {
                product_id: [int(least or 1), int(most or MAX_QUANTITY)]
                for product_id, (least, most) in self.limits.items()
                if least or most
            },
            **{name: self._listed(name) for name in LISTS},
        }

    def _listed(self, name: str) -> list[str]:
        """What is chosen; what is archived keeps its place until it is offered again."""
        field = self[name]
        chosen = set(field.data or [])
        hidden = [id_ for id_ in getattr(self.stored, name) if id_ not in field.choices]
        return [id_ for id_ in field.choices if id_ in chosen] + hidden


def stored_data(configuration: PortalConfiguration) -> dict[str, Any]:
    names = (*PLAN_SWITCHES, *LISTS, "proration", "downgrades", "pause_months")
    return {name: getattr(configuration, name) for name in names}


def catalogue_of(merchant: Merchant) -> list[tuple[Product, list[Price]]]:
    """Products with their recurring prices, without what is archived, by name."""
    query = (
        Price.select(Price, Product)
        .join(Product)
        .where(
            (Price.merchant == merchant)
            & Price.interval.is_null(False)
            & Price.archived_at.is_null()
            & Product.archived_at.is_null()
        )
        .order_by(Product.name, Product.id, Price.id)
    )
    found: dict[str, tuple[Product, list[Price]]] = {}
    for price in query:
        found.setdefault(price.product_id, (price.product, []))[1].append(price)
    return list(found.values())


def length_words(months: int) -> str:
    """How long a pause is, in years where they are whole; 0 is a pause without an end."""
    if months == 0:
        return _("Until the customer resumes it")
    if months % 12 == 0:
        return ngettext("%(num)s year", "%(num)s years", months // 12)
    return ngettext("%(num)s month", "%(num)s months", months)

"""The catalogue: products and their prices."""

from datetime import datetime
from typing import Any, Self

from peewee import BigIntegerField, Check, ForeignKeyField, IntegerField, ModelSelect, TextField

from portal.billing import events
from portal.billing.errors import (
    LookupKeyTaken,
    PriceNotUsable,
    ProductInUse,
    ProductNeedsPrice,
)
from portal.billing.merchants import Merchant
from portal.billing.money import Money, exponent
from portal.billing.periods import Interval, check_interval
from portal.billing.pricing import PriceModel, Tier, amount_for, check_pricing
from portal.billing.statement_descriptors import check_statement_descriptor
from portal.billing.tax import TaxBehavior
from portal.database import write
from portal.record import EnumField, JSONField, MoneyField, Record, UTCDateTimeField


class Product(Record):
    """Something a merchant sells, at one or more prices."""

    PREFIX = "prod"

    merchant = ForeignKeyField(Merchant, backref="products", index=False, on_delete="CASCADE")
    name = TextField(constraints=[Check("length(name) BETWEEN 1 AND 250")])
    description = TextField(default="")
    image = TextField(default="")
    tax_code = TextField(default="")
    statement_descriptor = TextField(default="")
    unit_label = TextField(default="", constraints=[Check("length(unit_label) <= 12")])
    metadata = JSONField(default=dict)
    archived_at = UTCDateTimeField(null=True)

    @classmethod
    def offered(cls, merchant: Merchant | str) -> ModelSelect:
        """Products that are not archived, newest first."""
        return (
            cls.select()
            .where((cls.merchant == merchant) & cls.archived_at.is_null())
            .order_by(cls.id.desc())
        )

    @classmethod
    def publish(
        cls, merchant: Merchant, prices: list[dict[str, Any]], *, at: datetime, **given: Any
    ) -> Self:
        """A new product with its prices, all or nothing.

        Raises `ProductNeedsPrice`, `StatementDescriptorMalformed`, and what `add_price` does.
        """
        if not prices:
            raise ProductNeedsPrice
        check_statement_descriptor(given.get("statement_descriptor", ""))
        with write():
            product = cls.create(merchant=merchant, created_at=at, **given)
            events.record("product.created", merchant, at=at, object_id=product.id)
            for price in prices:
                product.add_price(at=at, **price)
        return product

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    def add_price(self, *, at: datetime, **given: Any) -> "Price":
        """A further price. Raises `LookupKeyTaken`, and what `Price.check` raises."""
        Price(**given).check()
        key = given.get("lookup_key")
        taken = Price.select().where(
            (Price.merchant == self.merchant_id) & (Price.lookup_key == key)
        )
        with write():
            if key and taken.exists():
                raise LookupKeyTaken
            price = Price.create(
                merchant=self.merchant_id,
                product=self,
                created_at=at,
                **given | {"lookup_key": key or None},
            )
            events.record("price.created", self.merchant_id, at=at, object_id=price.id)
        return price

    def change(self, *, at: datetime, **given: Any) -> None:
        """Take over the given columns. Documents already issued keep their words.

        Raises `StatementDescriptorMalformed`.
        """
        check_statement_descriptor(given.get("statement_descriptor", ""))
        with write():
            for name, value in given.items():
                setattr(self, name, value)
            self.save()
            events.record("product.updated", self.merchant_id, at=at, object_id=self.id)

    def archive(self, *, at: datetime) -> None:
        """Offer it no longer. Running subscriptions stay."""
        with write():
            self.archived_at = at
            self.save()
            events.record("product.archived", self.merchant_id, at=at, object_id=self.id)

    def unarchive(self, *, at: datetime) -> None:
        with write():
            self.archived_at = None
            self.save()
            events.record("product.unarchived", self.merchant_id, at=at, object_id=self.id)

    def delete_unused(self, *, at: datetime) -> None:
        """Remove a product that has no price. Raises `ProductInUse`: archive it instead."""
        with write():
            if self.prices.exists():
                raise ProductInUse
            events.record("product.deleted", self.merchant_id, at=at, object_id=self.id)
            self.delete_instance()


Product.add_index(Product.merchant, Product.id, name="product_merchant_newest")


class Price(Record):
    """What a product costs. Amount, currency and interval are fixed at creation."""

    PREFIX = "price"

    merchant = ForeignKeyField(Merchant, backref="prices", index=False, on_delete="CASCADE")
    product = ForeignKeyField(Product, backref="prices", on_delete="CASCADE")
    currency = TextField(constraints=[Check("length(currency) = 3")])
    model = EnumField(PriceModel, default=PriceModel.FLAT)
    unit_amount = MoneyField(
        default=0, constraints=[Check("unit_amount BETWEEN 0 AND 99999999999999")]
    )
    package_size = BigIntegerField(default=1, constraints=[Check("package_size >= 1")])
    tiers_data = JSONField(default=list, column_name="tiers")
    tax_behavior = EnumField(TaxBehavior, default=TaxBehavior.INCLUSIVE)
    interval = EnumField(Interval, null=True)
    interval_count = IntegerField(
        default=1, constraints=[Check("interval_count BETWEEN 1 AND 1095")]
    )
    trial_days = IntegerField(default=0, constraints=[Check("trial_days BETWEEN 0 AND 730")])
    nickname = TextField(default="")
    lookup_key = TextField(null=True)
    archived_at = UTCDateTimeField(null=True)

    @property
    def is_recurring(self) -> bool:
        return self.interval is not None

    @property
    def is_flat(self) -> bool:
        return self.model == PriceModel.FLAT

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def tiers(self) -> tuple[Tier, ...]:
        return tuple(Tier(**tier) for tier in self.tiers_data)

    def check(self) -> None:
        """Whether it says all that its model needs.

        Raises `CurrencyUnknown`, `IntervalCountOutOfRange`, and what `check_pricing` raises.
        """
        exponent(self.currency)
        check_pricing(self.model, self.unit_amount, self.package_size, self.tiers)
        if self.interval:
            check_interval(self.interval, self.interval_count)

    def amount(self, quantity: int) -> Money:
        """What `quantity` units cost for one period, in the price's own tax behaviour."""
        return Money(
            amount_for(self.model, quantity, self.unit_amount, self.package_size, self.tiers),
            self.currency,
        )

    def require_usable(self) -> None:
        """Raises `PriceNotUsable` for an archived price or one of an archived product."""
        if self.is_archived or self.product.is_archived:
            raise PriceNotUsable

    def require_usable_for_subscription(self) -> None:
        """Raises `PriceNotUsable`, also for a one-time price."""
        self.require_usable()
        if not self.is_recurring:
            raise PriceNotUsable

    def rename(self, *, nickname: str, at: datetime) -> None:
        with write():
            self.nickname = nickname
            self.save()
            events.record("price.updated", self.merchant_id, at=at, object_id=self.id)

    def archive(self, *, at: datetime) -> None:
        """Sell it no longer. Running subscriptions stay; a product keeps one price."""
        with write():
            others = self.product.prices.where((Price.id != self.id) & Price.archived_at.is_null())
            if not others.exists():
                raise ProductNeedsPrice
            self.archived_at = at
            self.save()
            events.record("price.archived", self.merchant_id, at=at, object_id=self.id)

    def unarchive(self, *, at: datetime) -> None:
        with write():
            self.archived_at = None
            self.save()
            events.record("price.unarchived", self.merchant_id, at=at, object_id=self.id)


Price.add_index(Price.merchant, Price.lookup_key, unique=True, name="price_lookup_key")

"""Customers: whom a merchant bills, and how to find them again."""

from datetime import datetime
from typing import Any, Self

from peewee import Check, CompositeKey, ForeignKeyField, Model, ModelSelect, TextField, fn

from portal.billing import events
from portal.billing.addresses import Address
from portal.billing.customer_words import terms_of, words_of
from portal.billing.errors import CurrencyIsFixed, CustomerHasDocuments
from portal.billing.merchants import Merchant
from portal.database import database, held, write
from portal.record import (
    IdField,
    JSONField,
    MoneyField,
    Record,
)

LONGEST_SEARCH = 100
MANY = 500


class Customer(Record):
    """A person or company that a merchant bills.

    `email` is normalised (`portal.billing.emails`). Several customers of one merchant
    may share an address.
    """

    PREFIX = "cus"

    merchant = ForeignKeyField(Merchant, backref="customers", index=False, on_delete="CASCADE")
    email = TextField(constraints=[Check("length(email) <= 254")])
    name = TextField(default="", constraints=[Check("length(name) <= 256")])
    company = TextField(default="", constraints=[Check("length(company) <= 256")])
    phone = TextField(default="")
    line1 = TextField(default="")
    line2 = TextField(default="")
    postal_code = TextField(default="")
    city = TextField(default="")
    state = TextField(default="")
    country = TextField(default="")
    shipping_name = TextField(default="")
    shipping_line1 = TextField(default="")
    shipping_line2 = TextField(default="")
    shipping_postal_code = TextField(default="")
    shipping_city = TextField(default="")
    shipping_state = TextField(default="")
    shipping_country = TextField(default="")
    locale = TextField(null=True)
    currency = TextField(null=True)
    # In the customer's favour, in their currency; what moved it: `CustomerBalanceTransaction`.
    balance = MoneyField(default=0, constraints=[Check("balance >= 0")])
    siren = TextField(default="", constraints=[Check("length(siren) <= 14")])
    buyer_reference = TextField(default="", constraints=[Check("length(buyer_reference) <= 100")])
    cc_emails = JSONField(default=list)
    notes = TextField(default="")
    metadata = JSONField(default=dict)

    @classmethod
    def register(cls, merchant: Merchant, *, at: datetime, **given: Any) -> Self:
        """A new customer, findable and on record."""
        with write():
            customer = cls.create(merchant=merchant, created_at=at, **given)
            customer.index_terms()
            events.record(
                "customer.created",
                merchant,
                at=at,
                object_id=customer.id,
                customer_id=customer.id,
            )
        return customer

    @classmethod
    def matching(cls, merchant: Merchant | str, search: str) -> ModelSelect:
        """Customers of whom every word of `search` begins a word of name, email or id.

        Newest first. Beginnings of words are looked up in an index. A word that many
        customers have is looked for in the newest customers instead of in all of them, so
        that a million customers cost no more than ten.
        """
        query = cls.select().where(cls.merchant == merchant).order_by(cls.id.desc())
        for word in sorted(terms_of(search[:LONGEST_SEARCH]), key=len, reverse=True)[:5]:
            begins = (CustomerTerm.term >= word) & (CustomerTerm.term < word + "\U0010ffff")
            mine = CustomerTerm.merchant_id == merchant_id(merchant)
            found = CustomerTerm.select(CustomerTerm.customer_id).where(mine & begins)
            if _are_many(found):
                own = CustomerTerm.select().where(begins & (CustomerTerm.customer_id == cls.id))
                query = query.where(fn.EXISTS(own))
            else:
                query = query.where(cls.id.in_(found))
        return query

    @classmethod
    def with_email(cls, merchant: Merchant | str, email: str) -> ModelSelect:
        """All customers of one address, newest first."""
        return (
            cls.select()
            .where((cls.merchant == merchant) & (cls.email == email))
            .order_by(cls.id.desc())
        )

    @property
    def display_name(self) -> str:
        return self.company or self.name or self.email

    @property
    def address(self) -> Address:
        return Address(
            line1=self.line1,
            line2=self.line2,
            postal_code=self.postal_code,
            city=self.city,
            state=self.state,
            country=self.country,
        )

    @property
    def shipping_address(self) -> Address:
        return Address(
            line1=self.shipping_line1,
            line2=self.shipping_line2,
            postal_code=self.shipping_postal_code,
            city=self.shipping_city,
            state=self.shipping_state,
            country=self.shipping_country,
        )

    def change(self, *, at: datetime, **given: Any) -> list[str]:
        """Take over the given columns; what was issued already does not change.

        Returns the names of the columns that changed. Raises `CurrencyIsFixed`.
        """
        changed = [name for name, value in given.items() if getattr(self, name) != value]
        if "currency" in changed and self.currency and self.has_documents:
            raise CurrencyIsFixed
        if not changed:
            return []
        with write():
            for name in changed:
                setattr(self, name, given[name])
            self.save()
            self.index_terms()
            events.record(
                "customer.updated",
                self.merchant_id,
                at=at,
                object_id=self.id,
                customer_id=self.id,
                changed=sorted(changed),
            )
        return changed

    def fix_currency(self, currency: str) -> None:
        """The first thing billed decides in which currency this customer is billed.

        Raises `CurrencyIsFixed` where something else was billed meanwhile.
        """
        if self.currency == currency:
            return
        fits = Customer.currency.is_null() | (Customer.currency == currency)
        if not Customer.update(currency=currency).where((Customer.id == self.id) & fits).execute():
            raise CurrencyIsFixed
        self.currency = currency

    @classmethod
    def hold(cls, customer_id: str) -> None:
        """One at a time, until the transaction ends: for rules about all that is a customer's."""
        held(cls.select(cls.id).where(cls.id == customer_id)).get()

    @property
    def has_documents(self) -> bool:
        return self.invoices.exists() or self.subscriptions.exists()

    def delete_unused(self, *, at: datetime) -> None:
        """Remove a customer who has neither subscription nor invoice.

        Raises `CustomerHasDocuments`: documents are kept as long as the law says.
        """
        with write():
            if self.has_documents:
                raise CustomerHasDocuments
            events.record("customer.deleted", self.merchant_id, at=at, object_id=self.id)
            self.delete_instance(recursive=True)

    def index_terms(self) -> None:
        """Write the words by which `matching` finds this customer."""
        words = words_of(self.id, f"{self.name} {self.company}", self.email)
        CustomerTerm.delete().where(CustomerTerm.customer_id == self.id).execute()
        CustomerTerm.insert_many(
            [(self.merchant_id, word, self.id) for word in sorted(words)],
            fields=[CustomerTerm.merchant_id, CustomerTerm.term, CustomerTerm.customer_id],
        ).execute()


Customer.add_index(Customer.merchant, Customer.id, name="customer_merchant_newest")
Customer.add_index(Customer.merchant, Customer.email, Customer.id, name="customer_merchant_email")


class CustomerTerm(Model):
    """A word of a customer's name, email or id, lower case: what search looks up."""

    merchant_id = IdField()
    term = IdField()
    customer_id = ForeignKeyField(
        Customer,
        column_name="customer_id",
        object_id_name="customer_ref",
        on_delete="CASCADE",
        index=False,
    )

    class Meta:
        database = database
        legacy_table_names = False
        primary_key = CompositeKey("merchant_id", "term", "customer_id")


CustomerTerm.add_index(CustomerTerm.customer_id, CustomerTerm.term, name="customer_term_customer")


def _are_many(found: ModelSelect) -> bool:
    """Whether a word leads to more rows than are cheap to read and sort."""
    return len(found.limit(MANY).tuples()) == MANY


def merchant_id(merchant: Merchant | str) -> str:
    """The id, whether the merchant was read or only named."""
    return merchant if isinstance(merchant, str) else merchant.id

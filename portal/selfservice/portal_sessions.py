"""A customer's stay in the portal: server-side, for one merchant only."""

from datetime import datetime, timedelta
from typing import Any, Self

from peewee import JOIN, ForeignKeyField, ModelSelect, TextField

from portal.billing import events
from portal.billing.customers import Customer
from portal.billing.merchants import Merchant
from portal.crypto import digest, new_token
from portal.database import write
from portal.prepared import Prepared
from portal.record import IdField, JSONField, Record, UTCDateTimeField
from portal.selfservice.branding import Branding
from portal.selfservice.configurations import PortalConfiguration
from portal.selfservice.login_links import LoginLink

IDLE = timedelta(minutes=60)
ABSOLUTE = timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=1)


class PortalSession(Record):
    """Signed in as `customer`. Only the digest of the cookie's token is stored.

    `email` is the address that the code went to: other customers of the merchant with
    that address can be switched to. `impersonator_id` is the member of the merchant's
    team who looks at the portal as this customer: such a session only reads.
    """

    PREFIX = "bps"

    token_digest = TextField(unique=True)
    merchant = ForeignKeyField(Merchant, index=False, on_delete="CASCADE")
    customer = ForeignKeyField(Customer, on_delete="CASCADE")
    configuration = ForeignKeyField(PortalConfiguration, index=False, on_delete="CASCADE")
    link = ForeignKeyField(LoginLink, null=True, index=False, on_delete="SET NULL")
    email = TextField(default="")
    impersonator_id = IdField(default="")
    seen_at = UTCDateTimeField()
    ended_at = UTCDateTimeField(null=True)
    ip = TextField(default="")
    user_agent = TextField(default="")
    draft = JSONField(default=dict)

    @classmethod
    def open(cls, customer: Customer, *, at: datetime, **given: Any) -> tuple[Self, str]:
        """A new session and the token for its cookie; on record, whoever opens it."""
        token = new_token()
        with write():
            session = cls.create(
                merchant=customer.merchant_id,
                customer=customer,
                token_digest=digest(token),
                created_at=at,
                seen_at=at,
                **given,
            )
            about = {"at": at, "object_id": session.id, "customer_id": customer.id}
            if session.is_impersonated:
                events.record("billing_portal.session.impersonated", customer.merchant_id, **about)
            else:
                events.record("billing_portal.session.created", customer.merchant_id, **about)
        return session, token

    @classmethod
    def find(cls, token: str, *, at: datetime) -> Self | None:
        """The running session of a cookie, with customer, merchant, configuration, branding."""
        session = cls.find_any(token)
        return session if session and session.is_running(at) else None

    @classmethod
    def find_any(cls, token: str) -> Self | None:
        """The session of a cookie, also one that is over: it still knows the way back."""
        session: Self | None = _BY_TOKEN.first(digest(token))
        if session:
            if not getattr(session.merchant, "branding", None):
                session.merchant.branding = Branding(merchant=session.merchant)
            session.customer.merchant = session.configuration.merchant = session.merchant
        return session

    @property
    def is_impersonated(self) -> bool:
        return bool(self.impersonator_id)

    def is_running(self, at: datetime) -> bool:
        return self.ended_at is None and at < min(self.seen_at + IDLE, self.created_at + ABSOLUTE)

    def has_run_out(self, at: datetime) -> bool:
        """Over by its own time, not because somebody signed out."""
        return self.ended_at is None and not self.is_running(at)

    def touch(self, *, at: datetime) -> None:
        """Activity, written at most once a minute."""
        if at - self.seen_at >= TOUCH_EVERY:
            with write():
                self.seen_at = at
                self.save()

    def switch_to(self, customer: Customer, *, at: datetime) -> None:
        """Go on as another customer of the same merchant and address.

        Raises `ValueError` for any other: the lookup that found it was wrong.
        """
        if customer.merchant_id != self.merchant_id or customer.email != self.email:
            raise ValueError("not a customer of this address")
        with write():
            self.customer = customer
            self.save()
            events.record(
                "billing_portal.session.switched",
                self.merchant_id,
                at=at,
                object_id=self.id,
                customer_id=customer.id,
            )

    def end(self, *, at: datetime) -> None:
        with write():
            self.ended_at = at
            self.save()

    @classmethod
    def recent_of(cls, customer: Customer) -> ModelSelect:
        """The customer's own sign-ins, newest first; not the looks that the team took."""
        return (
            cls.select()
            .where((cls.customer == customer) & (cls.impersonator_id == ""))
            .order_by(cls.id.desc())
        )

    @classmethod
    def end_all(cls, customer: Customer, *, at: datetime) -> None:
        """Sign the customer out everywhere."""
        with write():
            cls.update(ended_at=at).where(
                (cls.customer == customer) & cls.ended_at.is_null()
            ).execute()

    @classmethod
    def end_all_of_address(cls, session: Self, *, at: datetime) -> None:
        """Sign the session's address out everywhere, whichever customer it looks at."""
        same_address = Customer.select(Customer.id).where(
            (Customer.merchant == session.merchant_id) & (Customer.email == session.email)
        )
        with write():
            cls.update(ended_at=at).where(
                cls.ended_at.is_null()
                & (cls.impersonator_id == "")
                & cls.customer.in_(same_address)
            ).execute()
            session.end(at=at)


def change_customer(customer: Customer, *, at: datetime, **given: Any) -> None:
    """The merchant changes a customer's details; a new address signs out whoever had the old.

    Whoever reads the old address's mail must not stay signed in.
    """
    with write():
        if "email" in customer.change(at=at, **given):
            PortalSession.end_all(customer, at=at)


_BY_TOKEN = Prepared(
    lambda token_digest: (
        PortalSession.select(PortalSession, Customer, Merchant, PortalConfiguration, Branding)
        .join_from(PortalSession, Customer)
        .join_from(PortalSession, Merchant)
        .join_from(PortalSession, PortalConfiguration)
        .join_from(Merchant, Branding, JOIN.LEFT_OUTER, attr="branding")
        .where(PortalSession.token_digest == token_digest)
    ),
    str,
)

"""The address under which customers get in: `/p/login/<token>`."""

from datetime import datetime
from typing import Self
from urllib.parse import quote

from peewee import JOIN, ForeignKeyField, TextField

from portal.billing import events
from portal.billing.merchants import Merchant
from portal.crypto import new_token
from portal.database import write
from portal.prepared import Prepared
from portal.record import Record, UTCDateTimeField
from portal.selfservice.branding import Branding
from portal.selfservice.configurations import PortalConfiguration


class LoginLink(Record):
    """A link that a merchant shares. Deactivated it is dead for good; a new one is made next."""

    PREFIX = "link"

    merchant = ForeignKeyField(Merchant, index=False, on_delete="CASCADE")
    configuration = ForeignKeyField(PortalConfiguration, backref="links", on_delete="CASCADE")
    token = TextField(unique=True, default=new_token)
    deactivated_at = UTCDateTimeField(null=True)

    @classmethod
    def active_of(cls, configuration: PortalConfiguration) -> Self | None:
        return cls.get_or_none((cls.configuration == configuration) & cls.deactivated_at.is_null())

    @classmethod
    def active_of_merchant(cls, merchant: Merchant | str) -> Self | None:
        """The link of the default configuration, while it is active: what mails carry."""
        return (
            cls.select()
            .join(PortalConfiguration)
            .where(
                (cls.merchant == merchant)
                & cls.deactivated_at.is_null()
                & (PortalConfiguration.is_default == True)  # noqa: E712
            )
            .first()
        )

    @classmethod
    def way_back(cls, link_id: str | None, merchant: Merchant | str) -> Self | None:
        """The link that somebody came by while it is active, else the merchant's."""
        mine = (cls.id == link_id) & (cls.merchant == merchant) & cls.deactivated_at.is_null()
        return (link_id and cls.get_or_none(mine)) or cls.active_of_merchant(merchant)

    @classmethod
    def find(cls, token: str) -> Self | None:
        """The active link with its merchant, configuration and branding, in one query.

        The branding is at `link.merchant.branding`.
        """
        found: Self | None = _BY_TOKEN.first(token)
        if found and not getattr(found.merchant, "branding", None):
            found.merchant.branding = Branding(merchant=found.merchant)
        return found

    @classmethod
    def activate(cls, configuration: PortalConfiguration, *, at: datetime) -> Self:
        """The configuration's link; a new one unless it has one that is active."""
        with write():
            if link := cls.active_of(configuration):
                return link
            link = cls.create(
                merchant=configuration.merchant_id, configuration=configuration, created_at=at
            )
            events.record(
                "billing_portal.link.activated",
                configuration.merchant_id,
                at=at,
                object_id=link.id,
            )
        return link

    def deactivate(self, *, at: datetime) -> None:
        """Kill the address. Sessions that came through it end with their own time."""
        with write():
            self.deactivated_at = at
            self.save()
            events.record(
                "billing_portal.link.deactivated", self.merchant_id, at=at, object_id=self.id
            )

    def path(self, email: str = "", locale: str = "") -> str:
        """`/p/login/…`, with the address filled in and the language set where given."""
        query = [
            f"{name}={quote(value, safe='')}"
            for name, value in (("prefilled_email", email), ("locale", locale))
            if value
        ]
        return f"/p/login/{self.token}" + (f"?{'&'.join(query)}" if query else "")


LoginLink.add_index(
    LoginLink.configuration,
    unique=True,
    where=LoginLink.deactivated_at.is_null(),
    name="login_link_one_active",
)

_BY_TOKEN = Prepared(
    lambda token: (
        LoginLink.select(LoginLink, Merchant, PortalConfiguration, Branding)
        .join_from(LoginLink, Merchant)
        .join_from(LoginLink, PortalConfiguration)
        .join_from(Merchant, Branding, JOIN.LEFT_OUTER, attr="branding")
        .where((LoginLink.token == token) & LoginLink.deactivated_at.is_null())
    ),
    str,
)

"""How a merchant's portal, documents and mails look."""

from datetime import datetime
from typing import Any, Self

from peewee import Check, ForeignKeyField, TextField

from portal.billing import events
from portal.billing.merchants import Merchant
from portal.database import write
from portal.record import Record

DEFAULT_BRAND_COLOR = "#0f4c5c"
DEFAULT_ACCENT_COLOR = "#0f6f5c"


class Branding(Record):
    """Colours, font, shape, icon and logo. `icon` and `logo` are names of stored files."""

    PREFIX = "brand"

    merchant = ForeignKeyField(Merchant, unique=True, backref="brandings", on_delete="CASCADE")
    brand_color = TextField(
        default=DEFAULT_BRAND_COLOR, constraints=[Check("length(brand_color) = 7")]
    )
    accent_color = TextField(
        default=DEFAULT_ACCENT_COLOR, constraints=[Check("length(accent_color) = 7")]
    )
    font = TextField(default="system")
    shape = TextField(default="rounded")
    icon = TextField(default="")
    logo = TextField(default="")

    @classmethod
    def of(cls, merchant: Merchant) -> Self:
        """The merchant's branding; the default look, unsaved, where none was chosen."""
        return cls.get_or_none(cls.merchant == merchant) or cls(merchant=merchant)

    @classmethod
    def change(cls, merchant: Merchant, *, at: datetime, **given: Any) -> Self:
        """Save colours, font and shape; documents issued from now on use them."""
        with write():
            branding = cls.get_or_none(cls.merchant == merchant) or cls.create(
                merchant=merchant, created_at=at
            )
            for name, value in given.items():
                setattr(branding, name, value)
            branding.save()
            merchant.document_style = merchant.document_style | {
                "color": branding.brand_color,
                "logo": branding.logo,
            }
            merchant.save()
            events.record("branding.updated", merchant, at=at, object_id=branding.id)
        return branding

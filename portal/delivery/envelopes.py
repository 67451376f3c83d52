"""From a letter to a message: who it is from, whom it goes to, how it looks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import NamedTuple

from portal.addresses import address_lines
from portal.billing.customers import Customer
from portal.billing.merchants import Merchant
from portal.delivery.letters import DOT_OF_A_DOMAIN, Letter, one_line
from portal.documents.words import registration
from portal.files import StoredFile
from portal.i18n import gettext_for
from portal.selfservice.branding import (
    DEFAULT_ACCENT_COLOR,
    DEFAULT_BRAND_COLOR,
    Branding,
)
from portal.selfservice.colors import Palette
from portal.selfservice.login_links import LoginLink

OUR_NAME = "Portal"
LONGEST_NAME = 64
# What ends a name in a header, or makes it look like an address of somebody else.
NOT_IN_A_NAME = re.compile(r"[<>@\",;:\\()\[\]]")


class Attachment(NamedTuple):
    name: str
    data: bytes
    content_type: str = "application/pdf"


@dataclass(frozen=True)
class Look:
    """Who writes, and in which colours. Web addresses are absolute, on our own origin.

    `facts` stand in the foot: register, managers, VAT ID, phone.
    """

    name: str
    light: Palette
    dark: Palette
    logo_url: str = ""
    reply_to: str = ""
    address: Sequence[str] = field(default_factory=list)
    facts: Sequence[str] = field(default_factory=list)
    zone: str = "UTC"

    @classmethod
    def of_portal(cls) -> "Look":
        """Our own, for mails to people who work for a merchant."""
        return cls(
            OUR_NAME,
            Palette.light(DEFAULT_BRAND_COLOR, DEFAULT_ACCENT_COLOR),
            Palette.dark(DEFAULT_BRAND_COLOR, DEFAULT_ACCENT_COLOR),
        )

    @classmethod
    def of_merchant(
        cls, merchant: Merchant, base_url: str, locale: str, branding: Branding | None = None
    ) -> "Look":
        """The merchant's; `branding` in place of the saved one is for previews."""
        branding = branding or Branding.of(merchant)
        colors = branding.brand_color, branding.accent_color
        return cls(
            name=merchant.name,
            light=Palette.light(*colors),
            dark=Palette.dark(*colors),
            logo_url=_logo_url(merchant, branding, base_url),
            reply_to=merchant.support_email,
            address=address_lines(merchant.address, locale) if merchant.line1 else [],
            facts=_facts(merchant, locale),
            zone=merchant.time_zone,
        )


def _facts(merchant: Merchant, locale: str) -> list[str]:
    """What the law wants in letters of a business, mails too (§ 35a GmbHG, R123-237 C. com.)."""
    _ = gettext_for(locale)
    said = (
        registration(merchant.registration_number, merchant.country),
        merchant.legal_note,
        _("VAT ID %(number)s", number=merchant.vat_id) if merchant.vat_id else "",
        merchant.phone,
    )
    return [fact for fact in said if fact]


def _logo_url(merchant: Merchant, branding: Branding, base_url: str) -> str:
    """The logo at our own origin, as long as it is there."""
    file = StoredFile.get_or_none(StoredFile.id == branding.logo.partition("-")[0])
    mine = file and file.merchant_id == merchant.id and file.name == branding.logo
    return f"{base_url}/p/files/{branding.logo}" if mine else ""


def portal_url(customer: Customer, base_url: str) -> str:
    """The portal with the customer's address filled in, while its link is active."""
    link = LoginLink.active_of_merchant(customer.merchant_id)
    return base_url + link.path(customer.email) if link else ""


def display_name(name: str) -> str:
    """A name for the sender that cannot pass for an address or a domain."""
    plain = DOT_OF_A_DOMAIN.sub(" ", NOT_IN_A_NAME.sub(" ", one_line(name)))
    return " ".join(plain.split())[:LONGEST_NAME].strip() or OUR_NAME


def message(
    letter: Letter,
    look: Look,
    to: str,
    *,
    sender: str,
    key: str,
    at: datetime,
    cc: Sequence[str] = (),
    attachments: Sequence[Attachment] = (),
) -> EmailMessage:
    """The message as it is sent. `key` makes its id: the same for every attempt."""
    made = EmailMessage()
    made["From"] = Address(display_name(look.name), addr_spec=sender)
    made["To"] = Address(addr_spec=to)
    if cc:
        made["Cc"] = [Address(addr_spec=address) for address in cc]
    if look.reply_to:
        made["Reply-To"] = Address(addr_spec=look.reply_to)
    made["Subject"] = letter.subject
    made["Date"] = format_datetime(at)
    made["Message-ID"] = f"<{key}@{sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    made.set_content(letter.text)
    made.add_alternative(letter.html, subtype="html")
    for attachment in attachments:
        main, _, sub = attachment.content_type.partition("/")
        made.add_attachment(
            attachment.data, maintype=main, subtype=sub, filename=_file_name(attachment.name)
        )
    return made


def _file_name(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name).strip("-.")

"""The merchant: whose business, whose customers, whose invoice numbers."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from peewee import BigIntegerField, BooleanField, Check, TextField

from portal.billing.addresses import Address
from portal.record import JSONField, Record, UTCDateTimeField

NUMBER_DIGITS = 6


class Merchant(Record):
    """A business that bills customers through this installation."""

    PREFIX = "acct"

    name = TextField(constraints=[Check("length(name) BETWEEN 1 AND 250")])
    support_email = TextField(default="")
    phone = TextField(default="")
    website = TextField(default="")
    line1 = TextField(default="")
    line2 = TextField(default="")
    postal_code = TextField(default="")
    city = TextField(default="")
    state = TextField(default="")
    country = TextField(constraints=[Check("length(country) = 2")])
    vat_id = TextField(default="")
    terms_url = TextField(default="")
    privacy_url = TextField(default="")
    currency = TextField(constraints=[Check("length(currency) = 3")])
    time_zone = TextField(default="Europe/Berlin")
    locale = TextField(default="en")
    statement_descriptor = TextField(default="")
    invoice_prefix = TextField(constraints=[Check("length(invoice_prefix) BETWEEN 3 AND 12")])
    next_invoice_number = BigIntegerField(default=1)
    is_sandbox = BooleanField(default=True)
    gateway = TextField(default="sandbox")
    document_style = JSONField(default=dict)
    shared_at = UTCDateTimeField(null=True)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

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

    def day(self, at: datetime) -> date:
        """The calendar day of a moment where the merchant is: what documents are dated by."""
        return at.astimezone(self.zone).date()

    def take_invoice_number(self) -> str:
        """The next number of the gap-free series. Only inside the issuing transaction.

        Numbers follow each other without a gap (§ 14 Abs. 4 Nr. 4 UStG; art. 242 nonies A
        annexe II CGI): one that is rolled back is given out again.
        """
        number = (
            Merchant.update(next_invoice_number=Merchant.next_invoice_number + 1)
            .where(Merchant.id == self.id)
            .returning(Merchant.next_invoice_number, Merchant.invoice_prefix)
            .tuples()
            .execute()
        )
        following, prefix = next(iter(number))
        return f"{prefix}-{following - 1:0{NUMBER_DIGITS}d}"

"""The merchant: whose business, whose customers, whose invoice numbers."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from peewee import BigIntegerField, BooleanField, Check, IntegerField, TextField

from portal.billing.addresses import Address
from portal.billing.tax_ids import TaxIdVerification
from portal.record import EnumField, JSONField, Record, UTCDateTimeField

NUMBER_DIGITS = 6


class TaxScheme(StrEnum):
    """`small_business`: exempt under § 19 UStG in Germany, art. 293 B CGI in France."""

    STANDARD = "standard"
    SMALL_BUSINESS = "small_business"


class FinalAction(StrEnum):
    """What becomes of a subscription when dunning has ended without money."""

    CANCEL = "cancel"
    MARK_UNPAID = "mark_unpaid"
    LEAVE_PAST_DUE = "leave_past_due"


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
    # What the register of VAT ids (VIES) said of it, as it said it.
    vat_id_verification = EnumField(TaxIdVerification, default=TaxIdVerification.NOT_ASKED)
    vat_id_verified_at = UTCDateTimeField(null=True)
    vat_id_proof = JSONField(default=dict)
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
    next_credit_note_number = BigIntegerField(default=1)
    # Microseconds that a sandbox merchant's clock is ahead of the real one.
    clock_offset = BigIntegerField(default=0, constraints=[Check("clock_offset >= 0")])
    went_live_at = UTCDateTimeField(null=True)
    # What the law wants on an invoice beside name, address and VAT id.
    tax_scheme = EnumField(TaxScheme, default=TaxScheme.STANDARD)
    tax_number = TextField(default="")
    registration_number = TextField(default="")
    legal_note = TextField(default="")
    vat_on_debits = BooleanField(default=False)
    # Where money is sent, and by what name SEPA knows the merchant.
    iban = TextField(default="")
    bic = TextField(default="")
    account_holder = TextField(default="")
    creditor_id = TextField(default="")
    prenotification_days = IntegerField(
        default=14, constraints=[Check("prenotification_days BETWEEN 1 AND 28")]
    )
    # Days after the due date on which collecting is tried, or asked for, again.
    dunning_days = JSONField(default=lambda: [1, 2, 3, 5, 7, 9, 11, 14])
    dunning_final_action = EnumField(FinalAction, default=FinalAction.CANCEL)

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

    def time(self, real: datetime) -> datetime:
        """Business time: the real clock, moved forward for a sandbox by its time machine."""
        return real + timedelta(microseconds=self.clock_offset)

    def day(self, at: datetime) -> date:
        """The calendar day of a moment where the merchant is: what documents are dated by."""
        return at.astimezone(self.zone).date()

    def take_invoice_numbers(self, count: int) -> list[str]:
        """The next `count` numbers, in order. Only inside the issuing transaction.

        Numbers follow each other without a gap (§ 14 Abs. 4 Nr. 4 UStG; art. 242 nonies A
        annexe II CGI): those that are rolled back are given out again.
        """
        field = Merchant.next_invoice_number
        return [f"{prefix}-{number}" for prefix, number in self._take(field, count)]

    def take_credit_note_number(self) -> str:
        """The next number of the credit notes' own gap-free series: `PREFIX-CN-000001`."""
        prefix, number = self._take(Merchant.next_credit_note_number, 1)[0]
        return f"{prefix}-CN-{number}"

    def _take(self, field: BigIntegerField, count: int) -> list[tuple[str, str]]:
        taken = (
            Merchant.update({field: field + count})
            .where(Merchant.id == self.id)
            .returning(field, Merchant.invoice_prefix)
            .tuples()
            .execute()
        )
        following, prefix = next(iter(taken))
        numbers = range(following - count, following)
        return [(prefix, f"{number:0{NUMBER_DIGITS}d}") for number in numbers]

"""Giving a mandate: what is shown, what is checked, and what is kept of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stdnum import iban as ibans
from stdnum.exceptions import ValidationError

from portal.billing import events
from portal.billing.errors import BillingError
from portal.billing.gateway import Payer
from portal.billing.merchants import Merchant
from portal.billing.payment_method_setups import PaymentMethodSetup
from portal.database import write
from portal.gateways.sepa import texts
from portal.gateways.sepa.records import SepaMandate
from portal.ids import new_id

# The countries of SEPA (EPC409-09).
COUNTRIES = frozenset(
    {
        *("AD", "AL", "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB"),
        *("GG", "GI", "GR", "HR", "HU", "IE", "IM", "IS", "IT", "JE", "LI", "LT", "LU", "LV", "MC"),
        *("MD", "ME", "MK", "MT", "NL", "NO", "PL", "PT", "RO", "RS", "SE", "SI", "SK", "SM", "VA"),
    }
)
LONGEST_NAME = 70
SETUP_KEY = "setup-"


class IbanMalformed(BillingError):
    """No IBAN, a digit wrong, or an account that SEPA does not reach."""

    code = "iban_malformed"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What somebody gave on the mandate page, and from where."""

    name: str
    iban: str
    language: str
    ip: str


def checked_iban(text: str) -> str:
    """The IBAN without spaces. Raises `IbanMalformed`."""
    try:
        iban = str(ibans.validate(text))
    except ValidationError as wrong:
        raise IbanMalformed from wrong
    if iban[:2] not in COUNTRIES:
        raise IbanMalformed
    return iban


def is_ready(merchant: Merchant) -> bool:
    """Whether the merchant has said all that a mandate must name."""
    return bool(
        merchant.creditor_id and merchant.iban and merchant.account_holder and merchant.line1
    )


def mandate_for(
    merchant: Merchant, key: str, return_url: str, payer: Payer, *, at: datetime
) -> SepaMandate:
    """The mandate of that setup, not given yet; the same one however often it is asked for."""
    with write():
        if found := SepaMandate.get_or_none(SepaMandate.key == key):
            return found
        return SepaMandate.create(
            id=(mandate_id := new_id(SepaMandate.PREFIX, at)),
            merchant=merchant,
            key=key,
            reference=_reference(mandate_id),
            return_url=return_url,
            customer_id=payer.customer_id,
            is_one_off=_is_one_off(key),
            debtor_name=payer.name[:LONGEST_NAME],
            locale=payer.locale,
            created_at=at,
        )


def _reference(mandate_id: str) -> str:
    """Unique for the creditor, at most 35 characters that every bank understands."""
    return f"M-{mandate_id.partition('_')[2]}"


def _is_one_off(key: str) -> bool:
    """A guest who pays a single invoice allows a single debit."""
    setup = PaymentMethodSetup.get_or_none(PaymentMethodSetup.id == key.removeprefix(SETUP_KEY))
    return bool(setup and setup.invoice_id)


def creditor_of(merchant: Merchant) -> dict[str, Any]:
    """What a mandate says of the creditor: name, address, identifier (EPC392-08)."""
    return {
        "name": merchant.account_holder,
        "line1": merchant.line1,
        "line2": merchant.line2,
        "postal_code": merchant.postal_code,
        "city": merchant.city,
        "country": merchant.country,
        "creditor_id": merchant.creditor_id,
    }


def accept(mandate: SepaMandate, given: Acceptance, *, at: datetime) -> SepaMandate:
    """Keep who agreed to what, when and from where. The first acceptance stands.

    Raises `IbanMalformed`.
    """
    iban = checked_iban(given.iban)
    creditor = creditor_of(mandate.merchant)
    with write():
        mandate.refresh()
        if mandate.is_accepted:
            return mandate
        mandate.debtor_name = given.name[:LONGEST_NAME]
        mandate.iban = iban
        mandate.locale = given.language
        mandate.text_version = texts.VERSION
        mandate.text = texts.mandate_text(given.language, creditor["name"])._asdict()
        mandate.creditor = creditor
        mandate.accepted_at, mandate.accepted_ip = at, given.ip
        mandate.save()
        _record("mandate.accepted", mandate, at)
    return mandate


def revoke(mandate: SepaMandate, *, at: datetime) -> None:
    """Use it no more; what was agreed to is kept. A second time changes nothing."""
    with write():
        mandate.refresh()
        if mandate.revoked_at:
            return
        mandate.revoked_at = at
        mandate.save()
        _record("mandate.revoked", mandate, at)


def _record(type_: str, mandate: SepaMandate, at: datetime) -> None:
    events.record(
        type_,
        mandate.merchant_id,
        at=at,
        object_id=mandate.id,
        customer_id=mandate.customer_id,
        reference=mandate.reference,
        last4=mandate.last4,
    )

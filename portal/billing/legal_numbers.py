"""Numbers of businesses and banks: read, checked, and in the spelling that is stored.

Check digits and lengths only; whether an account or a company exists is not asked here.
"""

from collections.abc import Callable
from types import MappingProxyType

import stdnum.bic
import stdnum.de.leitweg
import stdnum.de.stnr
import stdnum.eu.at_02
import stdnum.fr.siren
import stdnum.fr.siret
import stdnum.iban
from stdnum.exceptions import ValidationError

from portal.billing.errors import BillingError

LONGEST = 100
SIREN_DIGITS = 9


class LegalNumberMalformed(BillingError):
    """Not written as such numbers are, or a check digit is wrong. `example` shows one."""

    code = "legal_number_malformed"


def _siren_or_siret(number: str) -> str:
    digits = "".join(character for character in number if character.isalnum())
    validate = stdnum.fr.siren.validate if len(digits) == SIREN_DIGITS else stdnum.fr.siret.validate
    return str(validate(digits))


def _as_typed(validate: Callable[[str], str]) -> Callable[[str], str]:
    """For numbers whose punctuation belongs to them."""

    def checked(number: str) -> str:
        validate(number)
        return number

    return checked


_KINDS: MappingProxyType[str, tuple[Callable[[str], str], str]] = MappingProxyType(
    {
        "iban": (stdnum.iban.validate, "DE89 3704 0044 0532 0130 00"),
        "bic": (stdnum.bic.validate, "COBADEFFXXX"),
        # EPC262-08, with the check digits of ISO 7064.
        "creditor_id": (stdnum.eu.at_02.validate, "DE98ZZZ09999999999"),
        "siren": (_siren_or_siret, "732 829 320"),
        "german_tax_number": (_as_typed(stdnum.de.stnr.validate), "181/815/08155"),
        "leitweg": (_as_typed(stdnum.de.leitweg.validate), "991-03730-19"),
    }
)


def check_number(kind: str, number: str) -> str:
    """The number as it is stored; "" stays "". Raises `LegalNumberMalformed`."""
    typed = number.strip().upper()
    if not typed:
        return ""
    validate, example = _KINDS[kind]
    try:
        if not typed.isascii() or len(typed) > LONGEST:
            raise ValidationError
        return str(validate(typed))
    except ValidationError as malformed:
        raise LegalNumberMalformed(kind=kind, example=example) from malformed

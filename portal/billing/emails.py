"""Email addresses: one spelling for each, so that equal ones can be found.

Nothing is folded (dots, plus signs): to the mail server those are different
boxes, and a folded address would open one customer's portal to another person.
"""

import unicodedata

from email_validator import EmailNotValidError, validate_email

from portal.billing.errors import BillingError

MAX_LENGTH = 254  # RFC 5321, 4.5.3.1.3: a path of 256 without its angle brackets


class EmailMalformed(BillingError):
    """Not one plain address (`name@host.tld`), or longer than 254 characters."""

    code = "email_malformed"


def normalize_email(text: str) -> str:
    """The spelling that addresses are stored and compared in.

    Trimmed, NFC, lower case; an international domain in its ASCII form. Display
    names, lists, comments, quoted names, control characters, IP literals and
    hosts without a dot are no addresses here. No network is asked, and reserved
    domains such as example.test pass. Raises EmailMalformed.
    """
    trimmed = text.strip()
    if len(trimmed) > MAX_LENGTH:
        raise EmailMalformed
    lowered = unicodedata.normalize("NFC", unicodedata.normalize("NFC", trimmed).lower())
    try:
        # `test_environment` only lets the domain .test pass.
        parts = validate_email(
            lowered, check_deliverability=False, test_environment=True, strict=True
        )
    except EmailNotValidError as malformed:
        raise EmailMalformed from malformed

    address = f"{parts.local_part}@{parts.ascii_domain}"
    if "." not in parts.ascii_domain or len(address) > MAX_LENGTH:
        raise EmailMalformed
    return address

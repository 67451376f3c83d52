"""The list of customers as a file: written, and read again from whatever program it comes."""

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from portal.addresses import COUNTRIES, INVALID, TOO_LONG, address_errors, tidy_address
from portal.billing.addresses import Address
from portal.billing.card_numbers import contains_card_number
from portal.billing.customers import Customer
from portal.billing.emails import EmailMalformed, normalize_email
from portal.billing.errors import BillingError
from portal.documents.csv_text import csv_text, unguarded
from portal.formatting import country_name
from portal.i18n import LANGUAGES

MOST_ROWS = 10_000
ADDRESS = ("line1", "line2", "postal_code", "city", "state", "country")
COLUMNS = ("email", "name", "company", "phone", *ADDRESS, "language", "notes")
EXPORTED = ("id", *COLUMNS, "currency", "created_at")
LONGEST: Mapping[str, int] = MappingProxyType(
    {"name": 256, "company": 256, "phone": 40, "notes": 5000}
)
# What the columns are called elsewhere: in lower case, without accents and marks.
ALIASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "email": (
            "mail",
            "emailaddress",
            "emailadresse",
            "adresseemail",
            "adressemail",
            "courriel",
        ),
        "name": ("fullname", "vorundnachname", "vollstandigername", "nom", "nomcomplet", "kunde"),
        "company": (
            "organisation",
            "organization",
            "firma",
            "unternehmen",
            "societe",
            "entreprise",
        ),
        "phone": ("phonenumber", "telefon", "telefonnummer", "telephone", "tel"),
        "line1": ("address", "addressline1", "street", "strasse", "adresse", "anschrift", "rue"),
        "line2": ("addressline2", "adresszusatz", "complementdadresse", "complement"),
        "postal_code": ("postcode", "zip", "zipcode", "plz", "postleitzahl", "codepostal"),
        "city": ("town", "ort", "stadt", "ville"),
        "state": ("region", "province", "bundesland", "kanton", "departement"),
        "country": ("land", "pays", "countrycode", "laendercode"),
        "language": ("locale", "sprache", "langue"),
        "notes": ("note", "notiz", "notizen", "bemerkung", "remarque", "remarques"),
    }
)
LANGUAGE_NAMES = {"deutsch": "de", "german": "de", "allemand": "de"} | {
    **dict.fromkeys(("englisch", "english", "anglais"), "en"),
    **dict.fromkeys(("franzosisch", "french", "francais"), "fr"),
}


class ListUnreadable(BillingError):
    """The file is no list of customers; `code` says why.

    `csv_not_utf8`, `csv_empty`, `csv_without_email`, `csv_broken` or `csv_too_long`.
    """

    code = "csv_broken"

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row: its line in the file, the columns of a customer, and what is wrong (field, code)."""

    line: int
    given: dict[str, str]
    problems: list[tuple[str, str]] = field(default_factory=list)


def write_customers(customers: Iterator[Customer]) -> Iterator[str]:
    """The file, line by line."""
    return csv_text(EXPORTED, (_exported(customer) for customer in customers))


def _exported(customer: Customer) -> list[str]:
    values = {name: getattr(customer, name, "") for name in EXPORTED}
    values |= {"language": customer.locale, "created_at": customer.created_at.isoformat()}
    return [str(values[name] or "") for name in EXPORTED]


def read_customers(data: bytes) -> list[ReadRow]:
    """The rows of a file. Empty lines are left out. Raises `ListUnreadable`."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise ListUnreadable("csv_not_utf8") from wrong
    if "\0" in text:
        raise ListUnreadable("csv_broken")
    reader = csv.reader(text.splitlines(keepends=True), delimiter=_delimiter(text), strict=True)
    try:
        head = next(reader, None)
        columns = _columns(head or [])
        rows = [
            _read(reader.line_num, columns, cells) for cells in reader if any(map(str.strip, cells))
        ]
    except csv.Error as broken:
        raise ListUnreadable("csv_broken") from broken
    if not rows:
        raise ListUnreadable("csv_empty")
    if len(rows) > MOST_ROWS:
        raise ListUnreadable("csv_too_long")
    return rows


def _delimiter(text: str) -> str:
    head = text.partition("\n")[0]
    return max(",;\t", key=head.count)


def _columns(head: list[str]) -> dict[int, str]:
    """Which column stands where. Unknown ones are left out, of doubled ones the first counts."""
    if not any(cell.strip() for cell in head):
        raise ListUnreadable("csv_empty")
    names = {_plain(alias): column for column in COLUMNS for alias in (column, *ALIASES[column])}
    found: dict[int, str] = {}
    for position, cell in enumerate(head):
        column = names.get(_plain(cell))
        if column and column not in found.values():
            found[position] = column
    if "email" not in found.values():
        raise ListUnreadable("csv_without_email")
    return found


def _plain(text: str) -> str:
    """ "Straße / Hausnr." → "strassehausnr": what headings and names are compared by."""
    letters = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", letters)


def _read(line: int, columns: dict[int, str], cells: list[str]) -> ReadRow:
    typed = {
        column: unguarded(cells[position].strip()) if position < len(cells) else ""
        for position, column in columns.items()
    }
    problems: list[tuple[str, str]] = []
    given = {name: typed.get(name, "") for name in ("name", "company", "phone", "notes")}
    for name, text in given.items():
        if len(text) > LONGEST[name]:
            problems.append((name, "too_long"))
        elif contains_card_number(text):
            problems.append((name, "card_number"))
    given["email"] = _email(typed.get("email", ""), problems)
    given["locale"] = _language(typed.get("language", ""), problems)
    given |= _address(typed, problems)
    return ReadRow(line, given, problems)


def _email(text: str, problems: list[tuple[str, str]]) -> str:
    if not text:
        problems.append(("email", "missing"))
        return ""
    try:
        return normalize_email(text)
    except EmailMalformed:
        problems.append(("email", "malformed"))
        return text[:254]


def _language(text: str, problems: list[tuple[str, str]]) -> str:
    code = text.casefold()[:2] if re.fullmatch(r"[A-Za-z]{2}([-_].*)?", text) else ""
    found = code if code in LANGUAGES else LANGUAGE_NAMES.get(_plain(text), "")
    if text and not found:
        problems.append(("language", "unknown"))
    return found


def _address(typed: dict[str, str], problems: list[tuple[str, str]]) -> dict[str, str]:
    """What a list leaves out may be added later; what is wrong may not come in."""
    parts = {name: typed.get(name, "") for name in ADDRESS}
    parts["country"] = _country(parts["country"])
    address = tidy_address(Address(**parts))
    for part, problem in address_errors(address).items():
        is_said = any(getattr(address, name) for name in ADDRESS)
        if is_said and problem in {INVALID, TOO_LONG}:
            is_long = problem == TOO_LONG and part != "country"
            problems.append((part, "too_long" if is_long else "unknown"))
    return {name: getattr(address, name) for name in ADDRESS}


def _country(text: str) -> str:
    """The code of a country given by its code, or by its name in one of our languages."""
    if text.upper() in COUNTRIES:
        return text.upper()
    return _country_names().get(_plain(text), text)


@lru_cache(maxsize=1)
def _country_names() -> dict[str, str]:
    return {
        _plain(country_name(code, language)): code for language in LANGUAGES for code in COUNTRIES
    }

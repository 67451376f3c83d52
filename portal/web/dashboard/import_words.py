"""What becomes of the rows of a list, and why, in words."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

COLUMN_LABELS = {
    "email": _l("Email address"),
    "name": _l("Name"),
    "company": _l("Company"),
    "phone": _l("Phone"),
    "line1": _l("Street and number"),
    "line2": _l("Address line 2"),
    "postal_code": _l("Postal code"),
    "city": _l("City"),
    "state": _l("State"),
    "country": _l("Country"),
    "language": _l("Language"),
    "notes": _l("Notes"),
}
BEFORE = {
    "create": (_l("Will be added"), "success"),
    "skip": (_l("Skipped: the address is known"), "neutral"),
    "error": (_l("Cannot be added"), "danger"),
}
AFTER = BEFORE | {
    "create": (_l("Added"), "success"),
    "error": (_l("Not added"), "danger"),
}


def outcome_words(outcome: str, is_over: bool = False) -> tuple[Any, str]:
    """Word and tone of the badge."""
    return (AFTER if is_over else BEFORE)[outcome]


def problem_words(problem: Sequence[str]) -> str:
    """Why a row cannot come in."""
    column, code = problem
    label = COLUMN_LABELS.get(column, column)
    match code:
        case "missing":
            return gettext("%(field)s is missing.", field=label)
        case "malformed":
            return gettext("%(field)s is not an email address.", field=label)
        case "too_long":
            return gettext("%(field)s is too long.", field=label)
        case "card_number":
            return gettext("%(field)s looks like a card number.", field=label)
    return gettext("%(field)s is not known or not valid.", field=label)

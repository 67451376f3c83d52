"""What the lines of an invoice are for."""

from typing import Any

from flask_babel import gettext as _


def line_words(line: Any) -> str:
    """In words; of a change within a period, which part of it. Rows, items and documents alike."""
    return part_words(line.description, line)


def part_words(name: str, line: Any) -> str:
    """The same with another name, such as one that says how many."""
    if not line.is_proration:
        return name
    if line.amount < 0:
        return _("Unused time: %(product)s", product=name)
    return _("Rest of the period: %(product)s", product=name)

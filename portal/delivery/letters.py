"""What a mail says: subject, text and HTML from templates/email/<message>/.

Rendered without a request, in the reader's language.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from portal import formatting
from portal.folders import folder
from portal.i18n import translations

LONGEST_SUBJECT = 180
URL = re.compile(r"(?i)\b(?:https?://|www\.)")
DOT_OF_A_DOMAIN = re.compile(r"(?<=\w)\.(?=[^\W\d_]{2})")
WORD_JOINER = "\u2060"  # invisible, and no part of an address


class Letter(NamedTuple):
    """A mail as it is read: one subject, the same said as text and as HTML."""

    subject: str
    text: str
    html: str


def write(message: str, locale: str, context: Mapping[str, Any]) -> Letter:
    """The mail `message` in a language."""
    environment = _environment(locale)
    given = {**context, "locale": locale}

    def render(name: str) -> str:
        return environment.get_template(f"email/{message}/{name}").render(given)

    return Letter(
        one_line(render("subject.txt"))[:LONGEST_SUBJECT],
        _tidy(render("body.txt")),
        with_inline_styles(render("body.html")),
    )


def with_inline_styles(html: str) -> str:
    """Rules of the style sheet moved to the elements: many clients drop the sheet."""
    import css_inline  # noqa: PLC0415 - a worker's tool; the web loads it for a preview only

    inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
    return inliner.inline(html)


def one_line(text: str) -> str:
    """Without line breaks, control characters and what turns the direction of writing."""
    visible = (" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in text)
    return " ".join("".join(visible).split())


def unlinked(text: str) -> str:
    """What people typed, such that no mail program makes a link of it."""
    return DOT_OF_A_DOMAIN.sub(f".{WORD_JOINER}", URL.sub("", text))


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"


@lru_cache(maxsize=8)
def _environment(locale: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(str(folder("templates"))),
        autoescape=select_autoescape(["html"], default_for_string=False, default=False),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(  # type: ignore[attr-defined]
        translations(locale), newstyle=True
    )

    def day(value: datetime, zone: str) -> str:
        return formatting.date_long(formatting.day_in(value, zone), locale)

    environment.filters.update(
        money=lambda amount, currency: formatting.money(amount, currency, locale),
        number=lambda value: formatting.number(value, locale),
        day=day,
        unlinked=unlinked,
        plain_day=lambda value: formatting.date_long(value, locale),
    )
    return environment

"""Money, dates, numbers and names as the reader writes them (CLDR through Babel).

Languages are "de", "fr" and "en"; English is written the British way, since the
audience is European: 21 November 2026, US$5. Knows neither request nor Flask.
Results are cached: a page of fifty rows says the same few things again and again.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton, format_time
from babel.numbers import format_currency, format_decimal, format_percent, get_group_symbol

from portal.billing.money import exponent

WRITTEN_AS = {"en": "en_GB"}
NO_BREAK_SPACE = "\u00a0"

Rate = Decimal | Fraction | int | str


class NotAnAmount(ValueError):
    """The text is no amount of this currency in this language."""


@lru_cache(maxsize=32)
def babel_locale(locale: str) -> Locale:
    """Babel's locale for one of our languages."""
    return Locale.parse(WRITTEN_AS.get(locale, locale), sep="-" if "-" in locale else "_")


# ── money ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Pattern:
    """What stands around and between the digits of an amount."""

    positive: tuple[str, str]
    negative: tuple[str, str]
    group: str
    decimal: str
    exponent: int


@lru_cache(maxsize=8192)
def money(amount: int, currency: str, locale: str) -> str:
    """An amount (minor units) in words of the locale: 123450 → "1.234,50 €".

    Raises CurrencyUnknown.
    """
    pattern = _money_pattern(currency, locale)
    before, after = pattern.negative if amount < 0 else pattern.positive
    return before + _digits(abs(amount), pattern, pattern.group) + after


def amount_digits(amount: int, currency: str, locale: str) -> str:
    """An amount (minor units) as it is typed into a field: 123450 → "1234,50"."""
    sign = "-" if amount < 0 else ""
    return sign + _digits(abs(amount), _money_pattern(currency, locale), "")


def _digits(amount: int, pattern: _Pattern, group: str) -> str:
    whole, fraction = divmod(amount, 10**pattern.exponent)
    written = f"{whole:,}".replace(",", group)
    if not pattern.exponent:
        return written
    return f"{written}{pattern.decimal}{fraction:0{pattern.exponent}}"


@lru_cache(maxsize=1024)
def _money_pattern(currency: str, locale: str) -> _Pattern:
    written = babel_locale(locale)
    return _Pattern(
        positive=_affixes(format_currency(Decimal(1), currency, locale=written)),
        negative=_affixes(format_currency(Decimal(-1), currency, locale=written)),
        group=get_group_symbol(written),
        decimal=written.number_symbols["latn"]["decimal"],
        exponent=exponent(currency),
    )


def _affixes(sample: str) -> tuple[str, str]:
    before, after = re.split(r"\d+(?:[^\d]\d+)?", sample, maxsplit=1)
    if before and before[-1].isalpha():  # CLDR's currency spacing, which Babel leaves out
        before += NO_BREAK_SPACE
    return before, after


def parse_amount(text: str, currency: str, locale: str) -> int:
    """Minor units of what somebody typed: "1.234,50" → 123450.

    A mark that cannot separate thousands is read as the decimal mark in every
    language ("12.50" in German). Never rounds. Raises NotAnAmount.
    """
    pattern = _money_pattern(currency, locale)
    digits = re.sub(r"\s", "", text.strip())
    marks = "".join(sorted(set(re.findall(r"\D", digits))))
    decimal = _decimal_mark(digits, marks, pattern)
    whole, _, fraction = digits.partition(decimal) if decimal else (digits, "", "")
    for mark in marks.replace(decimal or "\0", ""):
        whole = _without_groups(whole, mark)
    if not re.fullmatch(r"[0-9]{1,15}", whole) or not re.fullmatch(r"[0-9]*", fraction):
        raise NotAnAmount(text)
    if len(fraction) > pattern.exponent:
        raise NotAnAmount(text)
    return int(whole) * 10**pattern.exponent + int(fraction.ljust(pattern.exponent, "0") or 0)


def _decimal_mark(digits: str, marks: str, pattern: _Pattern) -> str | None:
    if pattern.decimal in marks:
        return pattern.decimal
    other = {",": ".", ".": ","}[pattern.decimal]
    alone = digits.count(other) == 1 and len(digits.rpartition(other)[2]) != 3
    return other if alone else None


def _without_groups(whole: str, mark: str) -> str:
    if mark not in ".,'’" or not re.fullmatch(rf"\d{{1,3}}({re.escape(mark)}\d{{3}})+", whole):
        raise NotAnAmount(whole)
    return whole.replace(mark, "")


# ── numbers ──────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=2048)
def number(value: int, locale: str) -> str:
    """A count: 1234 → "1.234"."""
    return format_decimal(value, locale=babel_locale(locale))


@lru_cache(maxsize=512)
def percent(rate: Rate, locale: str) -> str:
    """A rate in percent, up to three decimals: 19 → "19 %", Decimal("5.5") → "5,5 %".

    Raises ValueError for text that is no number.
    """
    written = babel_locale(locale)
    pattern = written.percent_formats[None].pattern.replace("#,##0", "#,##0.###")
    return format_percent(_decimal(rate) / 100, format=pattern, locale=written)


def _decimal(rate: Rate) -> Decimal:
    if isinstance(rate, Fraction):
        return Decimal(rate.numerator) / rate.denominator
    try:
        return Decimal(rate)
    except InvalidOperation as error:
        raise ValueError(f"{rate!r} is not a rate in percent") from error


# ── dates: days, and moments (UTC, aware) seen from a time zone ──────────────────────────────


def day_in(moment: datetime, zone: str) -> date:
    """The day that a moment falls on in a time zone ("Europe/Berlin")."""
    return moment.astimezone(ZoneInfo(zone)).date()


@lru_cache(maxsize=2048)
def date_long(day: date, locale: str) -> str:
    """ "21 November 2026", "21. November 2026", "21 novembre 2026"."""
    return _first(day, locale, format_date(day, "long", locale=babel_locale(locale)))


@lru_cache(maxsize=2048)
def date_medium(day: date, locale: str) -> str:
    """ "21 Nov 2026", "21.11.2026", "21 nov. 2026"."""
    return _first(day, locale, format_date(day, "medium", locale=babel_locale(locale)))


def _first(day: date, locale: str, written: str) -> str:
    """French writes the first of a month as an ordinal, which CLDR's patterns leave out."""
    if day.day == 1 and locale.startswith("fr"):
        return written.replace("1 ", "1er ", 1)
    return written


@lru_cache(maxsize=2048)
def days(first: date, last: date, locale: str) -> str:
    """From one day to another, both included: "1–30 Nov 2026"."""
    return format_interval(first, last, "yMMMd", locale=babel_locale(locale))


@lru_cache(maxsize=512)
def month_medium(day: date, locale: str) -> str:
    """ "Nov 2026", "Nov. 2026", "nov. 2026"."""
    return format_skeleton("yMMM", day, locale=babel_locale(locale))


def month_long(day: date, locale: str) -> str:
    """ "November 2026", "novembre 2026"."""
    return format_skeleton("yMMMM", day, locale=babel_locale(locale))


def time_of_day(moment: datetime, zone: str, locale: str) -> str:
    """ "14:05" in a time zone."""
    local = moment.astimezone(ZoneInfo(zone))
    return format_time(local.timetz(), "short", locale=babel_locale(locale))


def moment_long(moment: datetime, zone: str, locale: str) -> str:
    """Day and time of day: "21 November 2026, 14:05"."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{date_long(local.date(), locale)}, {time_of_day(moment, zone, locale)}"


# ── names ────────────────────────────────────────────────────────────────────────────────────


def country_name(code: str, locale: str) -> str:
    """ "FR" → "France"; an unknown code is given back."""
    return str(babel_locale(locale).territories.get(code, code))


def language_name(code: str, locale: str) -> str:
    """ "de" → "German"; an unknown code is given back."""
    return str(babel_locale(locale).languages.get(code, code))


def currency_name(code: str, locale: str) -> str:
    """ "EUR" → "Euro"; an unknown code is given back."""
    return str(babel_locale(locale).currencies.get(code, code))

"""German and French are complete, keep their placeholders, and are set as their readers expect."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import polib
import pytest

from tests.support.messages import POT, as_text, extracted
from tests.support.source import ROOT

LANGUAGES = ("de", "fr")
each_language = pytest.mark.parametrize("language", LANGUAGES)
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|%%")
NO_BREAK = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"


@cache
def catalog(language: str) -> Any:
    path = ROOT / "translations" / language / "LC_MESSAGES/messages.po"
    if not path.exists():
        pytest.fail(f"{path.relative_to(ROOT)} is missing: make translations")
    return polib.pofile(str(path))


def entries(language: str) -> Iterator[Any]:
    return (entry for entry in catalog(language) if not entry.obsolete)


def readings(entry: Any) -> list[str]:
    """What a translation says, all its plurals."""
    return [text for text in (entry.msgstr, *entry.msgstr_plural.values()) if text]


def complaints(language: str, wrong: Callable[[str], bool]) -> list[str]:
    return [text for entry in entries(language) for text in readings(entry) if wrong(bare(text))]


def bare(text: str) -> str:
    """Without what is no prose: placeholders, tags, addresses."""
    return re.sub(r"<[^>]*>|&#?\w+;|https?://\S+|\S+@\S+", "", PLACEHOLDER.sub("x", text))


def test_the_template_is_fresh():
    assert POT.exists(), "make translations"
    assert POT.read_text(encoding="utf-8") == as_text(extracted()), "make translations"


def test_messages_keep_percent_signs_and_values_apart():
    """A literal % beside a value is a TypeError in one language only."""
    wrong = [
        text
        for message in extracted()
        if message.id
        for text in ([message.id] if isinstance(message.id, str) else message.id)
        if "%(" in text and "%" in PLACEHOLDER.sub("", text)
    ]
    assert wrong == []


def test_messages_name_their_values():
    anonymous = re.compile(r"%[sd]|\{\w*\}")
    wrong = [
        str(message.id)
        for message in extracted()
        if message.id and anonymous.search(str(message.id))
    ]
    assert wrong == []


@each_language
def test_every_message_is_translated(language: str):
    known = {(entry.msgctxt, entry.msgid): entry for entry in entries(language)}
    missing = []
    for message in extracted():
        if not message.id:
            continue
        singular = message.id if isinstance(message.id, str) else message.id[0]
        entry = known.get((message.context, singular))
        if entry is None or not entry.translated():
            missing.append(singular)
    assert missing == []


@each_language
def test_no_translation_is_left_over(language: str):
    wanted = {
        (message.context, message.id if isinstance(message.id, str) else message.id[0])
        for message in extracted()
        if message.id
    }
    assert [e.msgid for e in catalog(language) if (e.msgctxt, e.msgid) not in wanted] == []


@each_language
def test_no_translation_is_a_guess(language: str):
    assert [entry.msgid for entry in entries(language) if entry.fuzzy] == []


@each_language
def test_translations_keep_their_placeholders(language: str):
    wrong = []
    for entry in entries(language):
        wanted = names(entry.msgid) | names(entry.msgid_plural)
        for text in readings(entry):
            # A plural form may say "one" instead of the number.
            optional = {"num"} if entry.msgid_plural else set()
            if not wanted - optional <= names(text) <= wanted:
                wrong.append(text)
    assert wrong == []


@each_language
def test_translations_keep_their_tags(language: str):
    tags = re.compile(r"</?\w+")
    wrong = [
        entry.msgstr
        for entry in entries(language)
        if entry.msgstr and sorted(tags.findall(entry.msgid)) != sorted(tags.findall(entry.msgstr))
    ]
    assert wrong == []


@each_language
def test_translations_begin_and_end_like_their_source(language: str):
    """A full stop where the source has one, and no stray blanks."""
    wrong = [
        entry.msgstr
        for entry in entries(language)
        if entry.msgstr
        and (
            (entry.msgstr != entry.msgstr.strip(" \n") and entry.msgid == entry.msgid.strip(" \n"))
            or entry.msgid.rstrip().endswith(".") != ends_with_a_stop(entry.msgstr)
        )
    ]
    assert wrong == []


def ends_with_a_stop(text: str) -> bool:
    """Labels may end with the one abbreviation that German writes with a point."""
    ends = text.rstrip()
    return ends.endswith(".") and not re.fullmatch(r"(\w+ )?USt-IdNr\.", ends)


def names(text: str) -> set[str]:
    return {found[1] for found in PLACEHOLDER.finditer(text) if found[1]}


# ── French ──────────────────────────────────────────────────────────────────────────────────────


def test_french_keeps_a_space_that_does_not_break_before_high_punctuation():
    before = re.compile(rf"[^{NO_BREAK}\d!?][:;!?»](?!\w|/)|«[^{NO_BREAK}]")
    assert complaints("fr", lambda text: bool(before.search(text))) == []


def test_french_has_typographic_apostrophes():
    assert complaints("fr", lambda text: bool(re.search(r"\w'\w", text))) == []


def test_french_says_vous():
    familiar = re.compile(r"\b(tu|toi|ton|tes|t’\w+)\b", re.IGNORECASE)
    assert complaints("fr", lambda text: bool(familiar.search(text))) == []


# ── German ──────────────────────────────────────────────────────────────────────────────────────


def test_german_says_sie():
    familiar = re.compile(r"\b(du|dir|dich|dein|deine[mnrs]?)\b", re.IGNORECASE)
    assert complaints("de", lambda text: bool(familiar.search(text))) == []


def test_german_has_german_quotation_marks():
    foreign = re.compile(r"\"|“[^„]*”|^[^„]*“")
    assert complaints("de", lambda text: bool(foreign.search(text))) == []

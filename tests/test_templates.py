"""What every template keeps to: strict CSP, links and forms first, words through Babel, short."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from jinja2 import TemplateSyntaxError

from tests.support.source import ROOT, TEMPLATES, name, templates
from tests.support.template_source import (
    SYNTAX,
    Tag,
    markup,
    untranslated_sentences,
    without_jinja,
)

LONGEST_TEMPLATE = 120
# path -> why it is better in one piece
LONG_ON_PURPOSE: dict[str, str] = {}
# path -> why what it prints is markup already, and safe
SAFE_ON_PURPOSE: dict[str, str] = {}
# Names and formats that read the same in every language.
SAME_EVERYWHERE = {
    *("BIC", "CSV", "HTML", "IBAN", "PDF", "QR", "SEPA", "URL"),
    *("AMEX", "Mastercard", "Portal", "VISA", "Visa"),
}

WORD = re.compile(r"[^\W\d_]{2,}")
ENTITY = re.compile(r"&#?\w+;")
READ_ALOUD = {"alt", "aria-label", "aria-description", "placeholder", "title"}
SENDS = {"hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete"}
FROM_THE_SERVER = {"script": "src", "link": "href", "img": "src", "iframe": "src"}

ALL = templates()
# A mail has no policy and no stylesheet of its own: clients want styles inline.
MAILS = [path for path in ALL if path.is_relative_to(TEMPLATES / "email")]
PAGES = [path for path in ALL if path not in MAILS]
TEXTS = templates(".txt")


def complaints(paths: list[Path], wrong: Callable[[Tag], bool]) -> list[str]:
    return [
        f"{name(path)}:{tag.line} <{tag.name}>"
        for path in paths
        for tag in markup(path).tags
        if wrong(tag)
    ]


def test_there_are_templates():
    assert PAGES, f"no templates below {TEMPLATES}: the tests of this file would test nothing"


@pytest.mark.parametrize("path", ALL + TEXTS, ids=name)
def test_it_is_valid_jinja(path: Path):
    try:
        SYNTAX.parse(path.read_text(encoding="utf-8"))
    except TemplateSyntaxError as error:
        pytest.fail(f"{name(path)}:{error.lineno} {error.message}")


def test_templates_are_short():
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in ALL}
    assert {
        path: lines
        for path, lines in lengths.items()
        if lines > LONGEST_TEMPLATE and path not in LONG_ON_PURPOSE
    } == {}


def test_templates_are_indented_by_spaces():
    assert [name(path) for path in ALL if "\t" in path.read_text(encoding="utf-8")] == []


# ── the content security policy ─────────────────────────────────────────────────────────────────


def test_pages_have_no_inline_styles():
    assert complaints(PAGES, lambda tag: tag.name == "style" or "style" in tag.attributes) == []


def test_scripts_are_files():
    assert complaints(ALL, lambda tag: tag.name == "script" and "src" not in tag.attributes) == []


def test_there_are_no_inline_handlers():
    def wrong(tag: Tag) -> bool:
        return any(
            key.startswith(("on", "hx-on"))
            or value.strip().lower().startswith(("javascript:", "js:"))
            for key, value in tag.attributes.items()
        )

    assert complaints(ALL, wrong) == []


def test_pages_load_nothing_from_elsewhere():
    def wrong(tag: Tag) -> bool:
        address = tag.attributes.get(FROM_THE_SERVER.get(tag.name, ""), "")
        return address.startswith(("http:", "https:", "//"))

    assert complaints(PAGES, wrong) == []


def test_nothing_is_declared_safe_without_a_reason():
    unsafe = re.compile(r"\|\s*safe\b|autoescape\s+false")
    comment = re.compile(r"\{#.*?#\}", re.DOTALL)
    found = {
        name(path)
        for path in ALL
        if unsafe.search(comment.sub("", path.read_text(encoding="utf-8")))
    }
    assert found - set(SAFE_ON_PURPOSE) == set()
    assert set(SAFE_ON_PURPOSE) - found == set(), "no longer needed"


# ── without JavaScript ──────────────────────────────────────────────────────────────────────────


def test_what_htmx_sends_is_a_link_or_a_form_first():
    def wrong(tag: Tag) -> bool:
        if not SENDS & set(tag.attributes):
            return False
        if tag.name == "a":
            return "href" not in tag.attributes
        if tag.name == "form":
            return "action" not in tag.attributes and tag.attributes.get("method") != "get"
        # A field or a button belongs to a form; a part that asks again by itself needs no hand.
        in_a_form = tag.name in {"button", "input", "select", "textarea"}
        return not in_a_form and "every " not in tag.attributes.get("hx-trigger", "")

    assert complaints(PAGES, wrong) == []


def test_forms_and_htmx_know_only_get_and_post():
    def wrong(tag: Tag) -> bool:
        if {"hx-put", "hx-patch", "hx-delete"} & set(tag.attributes):
            return True
        method = tag.attributes.get("method", "get").lower()
        return tag.name == "form" and method not in {"get", "post", ""}

    assert complaints(ALL, wrong) == []


def test_forms_that_change_something_carry_a_token():
    form = re.compile(r"<form\b[^>]*method=[\"']?post.*?</form>", re.DOTALL | re.IGNORECASE)
    wrong = [
        f"{name(path)}: {found[0][:60]}"
        for path in PAGES
        for found in form.finditer(path.read_text(encoding="utf-8"))
        if not re.search(r"csrf|hidden_tag", found[0])
    ]
    assert wrong == []


# ── people ──────────────────────────────────────────────────────────────────────────────────────


def test_pictures_have_a_text():
    assert complaints(ALL, lambda tag: tag.name == "img" and "alt" not in tag.attributes) == []


def test_links_to_a_new_window_do_not_hand_over_this_one():
    def wrong(tag: Tag) -> bool:
        opens = tag.attributes.get("target") == "_blank"
        return opens and "noopener" not in tag.attributes.get("rel", "")

    assert complaints(PAGES, wrong) == []


@pytest.mark.parametrize("path", ALL, ids=name)
def test_every_word_goes_through_the_translations(path: Path):
    page = markup(path)
    spoken = [
        (tag.line, value)
        for tag in page.tags
        for key, value in tag.attributes.items()
        if key in READ_ALOUD
    ]
    left = [
        f"{name(path)}:{line} {text!r}" for line, text in page.texts + spoken if list(words(text))
    ]
    left += [
        f"{name(path)}:{line} {text!r}"
        for line, text in untranslated_sentences(path.read_text(encoding="utf-8"))
    ]
    assert left == []


@pytest.mark.parametrize("path", TEXTS, ids=name)
def test_every_word_of_a_mail_goes_through_the_translations(path: Path):
    text = without_jinja(path.read_text(encoding="utf-8"))
    assert list(words(text)) == []


def words(text: str) -> Iterator[str]:
    return (word for word in WORD.findall(ENTITY.sub("", text)) if word not in SAME_EVERYWHERE)


def test_the_list_of_exceptions_is_true():
    assert [path for path in LONG_ON_PURPOSE if not (ROOT / path).exists()] == []

"""Words without a request."""

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from portal import i18n


@pytest.fixture
def german(tmp_path, monkeypatch):
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalog = Catalog(locale="de")
    catalog.add("Total", "Summe")
    catalog.add("Page %(page)s", "Seite %(page)s")
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, catalog)
    monkeypatch.setattr(i18n, "folder", lambda _: tmp_path)
    i18n.translations.cache_clear()
    yield i18n.gettext_for("de")
    i18n.translations.cache_clear()


def test_a_message_is_in_the_language_asked_for(german):
    assert german("Total") == "Summe"
    assert german("Page %(page)s", page=2) == "Seite 2"


def test_what_is_not_translated_is_english(german):
    assert german("100% sure") == "100% sure"
    assert i18n.gettext_for("xx")("Total") == "Total"

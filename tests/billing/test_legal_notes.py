"""The law's own words, in every language of documents."""

import pytest

from portal.billing.legal_notes import REASONS, notes_between, reason_text
from portal.billing.tax_treatment import TaxReason
from portal.i18n import LANGUAGES


@pytest.mark.parametrize("reason", [reason for reason in TaxReason if reason])
@pytest.mark.parametrize("country", ["DE", "FR", "AT"])
def test_every_reason_has_a_sentence_of_its_own_in_every_language(reason, country):
    said = [reason_text(reason, country, language) for language in LANGUAGES]

    assert all(said)
    assert len(set(said)) == len(LANGUAGES)


def test_every_reason_has_words_for_other_countries():
    assert all("" in by_country for by_country in REASONS.values())


@pytest.mark.parametrize(
    ("reason", "country", "language", "words"),
    [
        ("small_business", "DE", "de", "§ 19 UStG"),
        ("small_business", "FR", "fr", "TVA non applicable, art. 293 B du CGI"),
        ("small_business", "FR", "en", "TVA non applicable, art. 293 B du CGI"),
        ("reverse_charge", "DE", "de", "Steuerschuldnerschaft des Leistungsempfängers"),
        ("reverse_charge", "DE", "fr", "Autoliquidation"),
        ("reverse_charge", "FR", "en", "Reverse charge"),
        ("intra_community", "DE", "de", "innergemeinschaftliche Lieferung"),
        ("export", "FR", "fr", "262"),
    ],
)
def test_the_words_that_the_law_prescribes_are_there(reason, country, language, words):
    assert words in reason_text(reason, country, language)


def test_taxed_as_usual_needs_no_sentence():
    assert reason_text("", "DE", "de") == ""


def test_another_language_reads_as_english():
    assert reason_text("export", "DE", "nl") == reason_text("export", "DE", "en")


def french_notes(**given) -> dict[str, str]:
    said = {"is_business": True, "is_service": True, "on_debits": False} | given
    return dict(notes_between("FR", "fr", **said))


def test_between_french_businesses_penalties_indemnity_and_discount_are_said():
    notes = french_notes()

    assert set(notes) == {"late_payment", "recovery_costs", "early_payment"}
    assert "10 points" in notes["late_payment"]
    assert "40\u00a0€" in notes["recovery_costs"]
    assert "escompte" in notes["early_payment"]


def test_a_consumer_is_not_threatened_with_penalties_between_businesses():
    assert french_notes(is_business=False) == {}


def test_vat_on_debits_is_said_of_services_only():
    option = "Option pour le paiement de la taxe d’après les débits."

    assert french_notes(on_debits=True)["vat_on_debits"] == option
    assert "vat_on_debits" not in french_notes(on_debits=True, is_service=False)


def test_germany_wants_none_of_this():
    notes = notes_between("DE", "de", is_business=True, is_service=True, on_debits=True)

    assert list(notes) == []

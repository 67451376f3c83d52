"""The PDF itself: accessible, the same every time, and nothing in it is ever evaluated."""

from dataclasses import replace

import pytest

from portal.documents.data import Brand, Buyer
from portal.documents.pdf import render
from tests.documents.reading import opened, text_of
from tests.documents.samples import SELLER, a_document, a_line, a_logo, a_receipt, with_note


@pytest.mark.parametrize("language", ["de", "fr", "en"])
def test_a_document_is_tagged_and_says_its_title_and_language(language):
    with opened(render(a_document(language=language), {})) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in pdf.Root
        assert str(pdf.Root.Lang) == language
        assert "NORD-000123" in str(pdf.docinfo["/Title"])
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf.Root.Metadata.read_bytes()


def test_an_invoice_says_who_what_and_how_much():
    text = text_of(render(a_document(), {}))

    for said in (
        "Invoice NORD-000123",
        "Nordlicht Software GmbH",
        "Élodie Łukasiewicz",
        "Team plan 1–30 Nov 2026",
        "VAT 19% on €49.00 €9.31",
        "Total €58.31",
        "Page 1 of 1",
    ):
        assert said in text


def test_a_receipt_says_that_it_was_paid():
    text = text_of(render(a_receipt(), {}))

    assert "€58.31 paid on 22 November 2026" in text
    assert "Visa ending in 4242" in text


def test_the_same_document_is_the_same_bytes():
    document = with_note(a_document(brand=Brand(color="#0f766e", logo="logo")))
    images = {"logo": a_logo()}

    assert render(document, images) == render(document, images)


def test_two_hundred_lines_run_over_numbered_pages():
    lines = [a_line(1000 + number, description=f"Item {number}") for number in range(200)]
    pdf = render(a_document(*lines), {})
    text = text_of(pdf)

    with opened(pdf) as document:
        pages = len(document.pages)
    assert pages > 5
    assert f"Page {pages} of {pages}" in text
    assert text.count("Description") == pages - ("Description" not in last_page(text, pages))
    assert all(f"Item {number} " in text for number in range(200))


def last_page(text: str, pages: int) -> str:
    return text.rpartition(f"Page {pages - 1} of {pages}")[2]


@pytest.mark.parametrize(
    "markup",
    [
        '#panic("x")',
        "\\",
        "*bold* _emphasis_ `raw`",
        '#read("/etc/passwd")',
        '"); #panic("',
        "$x^2$ <label> @ref // comment",
        "{page} {pages}",
    ],
)
def test_markup_in_names_is_shown_as_text(markup):
    document = a_document(
        a_line(description=markup),
        buyer=Buyer(company=markup),
        seller=replace(SELLER, name=markup),
    )

    assert text_of(render(document, {})).count(markup) >= 3


@pytest.mark.parametrize("images", [{}, {"logo": b""}, {"logo": b"<svg/>"}, {"other": a_logo()}])
def test_without_a_usable_logo_the_name_stands_in(images):
    document = a_document(brand=Brand(logo="logo"))
    pdf = render(document, images)

    with opened(pdf) as opened_pdf:
        assert not opened_pdf.pages[0].get_images()
    assert text_of(pdf).startswith("Nordlicht Software GmbH")


def test_a_logo_is_shown_with_the_name_as_its_alternative():
    pdf = render(a_document(brand=Brand(logo="logo")), {"logo": a_logo()})

    with opened(pdf) as opened_pdf:
        assert len(opened_pdf.pages[0].get_images()) == 1
    assert not text_of(pdf).startswith("Nordlicht Software GmbH Nordlicht")


def test_very_long_names_and_words_make_a_document():
    endless = a_document(
        a_line(description="Q" * 2000),
        buyer=Buyer(company="Donaudampfschifffahrt" * 12, name="W" * 256),
        seller=replace(SELLER, name="M" * 256, email="m" * 200 + "@example.org"),
    )

    assert render(endless, {}).startswith(b"%PDF-1.7")


def test_a_name_in_a_script_without_a_font_makes_a_document_all_the_same():
    pdf = render(a_document(buyer=Buyer(company="王小明商店")), {})

    with opened(pdf) as document:
        assert document.Root.MarkInfo.Marked


def test_greek_cyrillic_and_every_latin_of_the_union_are_in_our_type():
    name = "Ωμέγα Сергей Łódź Şțefan Žofie Māra Ħal Þórð ẞ"

    with opened(render(a_document(buyer=Buyer(company=name)), {})) as document:
        assert b"pdfuaid" in document.Root.Metadata.read_bytes()

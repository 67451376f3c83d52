"""What the PDF claims of itself, looked at in its structure: PDF/A-3, PDF/UA and Factur-X."""

import hashlib
import re
from xml.etree import ElementTree as ET

import pytest

from portal.documents.data import Buyer
from portal.documents.einvoice import Profile, einvoice
from portal.documents.frames import FACTUR_X_NAME
from portal.documents.pdf import render
from tests.documents.einvoice_samples import a_credit_note, an_e_document, cases
from tests.documents.reading import opened, text_of

CASES = cases()
FX = "{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}"


def hybrid(document) -> bytes:
    return render(document, {FACTUR_X_NAME: einvoice(document, Profile.FACTUR_X)})


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return hybrid(an_e_document())


def metadata(pdf: bytes) -> ET.Element:
    with opened(pdf) as document:
        return ET.fromstring(document.Root.Metadata.read_bytes())


def test_the_e_invoice_lies_in_the_pdf_byte_for_byte(pdf):
    with opened(pdf) as document:
        (file,) = document.Root.AF
        assert str(file.UF) == str(file.F) == "factur-x.xml"
        assert str(file.AFRelationship) == "/Alternative"
        assert str(file.EF.F.Subtype) == "/text/xml"
        assert file.EF.F.Params.ModDate
        assert file.EF.F.read_bytes() == einvoice(an_e_document(), Profile.FACTUR_X)
        assert list(document.attachments) == ["factur-x.xml"]


def test_the_metadata_say_what_kind_of_e_invoice_it_is(pdf):
    said = {found.tag: found.text for found in metadata(pdf).iter() if found.tag.startswith(FX)}

    assert said == {
        f"{FX}DocumentFileName": "factur-x.xml",
        f"{FX}DocumentType": "INVOICE",
        f"{FX}Version": "1.0",
        f"{FX}ConformanceLevel": "EN 16931",
    }


def test_every_property_that_pdf_a_does_not_know_is_described(pdf):
    xmp = metadata(pdf)
    schema, described = "{http://www.aiim.org/pdfa/ns/schema#}", set()
    for known in xmp.iter(f"{schema}namespaceURI"):
        described.add(known.text)

    assert FX.strip("{}") in described
    assert len(list(xmp.iter("{http://www.aiim.org/pdfa/ns/extension/}schemas"))) == 1


def test_the_claims_of_archive_and_accessibility_are_kept(pdf):
    with opened(pdf) as document:
        xmp = document.Root.Metadata.read_bytes()
        for claim in (
            b"<pdfaid:part>3</pdfaid:part>",
            b"<pdfaid:conformance>A</pdfaid:conformance>",
            b"<pdfuaid:part>1</pdfuaid:part>",
        ):
            assert claim in xmp
        assert document.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in document.Root
        assert "/Filter" not in document.Root.Metadata
        assert str(document.Root.OutputIntents[0].S) == "/GTS_PDFA1"
        assert "/ID" in document.trailer
        assert not document.is_encrypted


def test_every_font_is_inside(pdf):
    with opened(pdf) as document:
        fonts = list(document.pages[0].resources.Font.values())
        descriptors = [font.DescendantFonts[0].FontDescriptor for font in fonts]
        assert descriptors
        assert all({"/FontFile2", "/FontFile3"} & set(each.keys()) for each in descriptors)
        assert all("/ToUnicode" in font for font in fonts)


def test_the_same_invoice_is_the_same_bytes(pdf):
    assert hashlib.sha256(hybrid(an_e_document())).digest() == hashlib.sha256(pdf).digest()


def test_without_an_e_invoice_nothing_is_claimed():
    plain = render(an_e_document(), {})

    with opened(plain) as document:
        assert "/AF" not in document.Root
        assert b"factur-x" not in document.Root.Metadata.read_bytes()


def test_a_name_in_a_script_without_a_font_has_its_e_invoice_all_the_same():
    document = an_e_document(
        buyer=Buyer(company="王小明商店", address=CASES["domestic"].buyer.address)
    )

    with opened(hybrid(document)) as pdf:
        assert list(pdf.attachments) == ["factur-x.xml"]


@pytest.mark.parametrize("name", ["credit note", "two rates", "domestic in France", "many lines"])
def test_documents_of_every_kind_are_laid_out(name):
    document = CASES[name]

    said = text_of(hybrid(document))

    assert document.number in said
    assert all(note.text.replace("\u00a0", " ")[:20] in said for note in document.legal_notes)


def test_a_credit_note_says_which_invoice_it_corrects_and_where_the_money_goes():
    said = text_of(hybrid(a_credit_note(language="en")))

    assert "Credit note NORD-CN-000007" in said
    assert re.search(r"Corrects invoice\s+NORD-000123", said)
    assert "€10.00 is deducted from what is still due of invoice NORD-000123." in said
    assert "€48.31 is returned by the payment method that you paid with." in said

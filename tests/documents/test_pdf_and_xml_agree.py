"""The PDF and the XML inside it are one invoice: whoever reads either reads the same."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from portal.documents.data import DocumentData, Texts
from portal.documents.einvoice import Profile, einvoice
from portal.documents.pdf import render
from portal.formatting import date_long, money
from tests.documents.einvoice_samples import a_credit_note, an_e_document, cases
from tests.documents.reading import text_of
from tests.documents.samples import a_line

WORDS = Texts(note="Vielen Dank.", footer="Amtsgericht Hamburg")
NAMES = (
    "domestic",
    "domestic by direct debit",
    "reverse charge",
    "discount on inclusive prices",
    "credit for unused time",
    "two rates",
    "domestic in France",
    "small business in France",
    "partly from the balance",
    "credit note in part, two rates",
)
SUMS = "{*}SpecifiedTradeSettlementHeaderMonetarySummation/{*}"


def in_plain(text: str) -> str:
    """With plain spaces, and hyphens at the end of a line taken for what they are."""
    return re.sub(r"\s+", " ", text.replace("\u200b", "")).replace("- ", "-")


@pytest.fixture(params=NAMES)
def both(request) -> tuple[DocumentData, str, ET.Element]:
    document = replace(cases()[request.param], texts=WORDS)
    return document, in_plain(text_of(render(document, {}))), tree(document)


def tree(document: DocumentData) -> ET.Element:
    return ET.fromstring(einvoice(document, Profile.FACTUR_X))


def texts(root: ET.Element, path: str) -> list[str]:
    return [found.text or "" for found in root.iterfind(f".//{path}")]


def shown(document: DocumentData, amount: str) -> str:
    minor = int(Decimal(amount).scaleb(2))
    return in_plain(money(minor, document.currency, document.language))


def test_sums_and_taxes_agree(both):
    document, pdf, root = both
    settlement = root.find(".//{*}ApplicableHeaderTradeSettlement")
    (grand,) = texts(settlement, f"{SUMS}GrandTotalAmount")
    (due,) = texts(settlement, f"{SUMS}DuePayableAmount")

    assert int(Decimal(grand).scaleb(2)) == document.total
    assert shown(document, grand) in pdf
    assert shown(document, due) in pdf
    for tax in settlement.findall("{*}ApplicableTradeTax"):
        if texts(tax, "{*}CategoryCode") == ["S"]:
            for name in ("CalculatedAmount", "BasisAmount"):
                (amount,) = texts(tax, f"{{*}}{name}")
                assert shown(document, amount) in pdf


def test_words_agree(both):
    _document, pdf, root = both
    said = [
        *texts(root, "{*}IncludedNote/{*}Content"),
        *texts(root, "{*}SpecifiedTradeProduct/{*}Name"),
        *texts(root, "{*}ApplicableTradeTax/{*}ExemptionReason"),
        *texts(root, "{*}SpecifiedTradePaymentTerms/{*}Description"),
    ]

    assert len(said) >= 4
    assert [words for words in said if in_plain(words) not in pdf] == []


def test_references_and_days_agree(both):
    document, pdf, root = both
    numbers = [
        *texts(root, "{*}ExchangedDocument/{*}ID"),
        *texts(root, "{*}InvoiceReferencedDocument/{*}IssuerAssignedID"),
        *texts(root, "{*}PaymentReference"),
        *texts(root, "{*}PayeePartyCreditorFinancialAccount/{*}IBANID"),
        *texts(root, "{*}DirectDebitMandateID"),
        *texts(root, "{*}CreditorReferenceID"),
    ]
    for number in numbers:
        assert number in pdf.replace(" ", "")
    for day in texts(root, "{*}DueDateDateTime/{*}DateTimeString"):
        due = document.means.collected_on or document.due_on
        assert day == due.replace("-", "")
        assert in_plain(date_long(date.fromisoformat(due), document.language)) in pdf


def test_what_the_pdf_says_in_its_own_words_the_xml_says_too():
    unused = an_e_document(a_line(9900), a_line(-3300, tax=-627, is_proration=True))
    no_days = {"period_start": None, "period_end": None}
    two_kinds = an_e_document(a_line(), a_line(3500, **no_days), texts=WORDS)

    assert texts(tree(unused), "{*}SpecifiedTradeProduct/{*}Name")[1] == (
        "Nicht genutzte Zeit: Team plan"
    )
    notes = texts(tree(two_kinds), "{*}IncludedNote/{*}Content")
    assert any("Leistungsdatum" in note for note in notes)
    assert WORDS.footer in notes
    assert texts(tree(a_credit_note()), "{*}InvoiceReferencedDocument/{*}IssuerAssignedID")

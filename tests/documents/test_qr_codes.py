"""The code of a transfer (EPC069-12): read back from the picture's modules by a decoder's view."""

import io
from dataclasses import replace

import pikepdf
import pytest
import segno
from segno import helpers

from portal.documents.data import PaymentMeans
from portal.documents.pdf import render
from portal.documents.qr_codes import epc_qr
from portal.documents.sheet import sheet
from tests.documents.einvoice_samples import CARD, TRANSFER, a_credit_note, an_e_document
from tests.documents.reading import opened, text_of


def payload_of(code: segno.QRCode) -> bytes:
    picture = io.BytesIO()
    code.save(picture, kind="svg", border=0, xmldecl=False)
    return picture.getvalue()


def test_it_is_what_a_banking_app_expects():
    written = """BCD
002
1
SCT
COBADEFFXXX
Nordlicht Software GmbH
DE89370400440532013000
EUR58.31

RF37NORD000123"""
    code = segno.make_qr(written, error="m", encoding="utf-8", boost_error=False, mode="byte")

    assert epc_qr(an_e_document()) == payload_of(code)


def test_the_name_is_the_account_holders_letter_by_letter():
    holder = "Müller & Söhne oHG"
    document = an_e_document(means=replace(TRANSFER, account_holder=holder))
    code = helpers.make_epc_qr(
        name=holder,
        iban=TRANSFER.iban,
        amount="58.31",
        reference=TRANSFER.reference,
        bic=TRANSFER.bic,
        encoding=1,
    )

    assert epc_qr(document) == payload_of(code)


@pytest.mark.parametrize(
    "document",
    [
        an_e_document(means=CARD, is_collected=True),
        an_e_document(means=PaymentMeans(kind="online")),
        an_e_document(currency="USD"),
        an_e_document(amount_paid=5831, amount_due=0),
        an_e_document(means=replace(TRANSFER, account_holder="N" * 71)),
        a_credit_note(),
    ],
)
def test_there_is_none_where_nothing_is_to_be_transferred_in_euros(document):
    assert epc_qr(document) is None


def test_it_stands_beside_the_account_with_words_for_those_who_cannot_see_it():
    document = an_e_document(language="en")
    shown = sheet(document)["transfer"]
    said = text_of(render(document, {}))

    assert {fact["label"]: fact["value"] for fact in shown["facts"]} == {
        "Account holder": "Nordlicht Software GmbH",
        "IBAN": "DE89 3704 0044 0532 0130 00",
        "BIC": "COBADEFFXXX",
        "Payment reference": "RF37 NORD 0001 23",
        "Amount": "€58.31",
    }
    assert "Scan the code with your banking app." in said
    with opened(render(document, {})) as pdf:
        dictionaries = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary)]
    alternatives = [str(each.Alt) for each in dictionaries if "/Alt" in each]
    assert alternatives == ["QR code that fills in this bank transfer"]

"""The e-invoice of an issued document: EN 16931 in the syntax CII, the same bytes every time.

Two profiles of one content: Factur-X / ZUGFeRD "EN 16931", which lies inside the PDF, and
XRechnung 3.0, which Germany's authorities take. All amounts are the stored ones.
"""

from collections.abc import Iterator
from enum import StrEnum

from portal.billing.money import exponent
from portal.documents import words
from portal.documents.cii_lines import add_lines
from portal.documents.cii_parties import add_delivery, add_parties, siren_of, vat_id_of
from portal.documents.cii_settlement import add_settlement
from portal.documents.data import DocumentData, DocumentKind
from portal.documents.xml_tree import Node
from portal.i18n import LANGUAGES, gettext_for

FIRST_VERSION = 2
MOST_DECIMALS = 2  # BR-DEC-*: amounts of a dinar have three
INVOICE, CREDIT_NOTE = "380", "381"  # UNTDID 1001
KINDS = {DocumentKind.INVOICE: INVOICE, DocumentKind.CREDIT_NOTE: CREDIT_NOTE}
# UNTDID 4451, as the French platforms ask for them (BR-FR-05).
SUBJECTS = {"late_payment": "PMD", "recovery_costs": "PMT", "early_payment": "AAB"}
# BT-23 by kind of operation, as the French platforms name them.
PROCESSES = {"goods": "B1", "services": "S1", "mixed": "M1"}
PEPPOL_PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"


class Profile(StrEnum):
    """BT-24: which rules the document keeps."""

    FACTUR_X = "urn:cen.eu:en16931:2017"
    XRECHNUNG = "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"


class NoEInvoice(LookupError):
    """The document lacks what the profile cannot be without: `missing` tells what."""


def missing(data: DocumentData, profile: Profile) -> list[str]:
    """What stands between a document and its e-invoice, as paths; [] where there can be one.

    An e-invoice that breaks the rules of EN 16931 is worse than none (§ 14 Abs. 1 UStG).
    """
    if data.kind not in KINDS or data.template_version < FIRST_VERSION:
        return ["kind"]
    return [
        *_missing(data),
        *(_missing_for_germany(data) if profile is Profile.XRECHNUNG else ()),
    ]


def einvoice(data: DocumentData, profile: Profile) -> bytes:
    """The XML. Raises NoEInvoice."""
    if lacking := missing(data, profile):
        raise NoEInvoice(", ".join(lacking))
    root = Node.root("rsm:CrossIndustryInvoice")
    context = root.group("rsm:ExchangedDocumentContext")
    process = PEPPOL_PROCESS if profile is Profile.XRECHNUNG else PROCESSES.get(data.operation, "")
    context.add("ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID", process)
    context.add("ram:GuidelineSpecifiedDocumentContextParameter/ram:ID", profile.value)
    _add_document(root.group("rsm:ExchangedDocument"), data)
    transaction = root.group("rsm:SupplyChainTradeTransaction")
    add_lines(transaction, data)
    # BR-DE-15 wants a buyer's reference of every invoice; who has none says so by a dash.
    reference = data.buyer.buyer_reference or ("-" if profile is Profile.XRECHNUNG else "")
    add_parties(transaction.group("ram:ApplicableHeaderTradeAgreement"), data, reference)
    add_delivery(transaction.group("ram:ApplicableHeaderTradeDelivery"), data)
    add_settlement(transaction.group("ram:ApplicableHeaderTradeSettlement"), data)
    return root.to_bytes()


def _missing(data: DocumentData) -> Iterator[str]:
    seller, buyer = data.seller, data.buyer
    categories = {tax.category for tax in data.taxes}
    if exponent(data.currency) > MOST_DECIMALS:
        yield "currency"
    if not seller.address.country:
        yield "seller.address.country"
    if not (vat_id_of(seller) or seller.tax_number or siren_of(seller.registration_number)):
        yield "seller.vat_id"
    if not vat_id_of(seller) and categories & {"G", "K", "AE"}:
        yield "seller.vat_id"
    if not buyer.address.country:
        yield "buyer.address.country"
    if not buyer.vat_id and categories & {"AE", "K"}:
        yield "buyer.tax_ids"


def _missing_for_germany(data: DocumentData) -> Iterator[str]:
    """BR-DE-2 to BR-DE-9, BR-DE-27 and -28, and the electronic addresses (BT-34, BT-49)."""
    parties = {"seller": data.seller.address, "buyer": data.buyer.address}
    for party, address in parties.items():
        if not address.city:
            yield f"{party}.address.city"
        if not address.postal_code:
            yield f"{party}.address.postal_code"
    if sum(letter.isdigit() for letter in data.seller.phone) < 3:
        yield "seller.phone"
    yield from (f"{party}.email" for party in parties if not getattr(data, party).email)


def _add_document(document: Node, data: DocumentData) -> None:
    document.add("ram:ID", data.number)
    document.add("ram:TypeCode", KINDS[data.kind])
    document.day("ram:IssueDateTime", data.issued_on)
    for text, subject in _notes(data):
        if text.strip():
            note = document.group("ram:IncludedNote")
            note.add("ram:Content", text)
            note.add("ram:SubjectCode", subject)


def _notes(data: DocumentData) -> Iterator[tuple[str, str]]:
    """All that the PDF says below its sums and in its foot, so that both are one invoice."""
    _ = gettext_for(data.language if data.language in LANGUAGES else LANGUAGES[0])
    subjects = {note.text: SUBJECTS.get(note.kind, "") for note in data.legal_notes}
    for remark in words.remarks(data, _):
        yield remark, subjects.get(remark, "")
    if data.is_test:
        yield words.sandbox_notice(_), ""
    yield data.texts.note, ""
    yield data.seller.legal_note, "REG"
    yield data.texts.footer, ""

"""Sums, VAT and payment of an e-invoice (BG-16 to BG-23)."""

from collections.abc import Iterator

from portal.documents import payment_words
from portal.documents.cii_amounts import decimal_of
from portal.documents.cii_lines import OUTSIDE_SCOPE, add_period
from portal.documents.data import DocumentData, DocumentKind, PaymentMeans, TaxTotal
from portal.documents.xml_tree import Node
from portal.i18n import LANGUAGES, gettext_for

# UNTDID 4461
UNDEFINED, TRANSFER, CARD, DEBIT, SEPA_TRANSFER, SEPA_DEBIT, ONLINE, CLEARING = (
    "1",
    "30",
    "48",
    "49",
    "58",
    "59",
    "68",
    "97",
)
# VATEX codes of the reasons that have one; for the others their sentence stands (BR-*-10).
VATEX = {
    "reverse_charge": "VATEX-EU-AE",
    "intra_community": "VATEX-EU-IC",
    "export": "VATEX-EU-G",
}
VATEX_OUTSIDE_SCOPE = "VATEX-EU-O"
VATEX_FRENCH_SMALL_BUSINESS = "VATEX-FR-FRANCHISE"
ON_INVOICING = "5"  # UNTDID 2475: VAT falls due with the date of the invoice
IBAN_LENGTH = 22


def add_settlement(settlement: Node, data: DocumentData) -> None:
    """How much, of it VAT, and how it is paid."""
    if _code(data) == SEPA_DEBIT:
        settlement.add("ram:CreditorReferenceID", data.means.creditor_id)
    settlement.add("ram:PaymentReference", data.means.reference)
    settlement.add("ram:InvoiceCurrencyCode", data.currency)
    _add_means(settlement.group("ram:SpecifiedTradeSettlementPaymentMeans"), data)
    for tax in _taxes(data):
        _add_tax(settlement.group("ram:ApplicableTradeTax"), tax, data)
    if data.supply_start != data.supply_end:
        add_period(settlement, data.supply_start, data.supply_end)
    _add_terms(settlement.group("ram:SpecifiedTradePaymentTerms"), data)
    _add_sums(settlement.group("ram:SpecifiedTradeSettlementHeaderMonetarySummation"), data)
    if data.corrects.number:
        corrected = settlement.group("ram:InvoiceReferencedDocument")
        corrected.add("ram:IssuerAssignedID", data.corrects.number)
        corrected.day("ram:FormattedIssueDateTime", data.corrects.issued_on, kind="qdt")


def _code(data: DocumentData) -> str:
    means = data.means
    if data.kind is DocumentKind.CREDIT_NOTE:
        is_kept = data.credited.due or data.credited.balance
        return CLEARING if is_kept else UNDEFINED
    return {
        "bank_transfer": SEPA_TRANSFER if data.currency == "EUR" else TRANSFER,
        "sepa_debit": SEPA_DEBIT if means.mandate_reference and means.creditor_id else DEBIT,
        "card": CARD,
        "online": ONLINE,
    }.get(means.kind, UNDEFINED)


def _add_means(node: Node, data: DocumentData) -> None:
    means, code = data.means, _code(data)
    node.add("ram:TypeCode", code)
    if code == CARD:
        node.add("ram:ApplicableTradeSettlementFinancialCard/ram:ID", means.last4)
    if code == SEPA_DEBIT:
        account = _masked(means)
        node.add("ram:PayerPartyDebtorFinancialAccount/ram:IBANID", account)
    if code in {TRANSFER, SEPA_TRANSFER}:
        account_node = node.group("ram:PayeePartyCreditorFinancialAccount")
        account_node.add("ram:IBANID", means.iban.replace(" ", ""))
        account_node.add("ram:AccountName", means.account_holder)
        node.add("ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID", means.bic)


def _masked(means: PaymentMeans) -> str:
    """BR-DE-31 wants the debited account told; we keep, and tell, its last digits only."""
    return means.last4.rjust(IBAN_LENGTH, "X")


def _taxes(data: DocumentData) -> Iterator[TaxTotal]:
    """One a category and rate, as BG-23 wants it, also where two reasons led there."""
    keys = dict.fromkeys((tax.category, tax.rate) for tax in data.taxes)
    for category, rate in keys:
        same = [tax for tax in data.taxes if (tax.category, tax.rate) == (category, rate)]
        kinds = {tax.reason_kind for tax in same}
        yield TaxTotal(
            rate=rate,
            category=category,
            net=sum(tax.net for tax in same),
            tax=sum(tax.tax for tax in same),
            reason=" ".join(dict.fromkeys(tax.reason for tax in same)),
            reason_kind=kinds.pop() if len(kinds) == 1 else "",
        )


def _add_tax(node: Node, tax: TaxTotal, data: DocumentData) -> None:
    node.add("ram:CalculatedAmount", decimal_of(tax.tax, data.currency))
    node.add("ram:TypeCode", "VAT")
    node.add("ram:ExemptionReason", tax.reason)
    node.add("ram:BasisAmount", decimal_of(tax.net, data.currency))
    node.add("ram:CategoryCode", tax.category)
    node.add("ram:ExemptionReasonCode", _vatex(tax, data))
    if any(note.kind == "vat_on_debits" for note in data.legal_notes):
        node.add("ram:DueDateTypeCode", ON_INVOICING)
    node.add("ram:RateApplicablePercent", tax.rate)  # BR-DE-14: of O too


def _vatex(tax: TaxTotal, data: DocumentData) -> str:
    if tax.category == OUTSIDE_SCOPE:
        return VATEX_OUTSIDE_SCOPE
    if tax.reason_kind == "small_business" and data.seller.address.country == "FR":
        return VATEX_FRENCH_SMALL_BUSINESS
    return VATEX.get(tax.reason_kind, "")


def _add_terms(terms: Node, data: DocumentData) -> None:
    language = data.language if data.language in LANGUAGES else LANGUAGES[0]
    terms.add("ram:Description", payment_words.terms(data, gettext_for(language)))
    if data.amount_due:
        terms.day("ram:DueDateDateTime", data.means.collected_on or data.due_on)
    if _code(data) == SEPA_DEBIT:
        terms.add("ram:DirectDebitMandateID", data.means.mandate_reference)


def _add_sums(sums: Node, data: DocumentData) -> None:
    paid = data.amount_paid + data.amount_from_balance
    amounts = {
        "LineTotalAmount": data.subtotal,
        "TaxBasisTotalAmount": data.subtotal,
        "TaxTotalAmount": sum(tax.tax for tax in data.taxes),
        "GrandTotalAmount": data.total,
        "TotalPrepaidAmount": paid,
        "DuePayableAmount": data.total - paid,
    }
    for name, amount in amounts.items():
        if name == "TaxTotalAmount":
            written = decimal_of(amount, data.currency)
            sums.add(f"ram:{name}", written, currencyID=data.currency)
        elif name != "TotalPrepaidAmount" or amount:
            sums.add(f"ram:{name}", decimal_of(amount, data.currency))

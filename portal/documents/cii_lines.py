"""Lines of an e-invoice (BG-25)."""

from portal.documents.cii_amounts import decimal_of, net_discount, unit_price
from portal.documents.data import DocumentData, Line
from portal.documents.words import described
from portal.documents.xml_tree import Node
from portal.i18n import LANGUAGES, gettext_for

ONE = "C62"  # UN/ECE Recommendation 20
DISCOUNT = "95"  # UNTDID 5189
OUTSIDE_SCOPE = "O"


def add_lines(transaction: Node, data: DocumentData) -> None:
    """One item a line, numbered from 1, by the name that the PDF gives it."""
    _ = gettext_for(data.language if data.language in LANGUAGES else LANGUAGES[0])
    for number, line in enumerate(data.lines, start=1):
        item = transaction.group("ram:IncludedSupplyChainTradeLineItem")
        item.add("ram:AssociatedDocumentLineDocument/ram:LineID", number)
        name = " ".join(described(line, _).split())
        item.add("ram:SpecifiedTradeProduct/ram:Name", name or "-")
        _add_line(item, line, data.currency)


def _add_line(item: Node, line: Line, currency: str) -> None:
    discount = net_discount(line)
    # BR-27 forbids negative prices: what is credited is a negative quantity.
    sign = -1 if line.net < 0 else 1
    price = unit_price(sign * line.net + discount, line.quantity, currency)

    item.add(
        "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice/ram:ChargeAmount", price
    )
    quantity = str(sign * line.quantity)
    item.add("ram:SpecifiedLineTradeDelivery/ram:BilledQuantity", quantity, unitCode=ONE)

    settlement = item.group("ram:SpecifiedLineTradeSettlement")
    tax = settlement.group("ram:ApplicableTradeTax")
    tax.add("ram:TypeCode", "VAT")
    tax.add("ram:CategoryCode", line.tax_category)
    if line.tax_category != OUTSIDE_SCOPE:  # BR-O-05
        tax.add("ram:RateApplicablePercent", line.tax_rate)
    add_period(settlement, line.period_start, line.period_end)
    if discount:
        _add_discount(settlement, decimal_of(discount, currency), line.discount_name)
    settlement.add(
        "ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount",
        decimal_of(line.net, currency),
    )


def add_period(settlement: Node, start: str | None, end: str | None) -> None:
    """BG-14, BG-26: first and last day, both included."""
    if start and end:
        period = settlement.group("ram:BillingSpecifiedPeriod")
        period.day("ram:StartDateTime", start)
        period.day("ram:EndDateTime", end)


def _add_discount(settlement: Node, amount: str, name: str) -> None:
    allowance = settlement.group("ram:SpecifiedTradeAllowanceCharge")
    allowance.add("ram:ChargeIndicator/udt:Indicator", "false")
    allowance.add("ram:ActualAmount", amount)
    allowance.add("ram:ReasonCode", DISCOUNT)
    allowance.add("ram:Reason", name)

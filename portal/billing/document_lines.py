"""Lines and sums of VAT as a document says them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from portal.billing.credit_notes import CreditNoteLine
from portal.billing.invoice_lines import InvoiceLine
from portal.billing.legal_notes import reason_text
from portal.billing.merchants import Merchant, TaxScheme
from portal.billing.tax import TaxBehavior
from portal.billing.tax_codes import Supply, tax_code
from portal.billing.tax_treatment import TaxReason

AnyLine = InvoiceLine | CreditNoteLine


def line_of(line: InvoiceLine, merchant: Merchant) -> dict[str, Any]:
    """`portal.documents.parts.Line`."""
    return _common(line, merchant) | {
        "amount": line.amount,
        "unit_label": line.unit_label,
        "unit_amount": line.unit_amount,
        "discount_amount": line.discount_amount,
        "discount_name": line.discount_name,
        "is_proration": line.is_proration,
    }


def credit_line_of(line: CreditNoteLine, merchant: Merchant) -> dict[str, Any]:
    """The same of what is taken back, in the amounts that the invoice showed."""
    common = _common(line, merchant)
    return common | {"amount": line.gross if common["includes_tax"] else line.net}


def taxes_of(lines: Sequence[AnyLine], merchant: Merchant, language: str) -> list[dict[str, Any]]:
    """One sum for each rate and category, the highest rate first, with why there is no VAT.

    § 14 Abs. 4 Nr. 7 and 8 UStG; art. 242 nonies A, I, 10° to 12° annexe II CGI.
    """
    sums: dict[tuple[int, str, str], tuple[int, int]] = {}
    for line in lines:
        key = (line.tax_rate, category_of(line), _reason_of(line, merchant))
        net, tax = sums.get(key, (0, 0))
        sums[key] = (net + line.net, tax + line.tax)
    return [
        {
            "rate": percent(rate),
            "category": category,
            "net": sums[rate, category, reason][0],
            "tax": sums[rate, category, reason][1],
            "reason": reason_text(reason, merchant.country, language),
            "reason_kind": str(reason),
        }
        for rate, category, reason in sorted(sums, key=lambda key: (-key[0], key[1:]))
    ]


def category_of(line: AnyLine) -> str:
    """The category of UNTDID 5305; what is charged at nothing is not "S" (BR-S-05)."""
    return "Z" if line.tax_category == "S" and not line.tax_rate else line.tax_category


def operation_of(lines: Sequence[AnyLine]) -> str:
    """Goods, services or both: art. 242 nonies A, I, 8° bis annexe II CGI wants it said."""
    supplies = {_supply(line) for line in lines}
    if len(supplies) > 1:
        return "mixed"
    return supplies.pop() if supplies else "services"


def supply_of(lines: Sequence[AnyLine], merchant: Merchant, issued_at: datetime) -> tuple[str, str]:
    """First and last day of what was supplied: § 14 Abs. 4 Nr. 6 UStG.

    A line without a period was supplied on the day of issue.
    """
    spans = [_span(line, merchant) for line in lines]
    issued_on = merchant.day(issued_at).isoformat()
    first = min((start or issued_on for start, _ in spans), default=issued_on)
    return first, max((end or issued_on for _, end in spans), default=issued_on)


def percent(rate: int) -> str:
    """Hundredths of a percent as decimal text: 1900 is "19", 550 is "5.5"."""
    whole, rest = divmod(rate, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") if rest else str(whole)


def _common(line: AnyLine, merchant: Merchant) -> dict[str, Any]:
    first, last = _span(line, merchant)
    return {
        "description": line.description,
        "net": line.net,
        "tax": line.tax,
        "tax_rate": percent(line.tax_rate),
        "tax_category": category_of(line),
        "quantity": line.quantity,
        "includes_tax": bool(line.tax) and line.tax_behavior == TaxBehavior.INCLUSIVE,
        "period_start": first,
        "period_end": last,
    }


def _span(line: AnyLine, merchant: Merchant) -> tuple[str | None, str | None]:
    """First and last day of a half-open period, as `portal.documents.data.service_days`."""
    if not (line.period_start and line.period_end):
        return None, None
    first = merchant.day(line.period_start)
    last = max(first, merchant.day(line.period_end) - timedelta(days=1))
    return first.isoformat(), last.isoformat()


def _reason_of(line: AnyLine, merchant: Merchant) -> str:
    """`tax_treatment` decided it when the line was made; the category and the sale tell why."""
    match line.tax_category:
        case "E" if merchant.tax_scheme == TaxScheme.SMALL_BUSINESS:
            return TaxReason.SMALL_BUSINESS
        case "E":
            return TaxReason.NOT_TAXABLE
        case "AE":
            return TaxReason.REVERSE_CHARGE
        case "K":
            return TaxReason.INTRA_COMMUNITY
        case "G" if _supply(line) == "goods":
            return TaxReason.EXPORT
        case "G" | "O":
            return TaxReason.OUTSIDE_SCOPE
    return TaxReason.TAXED


def _supply(line: AnyLine) -> str:
    """What has no product is taken for a service, as its tax code is by default."""
    sold = line.invoice_line if isinstance(line, CreditNoteLine) else line
    price = sold.price if sold else None
    code = price.product.tax_code if price else ""
    return "goods" if tax_code(code).supply == Supply.GOODS else "services"

"""Statements of a merchant, as the tests of matching, booking and their pages need them."""

from typing import Any

from portal.billing.creditor_references import creditor_reference
from portal.billing.events import Actor, ActorKind
from portal.billing.invoices import Invoice
from portal.billing.merchants import Merchant
from portal.gateways.bank_transfer.booking import confirm
from portal.gateways.bank_transfer.importing import import_statement
from portal.gateways.bank_transfer.matching import Judgement, Matcher, quote_of
from portal.gateways.bank_transfer.records import BankStatement, BankTransaction
from tests.factories import NOW, a_merchant
from tests.gateways.bank_transfer.files import a_transfer, camt053

MARA = Actor(ActorKind.MEMBER, "user_mara", "Mara")
IBAN, BIC = "DE02120300000000202051", "BYLADEM1001"


def a_bank_merchant(**given: Any) -> Merchant:
    """One whose customers pay by transfer, and who may collect by direct debit."""
    return a_merchant(
        **{
            "gateway": "bank_transfer",
            "iban": IBAN,
            "bic": BIC,
            "account_holder": "Lindenhof Gärten GmbH",
            "creditor_id": "DE98ZZZ09999999999",
        }
        | given
    )


def a_statement(merchant: Merchant, *transfers: dict[str, Any], data: bytes = b"") -> BankStatement:
    return import_statement(
        merchant, data or camt053(*transfers), filename="march.xml", actor=MARA, at=NOW
    )


def for_invoice(invoice: Invoice, **given: Any) -> dict[str, Any]:
    """A transfer as its customer would make it by the code on the invoice."""
    major, minor = divmod(invoice.amount_due, 100)
    usual = {"amount": f"{major}.{minor:02d}", "reference": creditor_reference(invoice.number)}
    return a_transfer(**usual | given)


def judged(statement: BankStatement) -> list[Judgement]:
    matcher = Matcher(statement.merchant)
    return [judgement for _, judgement in matcher.judged(BankTransaction.open_of(statement))]


def confirmed(statement: BankStatement) -> int:
    """Look at it and press the button."""
    matcher = Matcher(statement.merchant)
    quote = quote_of(matcher.judged(BankTransaction.open_of(statement)))
    return confirm(statement, quote, at=NOW)

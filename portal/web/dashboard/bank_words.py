"""What becomes of the lines of a bank statement, in words."""

from typing import Any, NamedTuple

from flask_babel import gettext, lazy_pgettext, ngettext
from flask_babel import lazy_gettext as _l

from portal.gateways.bank_transfer.matching import Judgement, Outcome
from portal.gateways.bank_transfer.records import BankTransaction, TransactionStatus
from portal.web.pages import money
from portal.web.sepa_words import return_reason

BADGES = {
    Outcome.EXACT: (_l("Pays the invoice"), "success"),
    Outcome.PART: (_l("Part payment"), "info"),
    Outcome.OVER: (_l("Too much"), "info"),
    Outcome.CREDIT: (_l("To the balance"), "info"),
    Outcome.WAITING: (_l("Has to wait"), "warning"),
    Outcome.UNCLEAR: (_l("Unclear"), "warning"),
    Outcome.COLLECTED: (_l("Direct debit"), "success"),
    Outcome.RETURNED: (_l("Returned debit"), "danger"),
}
BOOKED = (_l("Booked"), "success")
IGNORED = (lazy_pgettext("line", "Set aside"), "neutral")
PROBLEMS = {
    "date": _l("The date cannot be read."),
    "amount": _l("The amount cannot be read."),
    "currency": _l("The currency is not known."),
}


class Line(NamedTuple):
    """A line with what it will do, or has done."""

    transaction: BankTransaction
    judgement: Judgement | None = None

    @property
    def state(self) -> str:
        """ "ready" to be booked, "open" for a person to decide, or "done"."""
        if self.judgement is None:
            return "done"
        return "ready" if self.judgement.is_bookable else "open"

    @property
    def badge(self) -> tuple[Any, str]:
        if self.judgement:
            return BADGES[self.judgement.outcome]
        if self.is_booked_return:
            return BADGES[Outcome.RETURNED]
        is_booked = self.transaction.status == TransactionStatus.BOOKED
        return BOOKED if is_booked else IGNORED

    @property
    def is_booked_return(self) -> bool:
        """Whether it took a debit back: "booked" would read as if money had come."""
        one = self.transaction
        return bool(one.return_reason) and one.status == TransactionStatus.BOOKED

    @property
    def invoice(self) -> Any:
        return self.judgement.invoice if self.judgement else self.transaction.invoice

    @property
    def words(self) -> str:
        """More than the badge says."""
        if self.is_booked_return:
            return return_reason(self.transaction.return_reason)
        if self.judgement is None:
            return ""
        return _words(self.transaction, self.judgement)


def _words(transaction: BankTransaction, judgement: Judgement) -> str:
    currency = transaction.currency
    match judgement.outcome:
        case Outcome.PART:
            left = judgement.invoice.amount_due - judgement.paid if judgement.invoice else 0
            return gettext("%(amount)s stays due.", amount=money(left, currency))
        case Outcome.OVER:
            amount = money(judgement.excess, currency)
            return gettext("%(amount)s goes to the customer's balance.", amount=amount)
        case Outcome.CREDIT:
            return gettext("Nothing is due of this invoice: the money goes to the balance.")
        case Outcome.WAITING:
            return gettext("Another payment of this invoice has no result yet.")
        case Outcome.UNCLEAR if judgement.hint:
            number = judgement.hint
            return gettext("Only invoice %(number)s is over this amount.", number=number)
        case Outcome.UNCLEAR:
            return gettext("No invoice was found.")
        case Outcome.COLLECTED:
            count = len(judgement.collections)
            return ngettext("%(num)s collection arrived.", "%(num)s collections arrived.", count)
        case Outcome.RETURNED:
            return return_reason(transaction.return_reason)
    return ""

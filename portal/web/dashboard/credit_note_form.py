"""The form of a credit note: an amount for each line, why, and where the money goes."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from portal import formatting
from portal.billing.credit_notes import CreditReason, Part
from portal.billing.credit_plans import Destination, remaining_of
from portal.billing.invoices import Invoice
from portal.web.credit_words import CREDIT_REASONS
from portal.web.dashboard.billing_fields import AmountField, refuse
from portal.web.forms import Choice, Form, NoCardNumber
from portal.web.locale import language

LONGEST_MEMO = 500
# The others are given by the rules that issue such notes.
REASONS = [
    CreditReason.DUPLICATE,
    CreditReason.ORDER_CHANGE,
    CreditReason.PRODUCT_UNSATISFACTORY,
    CreditReason.FRAUDULENT,
    CreditReason.OTHER,
]
DESTINATIONS = {
    Destination.REFUND: _l("Back the way it was paid"),
    Destination.BALANCE: _l("To the customer's balance"),
    Destination.OUTSIDE: _l("I give it back another way"),
}


class CreditNoteForm(Form):
    reason = Choice(
        _l("Reason"),
        choices=[SelectChoice(reason, CREDIT_REASONS[reason]) for reason in REASONS],
        default=CreditReason.OTHER,
    )
    memo = TextAreaField(
        _l("Words for the customer"),
        validators=[
            Length(max=LONGEST_MEMO, message=_l("At most 500 characters.")),
            NoCardNumber(),
        ],
    )
    to = RadioField(
        _l("Where does money go that was paid already?"),
        choices=[SelectChoice(value, label) for value, label in DESTINATIONS.items()],
        default=Destination.REFUND,
        validators=[InputRequired(_l("Choose where the money goes."))],
    )

    invoice: Invoice
    left: Sequence[Part]

    @property
    def amounts(self) -> list[tuple[Part, Any]]:
        """The lines that can still be credited, each with its field."""
        return [(part, self._fields[name_of(part)]) for part in self.left]

    def parts(self) -> list[Part] | None:
        """What was asked for; None where an amount is wrong, which its field then says."""
        taken, well = [], True
        for part, field in self.amounts:
            minor = field.check(self.invoice.currency)
            if field.errors:
                well = False
            elif (minor or 0) > abs(part.gross):
                most = formatting.money(abs(part.gross), self.invoice.currency, language())
                refuse(field, _("At most %(amount)s is left of this line.", amount=most))
                well = False
            elif minor:
                taken.append(part._replace(gross=minor if part.gross > 0 else -minor))
        return taken if well else None


def form_of(invoice: Invoice, to: str = "") -> CreditNoteForm:
    """With a field for each line of which something is left, all of it to begin with."""
    left = [part for part in remaining_of(invoice) if part.gross]
    fields = {name_of(part): AmountField(part.line.description) for part in left}
    form: CreditNoteForm = type("CreditNoteFormOfLines", (CreditNoteForm,), fields)()
    form.invoice, form.left = invoice, left
    form.fill(
        **{name_of(part): typed(abs(part.gross), invoice.currency) for part in left},
        to=to if to in set(Destination) else Destination.REFUND,
    )
    return form


def typed(amount: int, currency: str) -> str:
    return formatting.amount_digits(amount, currency, language())


def name_of(part: Part) -> str:
    return f"amount-{part.line.id}"

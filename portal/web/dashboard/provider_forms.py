"""A form for each payment provider: what a merchant has to tell before it can take money.

A further provider is a further entry of `PROVIDERS`, and a condition in `gateways.readiness`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from wtforms import Field, IntegerField, PasswordField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from portal.accounts.legal_settings import change_legal
from portal.billing.merchants import Merchant
from portal.gateways.accounts import ProviderAccount
from portal.web.dashboard.scope import the_merchant
from portal.web.dashboard.step_up import StepUpForm
from portal.web.legal_fields import NumberOf, number_field, short_text
from portal.web.settings import keyring

# The longest name that a transfer carries (EPC069-12).
LONGEST_HOLDER = 70
LONGEST_KEY = 255
NEEDED = _l("Please fill this in.")


class BankForm(StepUpForm):
    """Where money is sent: who can change it could redirect it, so it wants the password."""

    COLUMNS: tuple[str, ...] = ("account_holder", "iban", "bic")

    account_holder = short_text(_l("Account holder"), LONGEST_HOLDER, InputRequired(NEEDED))
    iban = number_field(_l("IBAN"), 42, InputRequired(NEEDED), NumberOf("iban"))
    bic = number_field(_l("BIC"), 11, NumberOf("bic"))

    def show(self, merchant: Merchant) -> None:
        self.fill(**{name: getattr(merchant, name) for name in self.COLUMNS})

    def keep(self, merchant: Merchant, *, at: datetime) -> None:
        change_legal(merchant, at=at, **{name: self[name].data for name in self.COLUMNS})


class SepaForm(BankForm):
    COLUMNS = (*BankForm.COLUMNS, "creditor_id", "prenotification_days")

    creditor_id = number_field(
        _l("Creditor identifier"), 35, InputRequired(NEEDED), NumberOf("creditor_id")
    )
    prenotification_days = IntegerField(
        _l("Days between announcement and debit"),
        validators=[
            InputRequired(NEEDED),
            NumberRange(1, 28, message=_l("Enter a number from 1 to 28.")),
        ],
    )


def _secret(label: Any, pattern: str, message: Any) -> PasswordField:
    return PasswordField(
        label, validators=[Length(max=LONGEST_KEY), Regexp(rf"^$|{pattern}", message=message)]
    )


class StripeForm(StepUpForm):
    """Secrets are sealed and never shown again: left empty, they stay as they are."""

    publishable_key = short_text(
        _l("Publishable key"),
        LONGEST_KEY,
        Optional(),
        Regexp(r"^pk_(test|live)_\w+$", message=_l("A publishable key begins with pk_.")),
    )
    secret_key = _secret(
        _l("Secret key"),
        r"^(sk|rk)_(test|live)_\w+$",
        _l("A secret key begins with sk_ or rk_."),
    )
    webhook_secret = _secret(
        _l("Signing secret of the webhook"), r"^whsec_\S+$", _l("It begins with whsec_.")
    )

    def validate_secret_key(self, field: Field) -> None:
        account = ProviderAccount.of(the_merchant(), "stripe")
        if not field.data and not (account and account.sealed):
            raise ValidationError(NEEDED)

    def show(self, merchant: Merchant) -> None:
        account = ProviderAccount.of(merchant, "stripe")
        self.fill(**(account.settings if account else {}))

    def keep(self, merchant: Merchant, *, at: datetime) -> None:
        account = ProviderAccount.of(merchant, "stripe")
        known = account.secrets(keyring()) if account else {}
        typed = {
            name: self[name].data for name in ("secret_key", "webhook_secret") if self[name].data
        }
        ProviderAccount.keep(
            merchant,
            "stripe",
            {"publishable_key": self.publishable_key.data},
            known | typed if typed else {},
            keyring=keyring(),
            at=at,
        )


class Provider(NamedTuple):
    """`note` says what it is and whom it suits."""

    name: str
    label: Any
    note: Any
    form: Callable[[], Any]


_LIST = (
    Provider(
        "stripe",
        _l("Cards (Stripe)"),
        _l("Customers pay with cards and wallets. You need an account at Stripe."),
        StripeForm,
    ),
    Provider(
        "sepa",
        _l("SEPA direct debit"),
        _l("You collect from your customers' accounts with a file for your bank."),
        SepaForm,
    ),
    Provider(
        "bank_transfer",
        _l("Bank transfer"),
        _l("Customers transfer the money themselves; you import what your bank reports."),
        BankForm,
    ),
)
PROVIDERS: Mapping[str, Provider] = MappingProxyType({one.name: one for one in _LIST})

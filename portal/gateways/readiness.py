"""Whether a merchant has told a provider's side everything that it needs to take money."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from portal.billing.merchants import Merchant
from portal.gateways import FACTORIES
from portal.gateways.accounts import ProviderAccount


def _has_bank_account(merchant: Merchant) -> bool:
    return bool(merchant.iban and merchant.account_holder)


def _has_creditor_id(merchant: Merchant) -> bool:
    return _has_bank_account(merchant) and bool(merchant.creditor_id)


def _has_stripe_keys(merchant: Merchant) -> bool:
    account = ProviderAccount.of(merchant, "stripe")
    return bool(account and account.sealed)


# In the order in which they are offered.
CONDITIONS: Mapping[str, Callable[[Merchant], bool]] = MappingProxyType(
    {
        "stripe": _has_stripe_keys,
        "sepa": _has_creditor_id,
        "bank_transfer": _has_bank_account,
    }
)


def offered() -> list[str]:
    """The providers of this installation with which a merchant can go live."""
    return [name for name in CONDITIONS if name in FACTORIES]


def is_configured(merchant: Merchant, gateway: str) -> bool:
    """Whether everything is there for that provider; an unknown one never is."""
    return gateway in FACTORIES and gateway in CONDITIONS and CONDITIONS[gateway](merchant)

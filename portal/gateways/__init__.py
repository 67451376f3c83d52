"""Payment providers, a folder each. All of them answer `portal.billing.gateway.Gateway`."""

from collections.abc import Callable
from datetime import datetime

from portal.billing.gateway import Gateway
from portal.billing.merchants import Merchant
from portal.gateways.bank_transfer.gateway import BankTransferGateway
from portal.gateways.sandbox.gateway import SandboxGateway
from portal.gateways.sepa.gateway import SepaGateway
from portal.gateways.stripe.client import GATEWAY as STRIPE
from portal.gateways.stripe.factory import stripe_for
from portal.record import now

Clock = Callable[[], datetime]
FACTORIES: dict[str, Callable[[Merchant, Clock], Gateway]] = {
    SandboxGateway.name: lambda _merchant, clock: SandboxGateway(clock),
    STRIPE: stripe_for,
    SepaGateway.name: SepaGateway,
    BankTransferGateway.name: BankTransferGateway,
}


class GatewayUnknown(LookupError):
    """No provider of this installation has that name."""


def gateway_for(name: str, merchant: Merchant, clock: Clock | None = None) -> Gateway:
    """The provider that a merchant or a stored payment method names, as that merchant uses it.

    The sandbox lives in the merchant's own time; `clock` says another one. Raises
    `GatewayUnknown`.
    """
    try:
        factory = FACTORIES[name]
    except KeyError as error:
        raise GatewayUnknown(name) from error
    return factory(merchant, clock or (lambda: merchant.time(now())))

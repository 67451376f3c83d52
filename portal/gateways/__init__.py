"""Payment providers, a folder each. All of them answer `portal.billing.gateway.Gateway`."""

from portal.billing.gateway import Gateway
from portal.gateways.sandbox.gateway import SandboxGateway

GATEWAYS: dict[str, Gateway] = {SandboxGateway.name: SandboxGateway()}


class GatewayUnknown(LookupError):
    """No provider of this installation has that name."""


def gateway_for(name: str) -> Gateway:
    """The provider that a merchant or a stored payment method names.

    Raises `GatewayUnknown`.
    """
    try:
        return GATEWAYS[name]
    except KeyError as error:
        raise GatewayUnknown(name) from error

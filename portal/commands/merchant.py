"""`portal merchant …`."""

import json
import os

import click

from portal.accounts import password_resets, passwords
from portal.accounts.api_keys import ApiKey
from portal.accounts.sign_ups import create_merchant
from portal.billing.errors import BillingError
from portal.config import Settings
from portal.operations.starting import connected
from portal.record import now
from portal.selfservice.configurations import PortalConfiguration
from portal.selfservice.login_links import LoginLink

PASSWORD = "PORTAL_OWNER_PASSWORD"  # noqa: S105 - the name of a variable


@click.group("merchant")
def merchant() -> None:
    """Merchants and their owners."""


@merchant.command("create")
@click.option("--name", required=True, help="Name of the business.")
@click.option("--email", required=True, help="Address of its owner.")
@click.option("--country", required=True, help="ISO 3166 code, such as DE.")
@click.option("--currency", required=True, help="ISO 4217 code, such as EUR.")
@click.option(
    "--sandbox",
    is_flag=True,
    expose_value=False,
    help="No real money: every merchant begins so.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def create(name: str, email: str, country: str, currency: str, as_json: bool) -> None:
    """Create a merchant with an open portal, its owner and a secret key.

    The owner's password is read from PORTAL_OWNER_PASSWORD; without it, an address where
    the owner chooses one is printed.
    """
    at = now()
    with connected() as settings:
        password = os.environ.get(PASSWORD, "")
        try:
            created, owner = create_merchant(
                name,
                email,
                country.upper(),
                currency.upper(),
                at=at,
                password_hash=passwords.hashed(password) if password else "",
            )
        except BillingError as error:
            raise click.ClickException(f"{error.code}: {error}") from error
        link = LoginLink.activate(PortalConfiguration.default_of(created), at=at)
        _, secret = ApiKey.issue(created, "portal merchant create", at)
        result = {
            "merchant": created.id,
            "owner": owner.email,
            "secret_key": secret,
            "login_url": settings.base_url + link.path(),
        }
        if not password:
            token = password_resets.invite(owner, at=at)
            result["set_password_url"] = _password_url(settings, token)
    click.echo(json.dumps(result) if as_json else "\n".join(f"{k}: {v}" for k, v in result.items()))


def _password_url(settings: Settings, token: str) -> str:
    return f"{settings.base_url}/dashboard/password-reset/new-password?token={token}"

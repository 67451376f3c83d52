"""`portal api-key …`."""

import json

import click

from portal.accounts.api_keys import ApiKey
from portal.billing.merchants import Merchant
from portal.operations.starting import connected
from portal.record import now


@click.group("api-key")
def api_key() -> None:
    """Secret keys for the API."""


@api_key.command("create")
@click.option("--merchant", required=True, help="Id of the merchant, acct_….")
@click.option("--name", default="", help="What it is for.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def create(merchant: str, name: str, as_json: bool) -> None:
    """Issue a further secret key. It is shown this once."""
    with connected():
        owner = Merchant.get_or_none(Merchant.id == merchant)
        if owner is None:
            raise click.ClickException(f"There is no merchant {merchant}.")
        key, secret = ApiKey.issue(owner, name, now())
    if as_json:
        click.echo(json.dumps({"id": key.id, "merchant": merchant, "secret_key": secret}))
        return
    click.echo(secret)

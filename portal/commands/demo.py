"""`portal demo …`."""

import json
from dataclasses import replace
from typing import Any

import click

from portal.accounts.api_keys import ApiKey
from portal.config import Settings, load
from portal.database import database
from portal.demo import seed as seeding
from portal.demo import synthetic
from portal.demo.seed import SeededMerchant
from portal.operations import demo as operation
from portal.operations.starting import connected
from portal.record import now


@click.group("demo")
def demo() -> None:
    """A demo with three invented businesses."""


@demo.command("up")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
def up(host: str, port: int, workers: int) -> None:
    """Set up what is missing, fill an empty database, and serve. Safe to run again."""
    settings = operation.prepare(port)
    with database.connection_context():
        if seeding.is_empty():
            click.echo("── filling the empty database with three businesses")
            seeding.seed(now())
        introduce(settings, seeding.seeded())
    operation.up(settings, host=host, port=port, workers=workers)


def introduce(settings: Settings, merchants: list[SeededMerchant]) -> None:
    """Where everything is."""
    for found in merchants:
        click.secho(f"\n{found.merchant.name}", bold=True)
        click.echo(f"  portal     {settings.base_url}{found.link.path()}")
        click.echo(f"  prefilled  {settings.base_url}{found.link.path(found.prefilled_email)}")
        click.echo(f"  dashboard  {settings.base_url}/dashboard/")
        click.echo(f"             {found.owner}  password: {found.password}")
    click.secho(f"\nMails      {settings.base_url}/demo/mailbox", bold=True)
    click.secho(f"Serving on {settings.base_url} — Ctrl-C ends it\n", bold=True)


@demo.command("seed")
@click.option("--json", "as_json", is_flag=True, help="For programs; with a secret key each.")
@click.option("--customers", default=0, type=click.IntRange(0, 2_000_000))
@click.option("--invoices", default=0, type=click.IntRange(0, 20_000_000))
def seed(as_json: bool, customers: int, invoices: int) -> None:
    """The demo's data alone; --customers and --invoices make much data for load tests."""
    at = now()
    # Data alone needs no key: nothing of it is sealed.
    with connected(replace(load(), is_demo=True)) as settings:
        if customers:
            merchant, link = synthetic.a_merchant(at)
            synthetic.fill(merchant, customers, invoices, at)
            click.echo(
                json.dumps({"id": merchant.id, "login_url": settings.base_url + link.path()})
            )
            return
        found = seeding.seeded() or seeding.seed(at)
        described = [_described(settings, one, at) for one in found] if as_json else []
    if as_json:
        click.echo(json.dumps({"merchants": described}, ensure_ascii=False))
        return
    introduce(settings, found)


def _described(settings: Settings, found: SeededMerchant, at: Any) -> dict[str, str]:
    _, secret = ApiKey.issue(found.merchant, "portal demo seed", at)
    return {
        "id": found.merchant.id,
        "name": found.merchant.name,
        "login_url": settings.base_url + found.link.path(),
        "prefilled_url": settings.base_url + found.link.path(found.prefilled_email),
        "owner": found.owner,
        "password": found.password,
        "secret_key": secret,
    }

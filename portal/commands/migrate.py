"""`portal migrate`."""

import click

from portal import schema
from portal.operations.starting import start


@click.command("migrate")
def migrate() -> None:
    """Bring the database to the newest schema."""
    start()
    names = schema.migrate()
    for name in names:
        click.echo(f"applied {name}")
    if not names:
        click.echo("The database is up to date.")

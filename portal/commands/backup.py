"""`portal backup`, `portal restore`."""

from pathlib import Path

import click

from portal import schema
from portal.database import database
from portal.operations import backup as operation
from portal.operations.backup import BackupUnusable
from portal.operations.starting import connected, start
from portal.record import now

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("backup")
@click.argument("file", type=FILE)
def backup(file: Path) -> None:
    """Write a backup to FILE while everything runs; it is checked before it counts."""
    with connected():
        size = operation.write_backup(file.absolute())
    click.echo(f"{file}: {size:,} bytes, complete and checked.")


@click.command("restore")
@click.argument("file", type=FILE)
def restore(file: Path) -> None:
    """Put the backup FILE in place of the database. Stop server and workers before."""
    settings = start()
    with database.connection_context():
        try:
            saved = operation.restore(file.absolute(), settings.data_dir, now())
        except BackupUnusable as error:
            raise click.ClickException(str(error)) from error
    migrated = schema.migrate()
    click.echo(f"Restored from {file}.")
    if saved:
        click.echo(f"What was there before is in {saved}.")
    if migrated:
        click.echo(f"Brought to the newest schema: {', '.join(migrated)}.")

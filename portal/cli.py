"""`portal …`: what an operator types. A command's module is loaded when it is used."""

import os
from importlib import import_module

import click

from portal.config import ConfigurationError
from portal.schema import SchemaError

# name -> module below portal.commands (it holds a command of that name), and what it does
COMMANDS = {
    "serve": ("serve", "Serve the portal."),
    "worker": ("worker", "Run the jobs: mails, renewals, what is due."),
    "migrate": ("migrate", "Bring the database to the newest schema."),
    "merchant": ("merchant", "Merchants and their owners."),
    "api-key": ("api_key", "Secret keys for the API."),
    "demo": ("demo", "A demo with three invented businesses."),
    "backup": ("backup", "Write a backup to a file, while everything runs."),
    "restore": ("backup", "Put a backup in place of the database."),
    "doctor": ("doctor", "Check configuration, database, mail and worker."),
    "routes": ("routes", "List every address that the server answers."),
}


class Commands(click.Group):
    """The table above as a group, so that `portal --help` loads none of the rooms."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"portal.commands.{COMMANDS[cmd_name][0]}")
        return next(
            command
            for command in vars(module).values()
            if isinstance(command, click.Command) and command.name == cmd_name
        )

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Portal: a customer portal on your own server."""


def main() -> None:
    # Databases, keys, mails: nothing of it is for other users of the machine.
    os.umask(0o077)
    try:
        cli()
    except (ConfigurationError, SchemaError) as error:
        click.secho(str(error), err=True, fg="red")
        raise SystemExit(2) from error

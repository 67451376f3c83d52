"""`portal serve`."""

import click

from portal.accounts.sign_ups import setup_token
from portal.config import Settings
from portal.operations.serving import serve as run_server
from portal.operations.starting import connected, start
from portal.record import now


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--with-worker", is_flag=True, help="Run the jobs too: for small installations.")
def serve(host: str, port: int, workers: int, with_worker: bool) -> None:
    """Serve the portal until SIGTERM."""
    settings = start(for_serving=True)
    with connected(settings):
        print_setup_address(settings)
    run_server(settings, host=host, port=port, workers=workers, with_worker=with_worker)


def print_setup_address(settings: Settings) -> None:
    """Where the first merchant is set up, once; the page is 404 without this token."""
    if settings.signup == "first" and (token := setup_token(now())):
        click.echo(f"Set up the first merchant: {settings.base_url}/dashboard/setup?token={token}")

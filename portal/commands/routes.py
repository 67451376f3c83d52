"""`portal routes`."""

import json
from dataclasses import replace

import click

from portal import create_app
from portal.config import load
from portal.operations.routes import routes_of


@click.command("routes")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def routes(as_json: bool) -> None:
    """List every route: method, path, audience, and whether a CSRF token is asked for."""
    found = routes_of(create_app(replace(load(), is_demo=True)))
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    for route in found:
        mark = "csrf" if route["csrf"] else "    "
        click.echo(f"{route['method']:5}{mark}  {route['audience']:9}{route['path']}")

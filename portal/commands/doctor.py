"""`portal doctor`."""

import click

from portal.operations.doctor import Verdict, examine
from portal.operations.starting import start
from portal.record import now

COLORS = {Verdict.GOOD: "green", Verdict.WARNING: "yellow", Verdict.BAD: "red"}


@click.command("doctor")
def doctor() -> None:
    """Check configuration, database, mail and worker. Fails where something is wrong."""
    findings = list(examine(start(), now()))
    for what, verdict, words in findings:
        click.echo(f"{click.style(f'{verdict:8}', fg=COLORS[verdict])} {what:12} {words}")
    if any(finding.verdict == Verdict.BAD for finding in findings):
        raise SystemExit(1)

"""`seachange status`: who is at work in a database, and what is left to do there."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from seachange.apply.standing import report, standing
from seachange.cli.output import output, output_options
from seachange.cli.sources import named


@click.command
@click.argument("target")
@output_options
def status(target: str, path: Path | None, form: str | None) -> int:
    """Who is at work in TARGET, what has not ended there and how it goes on, and what waits in the quarantine."""
    out = output(path, form)
    found = standing(target)
    out.show(report(found, named(target)), lambda: msgspec.json.encode(found))
    return 0

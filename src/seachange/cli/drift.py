"""`seachange drift`: what has moved since a snapshot."""

from __future__ import annotations

from pathlib import Path
from typing import Unpack

import click

from seachange.cli.compare import compared, machine
from seachange.cli.output import output, output_options
from seachange.cli.sources import Reading, reading_options
from seachange.compare.report import DRIFT


@click.command
@click.argument("source")
@click.argument("snapshot")
@output_options
@reading_options
def drift(source: str, snapshot: str, path: Path | None, form: str | None, **reading: Unpack[Reading]) -> int:
    """What has moved in SOURCE since SNAPSHOT was taken.

    Exit code 0 says that nothing has, 1 that something did.
    """
    out = output(path, form)
    comparison, told = compared((snapshot, source), reading, DRIFT)
    out.show(told, lambda: machine(comparison))
    return 0 if comparison.equal else 1

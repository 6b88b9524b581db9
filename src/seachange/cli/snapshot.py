"""`seachange snapshot`: a state as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Unpack

import click

from seachange.catalog.snapshot import dump
from seachange.cli.output import output, path_option
from seachange.cli.sources import Reading, reading_options, state


@click.command
@click.argument("source")
@path_option
@reading_options
def snapshot(source: str, path: Path | None, **reading: Unpack[Reading]) -> None:
    """Write the state of SOURCE to FILE, or to stdout.

    A snapshot is a source like any other: compare with it, or ask for the drift since it was taken.
    """
    out = output(path, None)
    out.write(dump(*state(source, reading)))

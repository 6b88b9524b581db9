"""`seachange drift`: what has moved since a snapshot."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Unpack

import click

from seachange.catalog.snapshot import header_of
from seachange.cli.compare import concluded, machine
from seachange.cli.output import output, output_options
from seachange.cli.progress import progress
from seachange.cli.sources import Reading, both, named, reading_options
from seachange.compare.report import DRIFT
from seachange.errors import NotUnderstood
from seachange.postgres.read import has_moved


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
    began = datetime.now(UTC)
    now = source if _may_have_moved(source, snapshot) else snapshot
    comparison, told = concluded((snapshot, source), both(snapshot, now, reading), DRIFT, began)
    out.show(told, lambda: machine(comparison))
    return 0 if comparison.equal else 1


def _may_have_moved(source: str, snapshot: str) -> bool:
    """Whether it is time to look: where the server's catalogs stand as they stood, the snapshot tells all there is."""
    try:
        with open(snapshot, "rb") as file:
            token = header_of(file.readline(), snapshot).token
    except OSError as error:
        raise NotUnderstood(
            f"cannot read the snapshot {snapshot}: {error.strerror}", hint="Take one with `seachange snapshot`."
        ) from error
    with progress(f"asking {named(source)} whether anything has moved"):
        return has_moved(source, token)

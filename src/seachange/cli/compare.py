"""`seachange compare`: what differs between two states."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Unpack

import click
import msgspec

from seachange.catalog.catalog import Catalog
from seachange.cli.output import output, output_options
from seachange.cli.progress import progress
from seachange.cli.sources import Reading, both, named, reading_options
from seachange.compare import compare as compare_catalogs
from seachange.compare.comparison import Comparison, as_json
from seachange.compare.report import COMPARISON, Side, Words, report
from seachange.report import Report


@click.command
@click.argument("current")
@click.argument("desired")
@output_options
@reading_options
def compare(current: str, desired: str, path: Path | None, form: str | None, **reading: Unpack[Reading]) -> int:
    """What has to change for CURRENT to become DESIRED.

    Exit code 0 says that they are equal, 1 that they differ.
    """
    out = output(path, form)
    began, sources = datetime.now(UTC), (current, desired)
    comparison, told = concluded(sources, both(*sources, reading), COMPARISON, began)
    out.show(told, lambda: machine(comparison))
    return 0 if comparison.equal else 1


def concluded(
    sources: tuple[str, str], catalogs: tuple[Catalog, Catalog], words: Words, began: datetime
) -> tuple[Comparison, Report]:
    """What two states that were read differ in, and the report on it."""
    current, desired = (Side(named(source), catalog) for source, catalog in zip(sources, catalogs, strict=True))
    with progress("comparing"):
        comparison = compare_catalogs(current.catalog, desired.catalog)
        told = report(comparison, current, desired, words)
    return comparison, msgspec.structs.replace(told, began=began, ended=datetime.now(UTC))


def machine(comparison: Comparison) -> bytes:
    """What machines read of a comparison."""
    return msgspec.json.encode(as_json(comparison))

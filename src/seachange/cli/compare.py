"""`seachange compare`: what differs between two states."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Unpack

import click
import msgspec

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
    comparison, told = compared((current, desired), reading)
    out.show(told, lambda: machine(comparison))
    return 0 if comparison.equal else 1


def compared(sources: tuple[str, str], reading: Reading, words: Words = COMPARISON) -> tuple[Comparison, Report]:
    """Both states read and compared, and the report on it."""
    began = datetime.now(UTC)
    catalogs = both(*sources, reading)
    current, desired = (Side(named(source), catalog) for source, catalog in zip(sources, catalogs, strict=True))
    with progress("comparing"):
        comparison = compare_catalogs(current.catalog, desired.catalog)
        told = report(comparison, current, desired, words)
    return comparison, msgspec.structs.replace(told, began=began, ended=datetime.now(UTC))


def machine(comparison: Comparison) -> bytes:
    """What machines read of a comparison."""
    return msgspec.json.encode(as_json(comparison))

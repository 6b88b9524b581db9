"""`seachange verify`: whether a database is what it should be."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Unpack

import click
import msgspec

from seachange.catalog.catalog import Catalog
from seachange.cli.output import output, output_options
from seachange.cli.progress import progress
from seachange.cli.sources import Reading, meant, named, reading_options
from seachange.postgres.read import read
from seachange.verify import COPY, Place
from seachange.verify import verify as verify_target
from seachange.verify.earlier import kept_before
from seachange.verify.report import as_json, report


@click.command
@click.argument("target")
@click.argument("desired")
@click.option("--before", metavar="SOURCE", help="The state that TARGET had before.  [default: the ledger's, if any]")
@click.option(
    "--on",
    type=click.Choice([place.value for place in Place]),
    default=COPY.value,
    show_default=True,
    help="Where behaviour is probed: on a scratch copy, or in TARGET itself, rolled back.",
)
@click.option("--data", is_flag=True, help="Compare rows, and prove all foreign keys.")
@output_options
@reading_options
def verify(  # noqa: PLR0913 - one for each word of the command line
    target: str,
    desired: str,
    before: str | None,
    on: str,
    data: bool,
    path: Path | None,
    form: str | None,
    **reading: Unpack[Reading],
) -> int:
    """Whether TARGET is what DESIRED says: its objects, its rows, how it behaves, and what its indexes are good for.

    Exit code 0 says that it is, as far as it could be examined; 1 that it is not, or that a fault is new.
    """
    out = output(path, form)
    began = datetime.now(UTC)
    scope = meant(reading)
    with progress(f"verifying {named(target)}") as say:
        earlier, called = _before(target, before, reading)
        verification = verify_target(
            target,
            desired,
            before=earlier,
            on=Place(on),
            scratch=reading["scratch"],
            scope=scope,
            data=data,
            strict=reading["strict"],
            cluster=reading["cluster"],
            say=say,
        )
    told = report(verification, named(target), named(desired), called)
    told = msgspec.structs.replace(told, began=began, ended=datetime.now(UTC))
    out.show(told, lambda: msgspec.json.encode(as_json(verification)))
    return 0 if verification.good else 1


def _before(target: str, before: str | None, reading: Reading) -> tuple[Catalog | None, str]:
    """The state before, and what to call it."""
    if before is None:
        return kept_before(target)
    return read(before, scratch=reading["scratch"]), named(before)

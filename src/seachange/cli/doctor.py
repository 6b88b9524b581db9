"""`seachange doctor`: what there is to work with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from seachange.cli.output import output, output_options
from seachange.cli.progress import progress
from seachange.finding import Finding, Severity
from seachange.postgres.doctor import Database, Diagnosis, diagnose
from seachange.report import Report, Section, Table

USEFUL = {
    "plpgsql_check": "proves that the bodies of functions resolve",
    "postgis": "its own tables and types are left to it",
    "pg_cron": "its jobs are left to it",
    "pg_partman": "the partitions it makes are left to it",
}
"""What having an extension means to us."""


@click.command
@click.argument("source", required=False)
@output_options
def doctor(source: str | None, path: Path | None, form: str | None) -> None:
    """Which servers, programs, extensions and rights are found: on this machine, and in SOURCE.

    Looks only; nothing is started or changed.
    """
    out = output(path, form)
    began = datetime.now(UTC)
    with progress("looking around"):
        found = diagnose(source)
    told = msgspec.structs.replace(_report(found), began=began, ended=datetime.now(UTC))
    out.show(told, lambda: msgspec.json.encode(found))


def _report(found: Diagnosis) -> Report:
    findings = tuple(_findings(found))
    return Report(
        title="Doctor",
        verdict=_verdict(len(findings)),
        good=not findings,
        about=(("source", found.place),) if found.place else (),
        sections=tuple(_sections(found)),
        findings=findings,
    )


def _verdict(count: int) -> str:
    if not count:
        return "All that seachange needs is there."
    return f"seachange works here; {count} {'thing limits' if count == 1 else 'things limit'} what it can do."


def _sections(found: Diagnosis) -> Iterator[Section]:
    if database := found.database:
        yield Table("Database", ("what", "found"), tuple(_about(database, found.pooler)))
        yield Table("Rights", ("right", "held"), tuple(_rights(database)))
        yield Table("Extensions", ("extension", "installed", "available", "what for"), tuple(_extensions(database)))
    rows = tuple((one.version, one.origin, ", ".join(one.programs) or "none", one.folder) for one in found.local)
    yield Table("PostgreSQL on this machine", ("version", "from", "programs", "folder"), rows)


def _about(database: Database, pooler: str) -> Iterator[tuple[str, str]]:
    yield "version", f"PostgreSQL {database.version}"
    yield "encoding", f"{database.encoding}, collation {database.collation}"
    yield "size", _size(database.size)
    yield "pooler in between", "no" if pooler == "none" else f"yes, in {pooler} mode"


def _size(size: int | None) -> str:
    if size is None:
        return "not told to this role"
    exponent = min((max(size, 1).bit_length() - 1) // 10, 4)
    return f"{size / 1024**exponent:.1f} {('B', 'kB', 'MB', 'GB', 'TB')[exponent]}"


def _rights(database: Database) -> Iterator[tuple[str, str]]:
    rights = database.rights
    yield "role", rights.role
    yield "superuser", _said(rights.superuser)
    yield "creates databases", _said(rights.creates_databases)
    yield "creates roles", _said(rights.creates_roles)
    yield "reads all rows", _said(rights.reads_all_rows)
    yield "reads all catalogs", f"no: not {', '.join(rights.unreadable)}" if rights.unreadable else "yes"


def _said(held: bool) -> str:
    return "yes" if held else "no"


def _extensions(database: Database) -> Iterator[tuple[str, str, str, str]]:
    """Those installed, and those that would matter if they were."""
    for one in database.extensions:
        if one.installed or one.name in USEFUL:
            yield one.name, one.installed or "no", one.available or "no", USEFUL.get(one.name, "")
    for name in sorted(USEFUL.keys() - {one.name for one in database.extensions}):
        yield name, "no", "no", USEFUL[name]


def _findings(found: Diagnosis) -> Iterator[Finding]:
    if not found.local:
        yield _warning(
            "server",
            "this machine has no PostgreSQL server to start, so scratch databases need one elsewhere",
            "Install PostgreSQL or seachange[local], or name a place with --scratch.",
        )
    if found.pooler == "transaction":
        yield _warning(
            "pooler",
            "a pooler in transaction mode stands before the server, and hands its sessions to others while we work",
            "Connect to the server itself: its own host and port (often 5432), or the pooler's session mode.",
        )
    if found.database and found.database.rights.unreadable:
        yield _warning(
            "rights",
            f"{found.database.rights.role} cannot read {', '.join(found.database.rights.unreadable)}",
            "What stands there stays unseen; connect as a role that may read it if you use it.",
        )


def _warning(check: str, message: str, advice: str) -> Finding:
    return Finding(check, Severity.WARNING, check, message, advice)

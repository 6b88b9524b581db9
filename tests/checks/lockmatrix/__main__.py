"""The figures: `python -m tests.checks.lockmatrix`."""

from __future__ import annotations

from pathlib import Path

import psycopg

from seachange.postgres.extract import extract
from seachange.postgres.server import running
from tests.checks.lockmatrix.matrix import rows
from tests.checks.lockmatrix.scoring import Score, score
from tests.corpus import reference
from tests.servers import found

FIXTURE = Path(__file__).with_name("fixture.sql")


def main() -> None:
    statements = tuple(rows(reference("safety_lockmatrix.md")))
    for major, installation in sorted(found().items()):
        with running(installation) as conninfo, psycopg.connect(conninfo, autocommit=True) as session:
            session.execute("create role zrole")
            session.execute(FIXTURE.read_bytes())
            catalog, version = extract(session), session.info.server_version
        there = [row for row in statements if row.since <= major]
        _print(f"{major} with a catalog", score(there, catalog, version))
        _print(f"{major} without a catalog", score(there, None, version))


def _print(what: str, found: Score) -> None:
    print(
        f"{what}: {len(found.judged)} statements, {len(found.dangerous)} dangerous;"
        f" dangerous and silent {len(found.silent)}, instant and flagged {len(found.loud)}"
    )
    for words, names in (("silent on", found.silent), ("only notes", found.noted), ("flags", found.loud)):
        if names:
            print(f"    {words}: {', '.join(names)}")


if __name__ == "__main__":
    main()

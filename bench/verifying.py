"""What is measured of verifying: all of it, beside one clone of the same database by pg_dump and psql.

Run by itself it verifies one database against itself: how many seconds it takes once a copy is kept, as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time

from bench.databases import Databases
from bench.figures import Figure
from bench.generate import Size
from bench.peers import NEWEST
from seachange import verify
from seachange.postgres.installation import program

ROUNDS = 2
CLONES = 10.0
"""How many clones a verification may take."""


def verifying(databases: Databases, size: Size) -> Figure:
    """Every object, row, index and promise of a database that is as it should be."""
    database = databases.of(size)
    clone = min(_clone(database.conninfo, databases.empty().conninfo) for _ in range(ROUNDS))
    command = [sys.executable, "-m", "bench.verifying", database.conninfo]
    told = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    return Figure(f"verify {database}, {told['probes']:,} probes", told["seconds"] / clone, "pg_dump | psql", CLONES)


def _clone(conninfo: str, into: str) -> float:
    began = time.perf_counter()
    dump = subprocess.run(
        [str(program("pg_dump", NEWEST)), "--schema-only", f"--dbname={conninfo}"], stdout=subprocess.PIPE, check=True
    )
    command = [str(program("psql", NEWEST)), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", into]
    subprocess.run(command, input=dump.stdout, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def main(conninfo: str) -> None:
    found = [verify(conninfo, conninfo) for _ in range(ROUNDS)]
    assert not any(one.changes or one.missed for one in found), "it was not verified whole"
    print(json.dumps({"seconds": min(one.seconds for one in found), "probes": len(found[0].probes)}))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""What is measured of adapting: a real script of 96 statements on the database that it meets, beside psql.

`python -m bench.adapting` measures this alone.  The script is in the corpus; without it nothing is measured.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.corpus import corpus, has_corpus

from bench.figures import Figure
from bench.peers import NEWEST
from seachange.adapt import Adaptation, Choosing, Terms, adapt
from seachange.postgres.installation import program
from seachange.postgres.load import load
from seachange.postgres.scratch import Scratch, on
from seachange.sql.migration import read
from seachange.sql.script import read as script

CASE = "real/1-loyalty-and-ai-analytics"
TARGET = ("target.sql", "target_data.sql")
SCRIPT = "original/0015_loyalty_rewards.sql"
ROUNDS = 2
"""The first makes the copy that the others find."""
SECONDS = 15


def adapting(server: str) -> Iterator[Figure]:
    """All of it: tried, repaired, probed, tried again, rehearsed there and back."""
    if not has_corpus(CASE):
        return
    with on(server) as scratch, scratch.empty() as target:
        _load(target)
        found = [_adapted(target) for _ in range(ROUNDS)][-1]
        seconds = _psql(scratch, found)
    yield Figure("adapt of a script of 96 statements, with its proof", found.seconds / SECONDS, f"{SECONDS} s", 1)
    yield Figure("the same beside running its statements", found.seconds / seconds, "psql")


def _load(conninfo: str) -> None:
    load(conninfo, tuple(script(corpus(f"{CASE}/{name}")) for name in TARGET), own_server=True)


def _adapted(target: str) -> Adaptation:
    found = adapt([read(corpus(f"{CASE}/{SCRIPT}"))], target, Choosing({}, defaults=True), Terms(scratch=target))
    assert found.proven
    return found


def _psql(scratch: Scratch, found: Adaptation) -> float:
    """The adapted statements, sent by psql to another copy."""
    with scratch.empty() as copy, tempfile.TemporaryDirectory(prefix="seachange-bench-") as folder:
        _load(copy)
        path = Path(folder) / "adapted.sql"
        path.write_text(";\n".join(draft.text for draft in found.drafts.all if draft.text) + ";\n")
        began = time.perf_counter()
        subprocess.run(
            [program("psql", NEWEST), "--no-psqlrc", "--quiet", "-v", "ON_ERROR_STOP=1", "-f", path, "-d", copy],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return time.perf_counter() - began


if __name__ == "__main__":
    from bench.__main__ import newest
    from seachange.postgres.server import running

    with running(newest()) as own:
        for figure in adapting(own):
            print(f"{figure.name}: {figure.measured:.3g} x {figure.unit} {figure.verdict}")

"""What is measured of linting: a folder of migrations, whole processes, beside squawk.

`python -m bench.linting` measures this alone.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import migrations
from bench.child import Failed, race
from bench.figures import Figure
from bench.peers import squawk

FILES = 1_000
ROUNDS = 5
LIMIT = 3.0
"""So many times as long as squawk."""


def linting(count: int = FILES, rounds: int = ROUNDS) -> Iterator[Figure]:
    """Every check that is not optional, without a catalog."""
    with tempfile.TemporaryDirectory(prefix="seachange-bench-") as folder:
        size = migrations.write(Path(folder), count)
        ours = [sys.executable, "-m", "seachange", "lint", folder, "--fail-on", "never"]
        runs, failed = race({"seachange": ours, "squawk": squawk(Path(folder))}, rounds)
    if failed:
        raise Failed(*(f"{name}: {reason}" for name, reason in failed.items()))
    name = f"lint {count:,} files, {size / 1e6:.1f} MB"
    yield Figure(name, runs["seachange"].seconds / runs["squawk"].seconds, "squawk", LIMIT)
    yield Figure(f"peak memory of it, {name}", runs["seachange"].memory / runs["squawk"].memory, "squawk")


if __name__ == "__main__":
    for figure in linting():
        print(f"{figure.name}: {figure.measured:.3g} x {figure.unit} {figure.verdict}")

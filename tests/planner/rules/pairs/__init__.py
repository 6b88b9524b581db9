"""Pairs of states, between which a plan must lead both ways.

A file of pairs is SQL.  What comes before the first `---` is in both states; then each pair has a title after `---`,
what is in the one, and after `-- <->` what is in the other.  With `(replaced)` after its title nothing may be dropped
on either way, with `(replaced there)` on the way there; of all others something must be.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import psycopg

from seachange.catalog.facts import KINDS
from seachange.plan import Plan
from seachange.planner import plan
from tests.planner.converging import catalog, left, run, said

HERE = Path(__file__).parent
REPLACED, THERE = " (replaced)", " (replaced there)"


class Pair(msgspec.Struct, frozen=True):
    """Two states, each as a script."""

    title: str
    one: str
    other: str

    def check(self, there: Plan, back: Plan) -> None:
        """See that only those are dropped that must be."""
        if self.title.endswith((REPLACED, THERE)):
            assert drops(there) == []
        if self.title.endswith(REPLACED):
            assert drops(back) == []
        else:
            assert drops(there) + drops(back) != []


def pairs(path: Path) -> list[Pair]:
    """What a file of pairs says."""
    setup, *rest = path.read_text().split("\n--- ")
    found = []
    for text in rest:
        title, _, scripts = text.partition("\n")
        one, _, other = scripts.partition("-- <->\n")
        found.append(Pair(title, setup + "\n" + one, setup + "\n" + other))
    return found


def there_and_back(pair: Pair, databases: tuple[str, ...]) -> tuple[Plan, Plan]:
    """Plan and go from the one state to the other, and back."""
    for conninfo, script in zip(databases, (pair.one, pair.other), strict=True):
        with psycopg.connect(conninfo, autocommit=True) as session:
            session.execute(script.encode())
    start, end = map(catalog, databases)
    there = plan(start, end)
    run(there, databases[0])
    assert left(databases[0], start, end) == [], said(there)
    here = catalog(databases[0])
    back = plan(here, start)
    run(back, databases[0])
    assert left(databases[0], here, start) == [], said(back)
    return there, back


def drops(plan: Plan) -> list[str]:
    """What is dropped, but for what is said of objects, and for how they are switched."""
    steps = [step for step in plan.steps if step.sql.startswith("DROP ")]
    return sorted(str(ref) for step in steps for ref in step.takes if not KINDS[ref.kind].told)

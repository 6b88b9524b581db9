"""What is wrong with a row in one way, and whether the server says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from seachange.catalog.catalog import Catalog
from seachange.catalog.ref import Ref
from seachange.postgres.probing import Answer, Probing
from seachange.postgres.supply import Row, Supply
from seachange.postgres.synthesis import Value
from seachange.verify.verification import Aspect, Outcome, Probe

TRIES = 40
NO_ROW = "there is no valid row to begin with"
TAKEN = "the row was taken"
OVERWRITTEN = "a trigger writes another value, so that nothing wrong is left"
NONE_FOUND = "no value was found that would break it"

Stored = Mapping[str, str | None]


class Bench:
    """What the probes of a table work with; `row` is the valid one that all others are made of.

    `fired` is false where it could be had only with triggers and foreign keys put aside, since they `refused` it.
    """

    def __init__(self, catalog: Catalog, probing: Probing, supply: Supply) -> None:
        self.catalog = catalog
        self.probing = probing
        self.supply = supply
        self.row: Row | None = None
        self.fired = True
        self.refused: Answer | None = None

    def written(self, column: str) -> tuple[Value, ...]:
        """What may be written for a column of the table."""
        assert self.row is not None
        table = self.row.table
        own = next((one for one in table.columns if one.name == column), None)
        return tuple(one for one in self.supply.choices(table, own) if one is not None) if own else ()


class Wrong(NamedTuple):
    """A statement that is to be refused, and whether what was stored in its place is still wrong."""

    sql: str
    still: Callable[[Stored], bool]


def refused(
    bench: Bench, about: Ref, aspect: Aspect, wrongs: Callable[[Row], Iterator[Wrong]], *, by: Callable[[Answer], bool]
) -> Probe:
    """Passed, once a wrong row is refused `by` what is to refuse it; failed, where one is taken."""
    if bench.row is None:
        return Probe(about, aspect, Outcome.NOT_EXAMINABLE, said=NO_ROW)
    last = Probe(about, aspect, Outcome.NOT_EXAMINABLE, said=NONE_FOUND)
    for wrong in islice(wrongs(bench.row), TRIES):
        answer = bench.probing.attempt(wrong.sql)
        if by(answer):
            return Probe(about, aspect, Outcome.PASSED, sql=wrong.sql, code=answer.code, said=answer.said)
        if answer.passed and answer.rows and wrong.still(_stored(bench.row, answer)):
            return Probe(about, aspect, Outcome.FAILED, sql=wrong.sql, said=TAKEN)
        said = OVERWRITTEN if answer.passed else f"refused for another reason: {answer.words}"
        last = Probe(about, aspect, Outcome.NOT_EXAMINABLE, sql=wrong.sql, code=answer.code, said=said)
    return last


def _stored(row: Row, answer: Answer) -> Stored:
    _, _, *kept = answer.rows[0]
    return dict(zip((column.name for column in row.table.columns), kept, strict=True))

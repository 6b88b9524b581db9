"""Tables probed: whether one takes a row that is valid, and refuses each that is wrong in one way."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from seachange.catalog.facts.relations import Table, TableColumn, TableConstraint
from seachange.finding import Finding, Severity
from seachange.postgres.probing import UNTRIED, Answer
from seachange.postgres.supply import FIRE, UNFIRED, Row, insert
from seachange.verify.checks import overlap, value
from seachange.verify.keys import duplicate, orphan
from seachange.verify.refusals import Bench, Wrong, refused
from seachange.verify.verification import Aspect, Outcome, Probe

Try = Callable[[Bench], Probe]


def examined(bench: Bench, table: Table) -> Iterator[Probe | Finding]:
    """All probes of one table; the transaction is the caller's."""
    found = bench.supply.find(table.names)
    if isinstance(found, Answer) and found.of_parent and found.in_body:
        found = _beside_parents(bench, table)
    yield from _takes_row(table, found)
    if isinstance(found, Answer) and found.in_body:
        bench.fired, bench.refused = False, found
        found = bench.supply.find(table.names, UNFIRED)
    if isinstance(found, Row):
        bench.row = found
    for promise in _promises(bench, table):
        yield promise(bench)


def _beside_parents(bench: Bench, table: Table) -> Row | Answer:
    """A row whose parents were put in while no trigger fired; for the row itself they do again."""
    found = bench.supply.find(table.names, UNFIRED)
    bench.probing.attempt(FIRE, keep=True)
    if isinstance(found, Answer):
        return found
    answer = bench.probing.attempt(insert(found))
    return found if answer.passed else answer


def _takes_row(table: Table, found: Row | Answer) -> Iterator[Probe | Finding]:
    if isinstance(found, Row):
        yield Probe(table.ref, Aspect.TAKES_ROW, Outcome.PASSED, sql=insert(found))
        return
    own = not found.of_parent
    outcome = Outcome.FAILED if own and ((found.broken and found.in_body) or found.missing) else Outcome.NOT_EXAMINABLE
    yield Probe(table.ref, Aspect.TAKES_ROW, outcome, code=found.state, said=found.words)
    if own and found.in_body and not found.broken and found.code != UNTRIED:
        yield Finding(
            check="trigger-refuses-row",
            severity=Severity.NOTE,
            about=str(table.ref),
            message=f"No row was found that the triggers let in: {found.words}",
            advice="Made-up rows do not know all that a trigger asks: see whether rows of the application pass.",
        )


def _promises(bench: Bench, table: Table) -> Iterator[Try]:
    """What the table is to refuse."""
    for column in bench.catalog.parts(table.names, TableColumn):
        if column.not_null and not column.generated:
            yield _null(column)
    constraints = {one.names[-1]: one for one in bench.catalog.parts(table.names, TableConstraint)}
    for index in bench.catalog.indexes_of(table.names):
        if index.unique:
            yield duplicate(index, constraints.get(index.names[-1]))
    for constraint in constraints.values():
        if constraint.enforced and constraint.type in REFUSALS:
            yield REFUSALS[constraint.type](constraint)


REFUSALS: dict[str, Callable[[TableConstraint], Try]] = {
    "foreign key": orphan,
    "check": value,
    "exclusion": overlap,
}


def _null(column: TableColumn) -> Try:
    own = column.names[-1]

    def tried(bench: Bench) -> Probe:
        def wrongs(row: Row) -> Iterator[Wrong]:
            yield Wrong(insert(row, {own: "NULL"}), lambda stored: stored.get(own) is None)

        return refused(bench, column.ref, Aspect.REFUSES_NULL, wrongs, by=lambda said: said.code == "23502")

    return tried

"""Views over tables with row security, through which rows of others may show."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts.relations import Column, View
from seachange.catalog.ref import Ref
from seachange.postgres.acting import Acting
from seachange.postgres.supply import Row
from seachange.sql.quote import literal, path
from seachange.verify.scenes import SILENT, Scene, Sight
from seachange.verify.verification import Aspect, Outcome, Probe

AS_OWNER = "it shows a row of another: it reads as its owner, not as the one who asks"
KEYLESS = "it shows nothing by which rows could be told apart"


def through_views(scene: Scene, acting: Acting, sight: Sight) -> Iterator[Probe]:
    """Views over the table, through which rows of others may show."""
    if scene.open("select"):
        return
    for view in _over(scene.catalog, scene.table.ref):
        marks = [_mark(row, sight) for row in (sight.own, sight.other)]
        looks = zip(marks, (sight.mine, sight.theirs), strict=True)
        found = [acting.unbound(_holds(view, mark), settings).rows for mark, settings in looks]
        if not any(rows and rows[0][0] for rows in found):
            outcome, answer, said = Outcome.NOT_EXAMINABLE, SILENT, KEYLESS
        else:
            answer = acting.attempt(_holds(view, marks[1]), sight.mine)
            shown = bool(answer.rows) and answer.rows[0][0] > 0
            outcome = Outcome.FAILED if shown else Outcome.PASSED if answer.passed else Outcome.NOT_EXAMINABLE
            said = AS_OWNER if shown else answer.words
        case = " ".join(filter(None, (f"of {path(scene.table.names)}", scene.case)))
        yield Probe(view.ref, Aspect.HIDES_ROWS, outcome, case, code=answer.code, said=said)


def _over(catalog: Catalog, relation: Ref) -> Iterator[View]:
    """The views that read a relation, themselves or through others."""
    seen, waiting = {relation}, [relation]
    while waiting:
        one = waiting.pop()
        parts = (part.ref for part in catalog.parts(one.names, Column))
        for user in sorted(set(chain(catalog.users(one), *map(catalog.users, parts))) - seen):
            if isinstance(view := catalog.get(user), View):
                seen.add(user)
                waiting.append(user)
                yield view


def _mark(row: Row, sight: Sight) -> str:
    """What only this one of the two rows holds, the longest."""
    values = [
        text for column, text in row.stored.items() if text and sight.own.stored[column] != sight.other.stored[column]
    ]
    return max(values, key=len, default="")


def _holds(view: View, mark: str) -> str:
    return f"select count(*) from {path(view.names)} as v where position({literal(mark)} in v::text) > 0"

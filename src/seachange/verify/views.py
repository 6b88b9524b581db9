"""Views probed: whether each can be read, and each materialized view refreshed."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts.relations import MaterializedView, View
from seachange.postgres.probing import Answer, Probing
from seachange.sql.quote import path
from seachange.verify.verification import Aspect, Outcome, Probe

EMPTY = "55000"
UNPOPULATED = "it is not populated, and was not meant to be"
READERS = "REFRESH takes it from its readers, and is tried on a copy only"
NO_KEY = "CONCURRENTLY asks for a unique index, and there is none"
CONCURRENTLY = "concurrently"


def examined(catalog: Catalog, probing: Probing, *, execute: bool) -> Iterator[Probe]:
    """All of them; the transaction is the caller's."""
    for view in catalog.of(View):
        yield _read(probing, view)
    for stored in catalog.of(MaterializedView):
        answer = probing.attempt(_reading(stored))
        if answer.code == EMPTY and not stored.populated:
            yield Probe(stored.ref, Aspect.IS_READ, Outcome.NOT_EXAMINABLE, code=answer.code, said=UNPOPULATED)
        else:
            yield _judged(stored, Aspect.IS_READ, answer, _reading(stored))
        yield from _refreshed(catalog, probing, stored, execute=execute)


def _read(probing: Probing, view: View) -> Probe:
    """A view may answer to LIMIT at once and still not get through all its rows."""
    sql = f"select * from {path(view.names)} limit 1"
    answer = probing.attempt(sql)
    if answer.passed:
        sql = _reading(view)
        answer = probing.attempt(sql)
    return _judged(view, Aspect.IS_READ, answer, sql)


def _reading(view: View | MaterializedView) -> str:
    return f"select count(v::text) from {path(view.names)} as v"


def _refreshed(catalog: Catalog, probing: Probing, view: MaterializedView, *, execute: bool) -> Iterator[Probe]:
    keyed = any(one.unique for one in catalog.indexes_of(view.names))
    if not execute:
        yield Probe(view.ref, Aspect.IS_REFRESHED, Outcome.NOT_EXAMINABLE, said=READERS)
        return
    sql = f"refresh materialized view {path(view.names)}"
    yield _judged(view, Aspect.IS_REFRESHED, probing.attempt(sql), sql)
    if not keyed:
        yield Probe(view.ref, Aspect.IS_REFRESHED, Outcome.NOT_EXAMINABLE, CONCURRENTLY, said=NO_KEY)
        return
    both = f"{sql}; refresh materialized view concurrently {path(view.names)}"
    yield _judged(view, Aspect.IS_REFRESHED, probing.attempt(both), both, CONCURRENTLY)


def _judged(view: View | MaterializedView, aspect: Aspect, answer: Answer, sql: str, case: str = "") -> Probe:
    outcome = Outcome.PASSED if answer.passed else Outcome.NOT_EXAMINABLE if answer.late else Outcome.FAILED
    return Probe(view.ref, aspect, outcome, case, sql, answer.code, answer.words)

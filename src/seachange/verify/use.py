"""Indexes: each can be used, and is taken by the planner for a query that is made for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts.relations import Index
from seachange.catalog.ref import Ref
from seachange.postgres.connection import connected
from seachange.postgres.index_use import Asked, asked, unusable
from seachange.verify.verification import Aspect, Outcome, Probe

KIND = "index"


def usable(conninfo: str, catalog: Catalog) -> Iterator[Probe]:
    """Whether the server can use each index; one that a failed build left behind it cannot."""
    with connected(conninfo) as session:
        broken = unusable(session)
    for index in catalog.of(Index):
        why = broken.get(index.names, "")
        yield Probe(index.ref, Aspect.IS_USABLE, Outcome.FAILED if why else Outcome.PASSED, said=why)


def once_usable(catalog: Catalog) -> Iterator[Probe]:
    """The same of a state that is known by its catalog alone."""
    for index in catalog.of(Index):
        yield Probe(index.ref, Aspect.IS_USABLE, Outcome.PASSED if index.valid else Outcome.FAILED)


def used(session: Any, catalog: Catalog) -> Iterator[Probe]:
    """Whether the planner takes each index.  One of a partitioned table is used as its parts are."""
    for found in asked(session):
        ref = Ref(KIND, found.index)
        fact = catalog.get(ref)
        if isinstance(fact, Index) and fact.valid:
            yield _probe(ref, found)


def _probe(ref: Ref, found: Asked) -> Probe:
    if found.why:
        outcome, said = Outcome.NOT_EXAMINABLE, found.why
    elif found.index[-1] in found.taken:
        outcome, said = Outcome.PASSED, ""
    elif found.taken:
        outcome, said = Outcome.NOT_EXAMINABLE, f"the planner has {', '.join(sorted(found.taken))} for the same queries"
    else:
        outcome, said = Outcome.FAILED, "the planner takes no index for a query by its keys"
    return Probe(ref, Aspect.IS_USED, outcome, sql=found.sql, code=found.code, said=said)

"""Values probed: those that a CHECK, an exclusion constraint or a domain forbids."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations, pairwise, product

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts.relations import TableConstraint
from seachange.catalog.facts.types import Domain, DomainConstraint
from seachange.catalog.ref import Ref
from seachange.postgres.probing import Answer, Probing
from seachange.postgres.supply import Row, insert, judged, spelled
from seachange.postgres.synthesis import NULL, Value
from seachange.postgres.values import NUMBERS, TEXTS, constants
from seachange.sql import parse
from seachange.sql.quote import literal, path
from seachange.verify.refusals import NONE_FOUND, Bench, Stored, Wrong, refused
from seachange.verify.verification import Aspect, Outcome, Probe

Try = Callable[[Bench], Probe]
UNUSUAL = ("-1", "-1000000", "99999999", "", "~", "[]", "{}", "null", "1900-01-01", "2999-01-01", "a" * 300)
"""What few checks let pass, beside what is likely."""
PAIRS = 6
"""Values of each of two columns that are tried together."""
CERTAIN = frozenset({"=", "&&"})
"""Operators by which a value meets itself."""


def value(constraint: TableConstraint) -> Try:
    """A row of which the server itself says that the CHECK is false."""
    own, expression = constraint.names[-1], constraint.expression or "true"

    def by(answer: Answer) -> bool:
        return answer.code == "23514" and answer.constraint == own

    def tried(bench: Bench) -> Probe:
        def wrongs(row: Row) -> Iterator[Wrong]:
            def still(stored: Stored) -> bool:
                return judged(row.table, [spelled(stored)], [expression], bench.probing) == ((False,),)

            for changes in _breaking(bench, row, constraint):
                yield Wrong(insert(row, changes), still)

        return refused(bench, constraint.ref, Aspect.REFUSES_VALUE, wrongs, by=by)

    return tried


def _breaking(bench: Bench, row: Row, constraint: TableConstraint) -> Iterator[Mapping[str, Value]]:
    """Changes that break this check, those first that break no other; any, where it asks for a generated column."""
    if not row.stored.keys() >= set(constraint.columns):
        yield from _changes(bench, row, tuple(row.stored))
        return
    checks = [one for one in bench.catalog.parts(constraint.names[:-1], TableConstraint) if one.type == "check"]
    others = [one.expression for one in checks if one.expression and one.names != constraint.names]
    later: list[Mapping[str, Value]] = []
    for changes in _changes(bench, row, constraint.columns):
        changed = {**spelled(row.stored), **changes}
        match judged(row.table, [changed], [constraint.expression or "true", *others], bench.probing):
            case ((False, *rest),) if False not in rest:
                yield changes
            case ((False, *_),):
                later.append(changes)
    yield from later


def _changes(bench: Bench, row: Row, columns: Sequence[str]) -> Iterator[Mapping[str, Value]]:
    """Each column alone, then two together."""
    likely = {one: bench.written(one) for one in columns if one in row.stored}
    for one, values in likely.items():
        yield from ({one: each} for each in (NULL, *map(literal, UNUSUAL), *values))
    for first, second in combinations(likely, 2):
        for left, right in product((*likely[first][:PAIRS], NULL), (*likely[second][:PAIRS], NULL)):
            yield {first: left, second: right}


def overlap(constraint: TableConstraint) -> Try:
    """The same values a second time, in a row whose keys differ; then others, since not all operators mean sameness."""
    operators = {after for before, after in pairwise(parse.words(constraint.expression or "")) if before == "WITH"}

    def by(answer: Answer) -> bool:
        return answer.code == "23P01" and answer.constraint == constraint.names[-1]

    def tried(bench: Bench) -> Probe:
        def wrongs(row: Row) -> Iterator[Wrong]:
            held = {one: values for one, values in spelled(row.stored).items() if one in constraint.columns}

            def still(stored: Stored) -> bool:
                same = all(
                    text and text != "empty" and held[one] == literal(text)
                    for one, text in stored.items()
                    if one in held
                )
                return same and operators <= CERTAIN

            keys = _free_keys(bench, row, constraint)
            yield Wrong(f"{insert(row)}; {insert(row, {**keys, **held})}", still)
            for one in held:
                for each in bench.written(one):
                    yield Wrong(
                        f"{insert(row, {one: each})}; {insert(row, {**keys, **held, one: each})}", lambda _: False
                    )

        return refused(bench, constraint.ref, Aspect.REFUSES_OVERLAP, wrongs, by=by)

    return tried


def _free_keys(bench: Bench, row: Row, constraint: TableConstraint) -> dict[str, Value]:
    """Other values for the columns of unique indexes that the constraint does not look at."""
    keys: dict[str, Value] = {}
    for index in bench.catalog.indexes_of(constraint.names[:-1]):
        for column in set(index.columns).difference(constraint.columns) if index.unique else ():
            keys[column] = next((one for one in bench.written(column) if one != row.values.get(column)), NULL)
    return keys


def domains(catalog: Catalog, probing: Probing) -> Iterator[Probe]:
    """Values of domains, wherever they are used."""
    for domain in catalog.of(Domain):
        if domain.not_null:
            answer = probing.attempt(f"select null::{path(domain.names)}")
            yield _told(domain.ref, Aspect.REFUSES_NULL, answer, good=answer.code == "23502")
        for constraint in catalog.parts(domain.names, DomainConstraint):
            if constraint.type == "check" and constraint.expression:
                yield _domain_value(probing, domain, constraint, constraint.expression)


def _domain_value(probing: Probing, domain: Domain, constraint: DomainConstraint, expression: str) -> Probe:
    texts = dict.fromkeys((*UNUSUAL, *TEXTS, *NUMBERS, *constants(expression)))
    for text in map(literal, texts):
        answer = probing.attempt(f"select ({expression}) is false from (select {text}::{domain.type}) as v (value)")
        if answer.rows != ((True,),):
            continue
        cast = probing.attempt(f"select {text}::{path(domain.names)}")
        if cast.passed or cast.constraint == constraint.names[-1]:
            return _told(constraint.ref, Aspect.REFUSES_VALUE, cast, good=not cast.passed)
    return Probe(constraint.ref, Aspect.REFUSES_VALUE, Outcome.NOT_EXAMINABLE, said=NONE_FOUND)


def _told(about: Ref, aspect: Aspect, answer: Answer, *, good: bool) -> Probe:
    outcome = Outcome.PASSED if good else Outcome.FAILED
    return Probe(about, aspect, outcome, code=answer.code, said=answer.words or "the value was taken")

"""Functions and procedures probed: whether their bodies resolve, and whether they run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts.relations import MaterializedView, View
from seachange.catalog.facts.routines import Routine as Wanted
from seachange.catalog.ref import Ref
from seachange.postgres.probing import Answer, Probing
from seachange.postgres.routines import Checker, Routine, call
from seachange.postgres.supply import ANYHOW, BARE, CONTRARY, GENEROUS, LATE, Supply, judged, spelled
from seachange.postgres.values import constants
from seachange.sql import parse
from seachange.sql.quote import literal
from seachange.verify.arguments import World
from seachange.verify.reach import beyond
from seachange.verify.verification import Aspect, Outcome, Probe

WORLDS = 0, GENEROUS, BARE, CONTRARY, LATE, ANYHOW
"""Variants of the rows that functions meet."""
CALLS = 8
GONE = "it is not there"
FOREIGN = "its body is not one that the server can read"
SYNTAX = "only its syntax was looked at: plpgsql_check is not to be had here"
SHAPELESS = "it returns rows of which only its caller says what is in them"
TEMPORARY = "it makes temporary tables, which are not there before it runs: "


def compiled(catalog: Catalog, probing: Probing, there: Mapping[Ref, Routine]) -> Iterator[Probe]:
    """Each body looked at without running it."""
    checker = Checker(probing)
    for wanted in catalog.of(Wanted):
        routine = there.get(wanted.ref)
        if routine is None:
            yield Probe(wanted.ref, Aspect.COMPILES, Outcome.FAILED, said=GONE)
        elif not routine.validator or routine.language in ("c", "internal"):
            yield Probe(wanted.ref, Aspect.COMPILES, Outcome.NOT_EXAMINABLE, said=FOREIGN)
        else:
            yield _compiled(checker, routine)


def _compiled(checker: Checker, routine: Routine) -> Probe:
    answer = checker.check(routine)
    outcome = Outcome.PASSED if answer.passed else Outcome.FAILED
    said = answer.words
    if answer.code == "42P01" and _makes_temporary(routine):
        outcome, said = Outcome.NOT_EXAMINABLE, TEMPORARY + said
    elif answer.passed and not checker.thorough(routine):
        said = SYNTAX
    return Probe(
        routine.ref,
        Aspect.COMPILES,
        outcome,
        code=answer.code,
        said=said,
        detail=answer.detail,
        context=answer.context,
    )


def _makes_temporary(routine: Routine) -> bool:
    return not {("temp",), ("temporary",)}.isdisjoint(parse.mentioned(routine.body))


class Calls:
    """What came of calling one function."""

    def __init__(self, routine: Routine) -> None:
        self.routine = routine
        self.passed: str = ""
        self.broken: tuple[str, Answer] | None = None
        self.refused: tuple[str, Answer] | None = None

    @property
    def over(self) -> bool:
        """Whether more calls would show no more, or take too long."""
        return self.broken is not None or (self.refused is not None and self.refused[1].late)

    def take(self, sql: str, answer: Answer, *, fault: bool) -> None:
        """One more call."""
        if answer.passed:
            self.passed = self.passed or sql
        elif fault:
            self.broken = sql, answer
        else:
            self.refused = (sql, answer) if answer.late else self.refused or (sql, answer)

    def probe(self) -> Probe:
        """The verdict on all of them."""
        ref = self.routine.ref
        if self.broken:
            sql, answer = self.broken
            return _failed(ref, sql, answer)
        if self.passed:
            return Probe(ref, Aspect.RUNS, Outcome.PASSED, sql=self.passed)
        if self.refused:
            sql, answer = self.refused
            own = answer.in_body and answer.code[:2] in DATA
            outcome = Outcome.PASSED if own else Outcome.NOT_EXAMINABLE
            return Probe(ref, Aspect.RUNS, outcome, sql=sql, code=answer.code, said=answer.words)
        return Probe(ref, Aspect.RUNS, Outcome.NOT_EXAMINABLE, said="no values were found for its parameters")


def _failed(ref: Ref, sql: str, answer: Answer) -> Probe:
    return Probe(
        ref,
        Aspect.RUNS,
        Outcome.FAILED,
        sql=sql,
        code=answer.code,
        said=answer.words,
        detail=answer.detail,
        context=answer.context,
    )


DATA = "22", "23", "P0"
"""Classes of SQLSTATE by which a body that runs objects to what it was given."""


def called(catalog: Catalog, probing: Probing, supply: Supply, there: Mapping[Ref, Routine]) -> Iterator[Probe]:
    """Each function called with made-up values, among rows that are made up, too."""
    runs: list[Calls] = []
    outside = beyond(there.values())
    for wanted in catalog.of(Wanted):
        routine = there.get(wanted.ref)
        if routine is None or routine.fires:
            continue
        if why := outside.get(routine.ref) or (SHAPELESS if routine.shapeless else ""):
            yield Probe(routine.ref, Aspect.RUNS, Outcome.NOT_EXAMINABLE, said=why)
        else:
            runs.append(Calls(routine))
    for variant in WORLDS if runs else ():
        with probing.aside():
            left = [one for one in runs if not one.over]
            world = World(supply, variant, _named(catalog, left))
            for one in left:
                _call(one, world, probing, supply)
    yield from (one.probe() for one in runs)


def _named(catalog: Catalog, runs: Sequence[Calls]) -> frozenset[str]:
    """What their bodies name, and the views that they name, and the functions that they call."""
    bodies = {one.names[-1]: one.body or one.statements or "" for one in catalog.of(Wanted)}
    bodies |= {one.names[-1]: one.definition for one in catalog.of(View)}
    bodies |= {one.names[-1]: one.definition for one in catalog.of(MaterializedView)}
    waiting, found = [one.routine.body for one in runs], set[str]()
    while waiting:
        new = {names[-1] for names in parse.mentioned(waiting.pop())} - found
        found |= new
        waiting += [bodies[name] for name in new if name in bodies]
    return frozenset(found)


def _call(one: Calls, world: World, probing: Probing, supply: Supply) -> None:
    routine = one.routine
    probing.look_in(routine.ref.names[0], routine.path)
    for arguments in world.arguments(routine, CALLS):
        sql = call(routine, arguments)
        answer = probing.attempt(sql)
        one.take(sql, answer, fault=_is_fault(answer, routine, arguments, probing, supply))
        if one.over:
            return


def _is_fault(answer: Answer, routine: Routine, given: Sequence[str], probing: Probing, supply: Supply) -> bool:
    """Whether a refusal shows that the body is wrong, and not only what it was given."""
    if answer.code == "23502":
        return answer.in_body and bool(answer.statement) and (answer.column,) not in parse.mentioned(answer.statement)
    if answer.code == "23514":
        own = [text for text in constants(routine.body) if literal(text) not in given and text in answer.detail]
        return answer.in_body and _forbidden(answer, own, probing, supply)
    dynamic = " at EXECUTE" in answer.context and bool(routine.parameters)
    return answer.broken and answer.in_body and answer.code != "42501" and not dynamic


def _forbidden(answer: Answer, own: Sequence[str], probing: Probing, supply: Supply) -> bool:
    """Whether it was a constant of the body's `own` that a CHECK refused."""
    table = supply.tables.get(answer.table)
    columns = table.about.get(answer.constraint, ()) if table else ()
    if table is None or len(columns) != 1:
        return False
    expression = probing.checks(answer.table, answer.constraint)
    empty = spelled(dict.fromkeys(column.name for column in table.columns))
    rows = ([{**empty, columns[0]: literal(text)}] for text in own)
    return any(judged(table, row, [expression], probing) == ((False,),) for row in rows)

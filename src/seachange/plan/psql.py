r"""A plan as files for psql, one for each stage: each runs as it is, again and again.

A step whose effect is there already is passed over, by psql's own \if: nothing of it reaches the server.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from seachange.catalog.facts import KINDS
from seachange.catalog.ref import Ref
from seachange.errors import NotPlanned
from seachange.plan.checksum import sealed
from seachange.plan.plan import Group, Plan
from seachange.plan.there import there
from seachange.plan.words import notes
from seachange.sql.quote import literal
from seachange.step import Stage, Step, Way

TODO = "seachange_todo"
"""The variable of psql's that says whether a step has something to do."""
PATIENCE = "5s"
"""How long a step waits for a lock before it gives up and lets others pass."""
SETTINGS = (
    r"\set ON_ERROR_STOP on",
    r"\set QUIET on",
    "SET search_path = '';",
    "SET check_function_bodies = off;",
    "SET statement_timeout = 0;",
    f"SET lock_timeout = '{PATIENCE}';",
)


def files(plan: Plan) -> Mapping[str, str]:
    """The text of each stage's file by its name, in order, without what people wrote themselves."""
    _refuse_backward(plan)
    made = (group for group in plan.groups if not group.file)
    return {
        name_of(stage): sealed(_file(plan, stage, tuple(groups)))
        for stage, groups in groupby(made, key=lambda group: group.stage)
    }


def names(plan: Plan) -> frozenset[str]:
    """The names of these files."""
    return frozenset(name_of(group.stage) for group in plan.groups if not group.file)


def name_of(stage: Stage) -> str:
    """The name of a stage's file: 05_columns.sql."""
    return f"{stage.value:02}_{stage.name.lower()}.sql"


def script(plan: Plan) -> str:
    """All of a plan as one text for psql."""
    lines = [*SETTINGS, "", *(line for group in plan.groups for line in _group(plan, group))]
    return "\n".join(lines) + "\n"


def todo(plan: Plan, step: Step) -> str:
    """A condition in SQL that is true as long as the step has something to do; empty where it does no harm again.

    What is only altered may be gone when the plan is run again, if a later step takes it.
    """
    if condition := _own_condition(step):
        return condition
    goes = sorted((step.alters | _around(step.subject)) & plan.takes)
    return " AND ".join(f"({condition})" for ref in goes if (condition := there(ref)))


def todo_together(group: Group) -> str:
    """The condition of all of a transaction that builds something anew: that of what is made or taken for good.

    Empty where each step has its own.
    """
    if not group.whole:
        return ""
    taken = frozenset[Ref]().union(*(step.takes for step in group.steps))
    made = frozenset[Ref]().union(*(step.makes for step in group.steps))
    for_good = (step for step in group.steps if step.undone or step.subject in made ^ taken)
    return next(filter(None, map(_own_condition, for_good)), "")


def _own_condition(step: Step) -> str:
    if step.undone or step.subject is None:
        return step.undone
    condition = there(step.subject)
    if condition and step.subject in step.makes:
        return f"NOT ({condition})"
    return condition if step.subject in step.takes else ""


def _around(subject: Ref | None) -> frozenset[Ref]:
    """What the subject cannot be without: its schema, and what it is said of, behind whose args its own come."""
    if subject is None:
        return frozenset()
    found = {Ref("schema", subject.names[:1])}
    if KINDS[subject.kind].told:
        kind, *args = subject.args
        found |= {Ref(kind, subject.names, tuple(args[:count])) for count in range(len(args) + 1)}
    return frozenset(found)


def _refuse_backward(plan: Plan) -> None:
    stages = [group.stage for group in plan.groups]
    if stages != sorted(stages):
        raise NotPlanned(
            "a step of an earlier stage comes after one of a later stage",
            hint="This is a mistake of seachange's own: please report it, with both states.",
        )


def _file(plan: Plan, stage: Stage, groups: tuple[Group, ...]) -> str:
    name = name_of(stage)
    head = (
        f"-- {name}: stage {stage.value} of {len(Stage)} of the plan from {plan.made_for} to {plan.leads_to}.",
        f"-- Run it after the files before it: psql -X -v ON_ERROR_STOP=1 -f {name}",
        "-- What is done already is passed over when it is run again.",
        *SETTINGS,
        "",
    )
    return "\n".join([*head, *(line for group in groups for line in _group(plan, group))]) + "\n"


def _group(plan: Plan, group: Group) -> Iterator[str]:
    """The lines of a transaction, or of a step that must not be in one."""
    alone = group.way is Way.ALONE
    yield "SET lock_timeout = 0;" if alone else "BEGIN;"
    for name, value in group.settings:
        yield rf"SELECT pg_catalog.set_config({literal(name)}, {literal(value)}, {str(not alone).lower()}) \g /dev/null"
    whole = todo_together(group)
    yield from _if(whole, [line for step in group.steps for line in _step(plan, step, guarded=not whole)])
    if alone:
        yield from (f"RESET {name};" for name, _ in group.settings)
    yield f"SET lock_timeout = '{PATIENCE}';" if alone else "COMMIT;"
    yield ""


def _step(plan: Plan, step: Step, *, guarded: bool) -> Iterator[str]:
    yield ""
    yield from (f"-- {note}" for note in notes(plan, step))
    yield from _if(todo(plan, step) if guarded else "", [f"{spared(step.sql)};"])


def _if(condition: str, lines: list[str]) -> Iterator[str]:
    """The lines, for psql to pass over where the condition does not hold."""
    if condition:
        yield rf"SELECT {spared(condition)} AS {TODO} \gset"
        yield rf"\if :{TODO}"
    yield from lines
    if condition:
        yield r"\endif"


def spared(sql: str) -> str:
    """`sql` with nothing in it that psql would take for one of its variables: a slice such as a[1:"USER"]."""
    if ":" not in sql.replace("::", ""):
        return sql
    from seachange.sql.parse import NotScanned, apart  # late: the parser takes long to load

    try:
        return apart(sql)
    except NotScanned:
        return sql

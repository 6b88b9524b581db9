"""Functions and procedures."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from typing import Any

from seachange.catalog.facts.routines import Routine
from seachange.rules.addresses import address
from seachange.rules.overloads import after, before, callers_of_others
from seachange.rules.plainly import altered
from seachange.rules.rule import REBUILD, Alteration, Context, Rebuild, Rule, Steps
from seachange.rules.settings import assignment
from seachange.sql.quote import body, literal, name, path
from seachange.step import Risk, Stage, Step

COMPILED = frozenset({"internal", "c"})
"""Languages whose functions have no text that names anything."""
ROWS = 1000
"""How many rows PostgreSQL expects of a function that returns many."""


def create_routine(routine: Routine, around: Context) -> Steps:
    risks = {Risk.HIDES_NEEDS} if _hides(routine) else set()
    if routine.security_definer:
        risks.add(Risk.CHANGES_ACCESS)
    yield Step(
        sql=_definition(routine, "CREATE"),
        stage=Stage.FUNCTIONS,
        makes=frozenset({routine.ref}) | after(routine.ref, around),
        risks=frozenset(risks),
    )


def drop_routine(routine: Routine, around: Context) -> Steps:
    yield Step(
        sql=f"DROP {address(routine.ref)}",
        stage=Stage.REMOVE,
        takes=frozenset({routine.ref}) | before(routine.ref, around),
        risks=frozenset() if routine.ref in around.comes else frozenset({Risk.HIDES_NEEDS}),
    )


def replace_routine(old: Routine, new: Routine, around: Context) -> Steps:
    """Those who call it see the old one or the new one."""
    risks = set()
    if _hides(new) and (old.body, old.language, old.settings) != (new.body, new.language, new.settings):
        risks.add(Risk.HIDES_NEEDS)
    if (old.security_definer, old.leakproof) != (new.security_definer, new.leakproof):
        risks.add(Risk.CHANGES_ACCESS)
    yield altered(new, _definition(new, "CREATE OR REPLACE"), Stage.FUNCTIONS, risks=frozenset(risks))


def _hides(routine: Routine) -> bool:
    return routine.body is not None and routine.language not in COMPILED


def _definition(routine: Routine, verb: str) -> str:
    lines = [f"{verb} {routine.ref.kind.upper()} {path(routine.names)}({routine.arguments})", *_clauses(routine)]
    return "\n".join((*lines, _code(routine)))


def _clauses(routine: Routine) -> Iterator[str]:
    """All but the code, a line each."""
    if routine.returns is not None:
        yield f"RETURNS {routine.returns}"
    yield f"LANGUAGE {name(routine.language)}"
    if routine.transforms:
        yield f"TRANSFORM {', '.join(f'FOR TYPE {type}' for type in routine.transforms)}"
    if traits := " ".join(_traits(routine)):
        yield traits
    if estimates := " ".join(_estimates(routine)):
        yield estimates
    for label, _, value in (setting.partition("=") for setting in routine.settings):
        yield f"SET {assignment(label, value)}"


def _traits(routine: Routine) -> Iterator[str]:
    if routine.window:
        yield "WINDOW"
    if routine.volatility != "volatile":
        yield routine.volatility.upper()
    if routine.strict:
        yield "STRICT"
    if routine.security_definer:
        yield "SECURITY DEFINER"
    if routine.leakproof:
        yield "LEAKPROOF"
    if routine.parallel != "unsafe":
        yield f"PARALLEL {routine.parallel.upper()}"


def _estimates(routine: Routine) -> Iterator[str]:
    """What the planner of queries assumes, where that is not what it assumes anyway."""
    if routine.cost != (1 if routine.language in COMPILED else 100):
        yield f"COST {number(routine.cost)}"
    if routine.rows not in (0, ROWS):
        yield f"ROWS {number(routine.rows)}"
    if routine.support is not None:
        yield f"SUPPORT {routine.support}"


def _code(routine: Routine) -> str:
    if routine.statements is not None:
        return routine.statements
    library = f"{literal(routine.library)}, " if routine.library is not None else ""
    return f"AS {library}{body(routine.body or '')}"


def number(value: float) -> str:
    """The shortest that PostgreSQL reads as the same `real`."""
    if value.is_integer():
        return str(int(value))
    return next((text for digits in range(1, 9) if _real(text := f"{value:.{digits}g}") == value), f"{value:.9g}")


def _real(text: str) -> float:
    return float(struct.unpack("f", struct.pack("f", float(text)))[0])


def _keeps_signature(old: Routine, new: Routine, around: Context) -> bool:
    """Whether PostgreSQL takes the new arguments for those of the same routine.

    It refuses to rename what callers may name, to take defaults away that they may count on, and to make another row
    of what is given back.
    """
    from seachange.sql.parse import parameters  # takes its time to load, and is seldom needed

    here, there = parameters(old.arguments), parameters(new.arguments)
    if here is None or there is None:
        return False
    asked, asks = ([one for one in all if one.taken] for all in (here, there))
    if any(was.name and was.name != now.name for was, now in zip(asked, asks, strict=True)):
        return False
    if any(was.defaulted and (not now.defaulted or _is_open(now.type)) for was, now in zip(asked, asks, strict=True)):
        return False
    given, gives = ([(one.name, one.type) for one in all if one.given] for all in (here, there))
    return given == gives or (new.returns is not None and new.returns.removeprefix("SETOF ") != "record")


def _is_open(type: tuple[str, ...]) -> bool:
    """A polymorphic type, whose defaults must keep a type that only PostgreSQL can tell."""
    return type[-1].startswith("any")


def _hidden(routine: Routine) -> str:
    return routine.body or "" if _hides(routine) else ""


REPLACED = Alteration(replace_routine)
FIELDS: Mapping[str, Alteration[Routine] | Rebuild] = {
    "arguments": Alteration(replace_routine, possible=_keeps_signature),
    "returns": REBUILD,
    "window": REBUILD,
    **dict.fromkeys(("language", "body", "library", "statements"), REPLACED),
    **dict.fromkeys(("volatility", "strict", "security_definer", "leakproof", "parallel"), REPLACED),
    **dict.fromkeys(("cost", "rows", "support", "transforms", "settings"), REPLACED),
}
ROUTINE: Rule[Routine] = Rule(
    create_routine, drop_routine, FIELDS, space="routine", displaces=callers_of_others, hides=_hidden
)

RULES: Mapping[str, Rule[Any]] = {"function": ROUTINE, "procedure": ROUTINE}

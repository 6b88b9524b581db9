"""Functions as the checks see them: what they are called, and along which path they look for names."""

from __future__ import annotations

from functools import lru_cache

from seachange.catalog.facts.routines import Routine
from seachange.checks.world import spelled
from seachange.sql.tree import NotParsed, inner, tree

PATH = "search_path"
EMPTY = ("", '""')


def signature(routine: Routine) -> str:
    """A function as a message and ALTER FUNCTION have it."""
    return f"{spelled(routine.names)}({', '.join(routine.args)})"


def word(routine: Routine) -> str:
    """What statements call its kind."""
    return "PROCEDURE" if routine.ref.kind == "procedure" else "FUNCTION"


def search_path(routine: Routine) -> tuple[str, ...] | None:
    """The schemas that a function looks through; None where it takes the path of who calls it."""
    values = (value for name, _, value in (one.partition("=") for one in routine.settings) if name.lower() == PATH)
    return next((_schemas(value) for value in values), None)


@lru_cache(maxsize=1024)
def _schemas(value: str) -> tuple[str, ...]:
    if value in EMPTY:
        return ()
    try:
        statement = tree(f"SET search_path = {value}")
    except NotParsed:
        return (value,)
    found = (str(inner(argument).sval.sval) for argument in getattr(statement, "args", ()))
    return tuple(schema for schema in found if schema)

"""Routines of a catalog as the statements that make them, so that their bodies can be looked into."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from seachange.catalog.facts.routines import Function, Procedure, Routine
from seachange.checks.world import World, spelled
from seachange.sql import bodies, parse, tree
from seachange.sql.bodies import Body
from seachange.sql.quote import body as quoted
from seachange.sql.quote import path

READABLE = frozenset({"sql", "plpgsql"})
"""The languages whose bodies are looked into."""


def routines(world: World) -> Iterator[Routine]:
    """Those with a body that can be looked into."""
    for kind in (Function, Procedure):
        yield from (one for one in world.of(kind) if one.language in READABLE)


def called(routine: Routine) -> str:
    """A routine as a message has it."""
    return f"{spelled(routine.names)}({', '.join(routine.args)})"


@lru_cache(maxsize=4096)
def statement(routine: Routine) -> str:
    """A CREATE that makes such a routine, as far as its body goes."""
    kind = "PROCEDURE" if isinstance(routine, Procedure) else "FUNCTION"
    returns = f" RETURNS {routine.returns}" if routine.returns and kind == "FUNCTION" else ""
    head = f"CREATE {kind} {path(routine.names)}({routine.arguments}){returns} LANGUAGE {routine.language}"
    return f"{head} {routine.statements}" if routine.statements else f"{head} AS {quoted(routine.body or '')}"


@lru_cache(maxsize=4096)
def body(routine: Routine) -> Body | None:
    """What is in its body; None where the grammar does not know it."""
    sql = statement(routine)
    try:
        node = tree.tree(sql)
    except tree.NotParsed:
        return None
    return bodies.body(sql, node) if node is not None else None


@lru_cache(maxsize=4096)
def mentioned(text: str) -> frozenset[str]:
    """Every name in a body that is kept as a string, whatever it stands for."""
    return frozenset(names[-1] for names in parse.mentioned(text))


def search_path(routine: Routine, world: World) -> tuple[str, ...]:
    """The schemas in which it looks for names: its own setting, or those of the session, and its own schema."""
    for setting in routine.settings:
        name, _, value = setting.partition("=")
        if name == "search_path":
            return tuple(part.strip().strip('"') for part in value.split(",") if part.strip(' "'))
    return tuple(dict.fromkeys((*world.search_path, routine.names[0])))

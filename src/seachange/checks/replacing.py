"""The routine that a statement makes, held against those that are there."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts.routines import Routine
from seachange.catalog.ref import Ref
from seachange.checks.columns import plain
from seachange.checks.objects import strings
from seachange.checks.typed import type_of
from seachange.checks.world import World
from seachange.sql.nodes import (
    FUNC_PARAM_DEFAULT,
    FUNC_PARAM_IN,
    FUNC_PARAM_INOUT,
    FUNC_PARAM_VARIADIC,
    CreateFunctionStmt,
    FunctionParameter,
    TypeName,
)

TAKEN = frozenset({FUNC_PARAM_DEFAULT, FUNC_PARAM_IN, FUNC_PARAM_INOUT, FUNC_PARAM_VARIADIC})
"""Parameters that a caller gives."""


def routine(statement: CreateFunctionStmt, world: World) -> Routine | None:
    """The function or procedure of the same name and arguments, unless an extension brought it."""
    names = strings(statement.funcname)
    path = names if len(names) > 1 else (world.home, *names)
    args = tuple(argument_type(one.arg_type, world) for one in taken(statement))
    for kind in ("function", "procedure"):
        fact = world.get(Ref(kind, path, args))
        if isinstance(fact, Routine):
            return fact
    return None


def taken(statement: CreateFunctionStmt) -> Iterator[FunctionParameter]:
    return (each.function_parameter for each in statement.parameters if each.function_parameter.mode in TAKEN)


def argument_type(type: TypeName, world: World) -> str:
    """A type as the address of a routine has it: without length."""
    spelled = type_of(type, world)
    return plain(spelled) + "[]" * spelled.endswith("[]")


def identity(found: Routine) -> str:
    return f"{found.names[-1]}({', '.join(found.args)})"

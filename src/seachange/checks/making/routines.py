"""Functions as a statement defines them."""

from __future__ import annotations

from google.protobuf.message import Message
from msgspec.structs import replace

from seachange.catalog.facts.routines import Function, Procedure, Routine
from seachange.catalog.ref import Ref
from seachange.checks.making.dropping import ROUTINES, routines
from seachange.checks.making.facts import Changes, changed, made, names, placed
from seachange.checks.typed import type_of
from seachange.checks.world import World
from seachange.sql import nodes, tree
from seachange.sql.nodes import AlterFunctionStmt, CreateFunctionStmt, DefElem

OUTPUTS = (nodes.FUNC_PARAM_OUT, nodes.FUNC_PARAM_TABLE)


def create_function(statement: CreateFunctionStmt, world: World) -> World:
    parameters = [each.function_parameter for each in statement.parameters]
    inputs = tuple(type_of(each.arg_type, world) for each in parameters if each.mode not in OUTPUTS)
    kind: type[Routine] = Procedure if statement.is_procedure else Function
    fact = kind(
        placed(names(statement.funcname), world),
        inputs,
        returns=_returns(statement, world),
        statements=_standard(statement),
    )
    for each in statement.options:
        fact = _with(fact, each.def_elem)
    old = world.get(fact.ref)
    return world.after((changed if old else made)(fact))


def _returns(statement: CreateFunctionStmt, world: World) -> str | None:
    if not statement.HasField("return_type"):
        return None
    return ("SETOF " if statement.return_type.setof else "") + type_of(statement.return_type, world)


def _standard(statement: CreateFunctionStmt) -> str | None:
    """The body in standard SQL, where it is one expression."""
    if not statement.HasField("sql_body"):
        return None
    body = tree.inner(statement.sql_body)
    value = getattr(body, "returnval", None)
    return f"RETURN {tree.text(value)}" if isinstance(value, Message) else "BEGIN ATOMIC"


def _with(fact: Routine, option: DefElem) -> Routine:
    match option.defname:
        case "language":
            return replace(fact, language=option.arg.string.sval)
        case "volatility":
            return replace(fact, volatility=option.arg.string.sval)
        case "as":
            return replace(fact, body=names(option.arg.list.items)[0])
        case "strict":
            return replace(fact, strict=option.arg.boolean.boolval)
        case "security":
            return replace(fact, security_definer=option.arg.boolean.boolval)
        case "set":
            return _setting(fact, option.arg.variable_set_stmt)
    return fact


def _setting(fact: Routine, setting: Message) -> Routine:
    name = str(setting.name)
    others = tuple(each for each in fact.settings if not each.startswith(f"{name}="))
    values = ", ".join(tree.text(each).strip("'") for each in setting.args)
    kept = setting.kind == nodes.VAR_SET_VALUE
    return replace(fact, settings=(*others, f"{name}={values}") if kept else others)


def alter_function(statement: AlterFunctionStmt, world: World) -> World:
    kinds = ROUTINES.get(statement.objtype, ("function",))
    for ref in routines(statement.func, kinds, world):
        world = world.after(_altered(ref, statement, world))
    return world


def _altered(ref: Ref, statement: AlterFunctionStmt, world: World) -> Changes:
    fact = world.get(ref)
    if not isinstance(fact, Routine):
        return {}
    for each in statement.actions:
        fact = _with(fact, each.def_elem)
    return changed(fact)

"""A function whose body calls what is not there, or gets types that do not fit, fails each time it is called.

A call of a function that nobody has made (42883), a comparison of a number with a text (42883), EXTRACT of the
difference of two dates, which is a number of days and no interval, a RETURN QUERY whose columns are not exactly those
of RETURNS TABLE (42804): PL/pgSQL finds all that when the body is run.  Where the extension plpgsql_check is installed,
it is asked as well.

Make what is missing, or mend the body; call each function once in a test.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from seachange.catalog.facts.outside import Extension
from seachange.catalog.ref import Ref
from seachange.checks.around import Around, State
from seachange.checks.bodies import queries
from seachange.checks.built_in import is_built_in
from seachange.checks.check import Check, Needs, Question, Remark, Remarks
from seachange.checks.definitions import looking
from seachange.checks.kinds import Named, sort, type_seen
from seachange.checks.named import strings
from seachange.checks.routines import body, called, routines
from seachange.checks.scopes import Placed, Scope, placed, standing
from seachange.checks.typed import type_of, without_length
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.bodies import Body
from seachange.sql.inner import Inner
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    AEXPR_OP,
    AEXPR_OP_ANY,
    A_Expr,
    CreateFunctionStmt,
    FuncCall,
    RangeVar,
    SelectStmt,
    TypeCast,
)
from seachange.sql.quote import path
from seachange.sql.tree import NotParsed, inner, tree, walk

_Fault = tuple[str, Inner, int]
_COMPARING = frozenset({"=", "<>", "<", ">", "<=", ">="})


def _look(written: Written, around: Around) -> Remarks:
    found = written.body
    if found is None:
        return
    node: Any = written.node
    what = spelled(strings(node.funcname)) if isinstance(node, CreateFunctionStmt) else "this block"
    for fault, place, at in _faults(found, around.world):
        if fault not in _made_later(around):
            yield _remark(fault, what, at=place.byte(at))


def _made_later(around: Around) -> Iterator[str]:
    """The faults that the statement itself and those after it mend: bodies may call what comes later."""
    for node in around.later_of("CreateFunctionStmt"):
        names = strings(node.funcname)
        yield from (_no_function(names), _no_function(names[-1:]))


def _no_function(names: tuple[str, ...]) -> str:
    return f"there is no function {path(names)}"


def _state(state: State) -> Remarks:
    world = World(state.catalog)
    for routine in routines(world):
        found = body(routine) if routine.body else None
        for fault, _, _ in _faults(found, looking(routine, world)) if found else ():
            yield _remark(fault, called(routine))
    extension = state.catalog.get(Ref("extension", ("plpgsql_check",)))
    if isinstance(extension, Extension):
        yield Remark(
            message="What plpgsql_check finds, it is asked.",
            advice="Mend the body.",
            asks=Question(_CHECKED.replace("checker", path((extension.schema,)))),
        )


def _faults(body: Body, world: World) -> Iterator[_Fault]:
    """What cannot work, each thing once."""
    told: set[str] = set()
    types = _variables(body, world)
    for one in queries(body):
        found = [*_calls(one, world), *_comparisons(one, world, types), *_returned(body, one, world, types)]
        for fault, at in found:
            if fault not in told:
                told.add(fault)
                yield fault, one, at


def _calls(one: Inner, world: World) -> Iterator[tuple[str, int]]:
    """Calls of functions that nobody has made."""
    if not world.known:
        return
    for call in walk(one.node) if one.node is not None else ():
        if isinstance(call, FuncCall):
            names = strings(call.funcname)
            if not _is_there(names, world):
                yield _no_function(names), call.location


def _is_there(names: tuple[str, ...], world: World) -> bool:
    """What has another number of parameters counts: which overload is meant, only the server knows."""
    if names[:-1] in ((), ("pg_catalog",)) and is_built_in(names[-1]):
        return True
    catalog = world.catalog
    members = (ref.names for ref in catalog.origin.members if ref.kind in _CALLED) if catalog else iter(())
    others = (ref.names for ref in catalog.facts if ref.kind in _CALLED) if catalog else iter(())
    if len(names) > 1:
        made = any(one.names == names for one in world.functions(names[-1]))
        return made or names in members or names in others
    same = any(each[-1] == names[-1] for each in (*members, *others))
    return bool(world.functions(names[-1])) or same or world.type(names) is not None


_CALLED = frozenset({"function", "procedure", "aggregate"})


def _variables(body: Body, world: World) -> Named:
    """The types of variables; the fields of records by the tables that the body reads."""
    types = {one.name: _declared(one.type, world) for one in (*body.parameters, *body.variables)}
    read = {
        world.path(node)
        for each in queries(body)
        if each.node is not None
        for node in walk(each.node)
        if isinstance(node, RangeVar)
    }

    def named(names: tuple[str, ...]) -> str:
        if len(names) == 1:
            return types.get(names[0], "")
        if types.get(names[0]) != "record":
            return ""
        found = {column.type for table in read if (column := world.column(table, names[-1]))}
        return without_length(found.pop()) if len(found) == 1 else ""

    return named


def _declared(type: str, world: World) -> str:
    if type.lower() == "record" or type.lower().endswith("%rowtype"):
        return "record"
    try:
        node: Any = tree(f"SELECT NULL::{type}") if type and "%" not in type else None
    except NotParsed:
        return ""
    cast = inner(node.target_list[0].res_target.val) if node is not None else None
    return without_length(type_of(cast.type_name, world)) if isinstance(cast, TypeCast) else ""


def _comparisons(one: Inner, world: World, types: Named) -> Iterator[tuple[str, int]]:
    for part in placed(one.node, world):
        for node in part.parts:
            match node:
                case A_Expr() if node.kind in (AEXPR_OP, AEXPR_OP_ANY) and node.HasField("lexpr"):
                    yield from _compared(node, part, world, types)
                case FuncCall() if node.funcname[-1].string.sval in ("extract", "date_part") and len(node.args) == 2:
                    if type_seen(inner(node.args[1]), part.scope, world, types) == "integer":
                        yield "EXTRACT is given the difference of two dates, which is a number", node.location


def _compared(node: Any, part: Placed, world: World, types: Named) -> Iterator[tuple[str, int]]:
    left, right = (type_seen(inner(side), part.scope, world, types) for side in (node.lexpr, node.rexpr))
    if node.kind == AEXPR_OP_ANY:
        right = right.removesuffix("[]") if right.endswith("[]") else ""
    if node.name[-1].string.sval in _COMPARING and sort(left) and sort(right) and sort(left) != sort(right):
        yield f"{left} is compared with {right}", node.location


def _returned(body: Body, one: Inner, world: World, types: Named) -> Iterator[tuple[str, int]]:
    """A RETURN QUERY gives the columns of RETURNS TABLE, and exactly their types."""
    if not body.columns or not _is_result(body, one) or not isinstance(one.node, SelectStmt):
        return
    wanted = [_declared(column.type, world) for column in body.columns]
    if (node := one.node).HasField("larg") or node.values_lists or any(_is_star(each) for each in node.target_list):
        return
    if len(node.target_list) != len(wanted):
        yield f"RETURN QUERY gives {len(node.target_list)} columns where {len(wanted)} are told", 0
        return
    for at, (place, type) in enumerate(zip_longest(_results(one, world), wanted)):
        got = type_seen(place.node, place.scope, world, types) if place else ""
        if got and type and got != type:
            yield f"column {at + 1} of RETURN QUERY is {got}, and {body.columns[at].name} is {type}", 0


def _is_result(body: Body, one: Inner) -> bool:
    if one.start is None or body.start is None:
        return False
    return body.text.encode()[: one.start - body.start].rstrip().upper().endswith(b"RETURN QUERY")


def _is_star(target: Any) -> bool:
    value = inner(target.res_target.val)
    return value.DESCRIPTOR.name == "ColumnRef" and bool(inner(value.fields[-1]).DESCRIPTOR.name == "A_Star")


def _results(one: Inner, world: World) -> Iterator[Placed]:
    """The expressions of the outermost list, in their order."""
    node: Any = one.node
    scopes = [each for each in placed(node, world) if each.clause == "target"]
    for value in (inner(each.res_target.val) for each in node.target_list):
        scope = next((each.scope for each in scopes if _holds(each, value)), Scope())
        yield standing(value, scope, "target")


def _holds(place: Placed, value: Any) -> bool:
    return place.node.DESCRIPTOR.name == "ResTarget" and bool(inner(place.node.val) == value)


def _remark(fault: str, what: str, *, at: int | None = None) -> Remark:
    return Remark(
        message=f"{what} cannot run: {fault}.",
        about=what,
        at=at,
        advice="Make what is missing, or mend the body; then call it once.",
    )


_CHECKED = """\
select p.oid::pg_catalog.regprocedure::text, pg_catalog.format('%s (line %s)', c.message, c.lineno)
from pg_catalog.pg_proc p
join pg_catalog.pg_language l on l.oid = p.prolang and l.lanname = 'plpgsql'
cross join lateral checker.plpgsql_check_function_tb(p.oid, fatal_errors := false) c
where p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
  and not exists (select from pg_catalog.pg_depend d
                  where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
  and c.level = 'error' and c.sqlstate not in ('42P01', '42703', '42702')"""

CHECK = Check(
    name="function-cannot-run",
    code="CO40",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="functions that fail whenever they are called",
    kinds=("CreateFunctionStmt", "DoStmt"),
    statement=_look,
    state=_state,
)

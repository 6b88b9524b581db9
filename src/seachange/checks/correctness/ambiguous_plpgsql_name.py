"""A PL/pgSQL variable with the name of a column makes each query that names it alone fail when it is run (42702).

Parameters are variables too, and so are the columns of RETURNS TABLE: a function that gives a column `id` cannot say
`WHERE id = 1`, nor ON CONFLICT (id), in any of its queries.  CREATE FUNCTION takes it without a word.

Say which table is meant: orders.id.  Where a name is a column of the result only, `#variable_conflict use_column` as
the first line of the body has columns win; where it is an argument, that would compare the column with itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from seachange.checks.around import Around, State
from seachange.checks.bodies import Named, named, queries, tables_with
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.definitions import looking
from seachange.checks.named import strings
from seachange.checks.outputs import output_name
from seachange.checks.routines import body, called, routines
from seachange.checks.scopes import relation_source
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.bodies import Body
from seachange.sql.edit import Edit
from seachange.sql.inner import Inner
from seachange.sql.migration import Written
from seachange.sql.nodes import CreateFunctionStmt, InsertStmt, SelectStmt
from seachange.sql.tree import inner as unwrapped

_SETTLED = ("use_column", "use_variable")
_GIVEN = frozenset({"table", "out"})


class _Clash(Struct, frozen=True):
    """A name that is both, where it stands first, and a table that has it as a column."""

    name: str
    mode: str
    table: str
    inner: Inner
    at: int


def _look(written: Written, around: Around) -> Remarks:
    found, what = written.body, ""
    if found is None or found.language != "plpgsql":
        return
    if isinstance(written.node, CreateFunctionStmt):
        what = spelled(strings(written.node.funcname))
    clashes = list(_clashes(found, around.world))
    for clash in clashes:
        yield _remark(clash, what, at=clash.inner.byte(clash.at), edits=_edits(found, clashes, written))


def _state(state: State) -> Remarks:
    world = World(state.catalog)
    for routine in routines(world):
        found = body(routine) if routine.language == "plpgsql" else None
        for clash in _clashes(found, looking(routine, world)) if found else ():
            yield _remark(clash, called(routine))


def _clashes(body: Body, world: World) -> Iterator[_Clash]:
    if any(word in body.text for word in _SETTLED) and "#variable_conflict" in body.text:
        return
    variables = {one.name: one.mode for one in (*body.parameters, *body.variables) if one.name}
    told: set[str] = set()
    for one in named(body, world) if variables else ():
        name = one.names[0]
        if len(one.names) > 1 or name not in variables or name in told or _is_output(one):
            continue
        tables = tables_with(name, one.scope)
        if tables:
            told.add(name)
            yield _Clash(name, variables[name], tables[0], one.inner, one.ref.location)
    yield from _conflicts(body, variables, told, world)


def _is_output(one: Named) -> bool:
    """Whether it orders by a column that the query gives, which comes first."""
    node = one.inner.node
    if one.clause != "sort" or not isinstance(node, SelectStmt):
        return False
    targets = (each.res_target for each in node.target_list)
    return one.names[0] in {target.name or output_name(unwrapped(target.val)) for target in targets}


def _conflicts(body: Body, variables: dict[str, str], told: set[str], world: World) -> Iterator[_Clash]:
    """The columns in ON CONFLICT (…) are looked up as any others are."""
    for inner in queries(body):
        node = inner.node
        if isinstance(node, InsertStmt):
            columns = relation_source(node.relation, world).outputs or {}
            for each in node.on_conflict_clause.infer.index_elems:
                name = each.index_elem.name
                if name in variables and name in columns and name not in told:
                    told.add(name)
                    at = node.on_conflict_clause.infer.location
                    yield _Clash(name, variables[name], node.relation.relname, inner, at)


def _edits(body: Body, clashes: list[_Clash], written: Written) -> tuple[Edit, ...]:
    """Only names of the result are settled without thinking: nobody compares with those."""
    start = written.byte(body.start) if body.start is not None else None
    if start is None or any(clash.mode not in _GIVEN for clash in clashes):
        return ()
    return (Edit(start, start, "\n#variable_conflict use_column", "names of the result are names of columns, too"),)


def _remark(clash: _Clash, what: str, *, at: int | None = None, edits: tuple[Edit, ...] = ()) -> Remark:
    kind = "a column of the result" if clash.mode in _GIVEN else "a variable" if _is_local(clash) else "a parameter"
    return Remark(
        message=f"{clash.name} is {kind}{f' of {what}' if what else ''} and a column of {clash.table}: a query that"
        " names it alone fails when it is run.",
        about=what or clash.name,
        at=at,
        advice=f"Say {clash.table}.{clash.name} where the column is meant."
        if clash.mode not in _GIVEN
        else f"Say {clash.table}.{clash.name}, or begin the body with #variable_conflict use_column.",
        edits=edits,
    )


def _is_local(clash: _Clash) -> bool:
    return clash.mode in ("variable", "constant", "cursor", "alias")


CHECK = Check(
    name="ambiguous-plpgsql-name",
    code="CO39",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="variables that have the names of columns",
    kinds=("CreateFunctionStmt", "DoStmt"),
    statement=_look,
    state=_state,
)

"""A foreign key, view or function reaches from one service's tables into those of another.

What belongs to different services is deployed, moved and restored by different people.  A foreign key from the one to
the other ties their migrations and their backups together, and locks both; a view or a function fails when the other
one changes a column that it takes for its own.

Which schemas or tables belong to which service, a project says in seachange.toml under [services].  Without it, a
foreign key is told that would be the first between two schemas, none of them public.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from google.protobuf.message import Message

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import TableConstraint
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.foreign_keys import foreign_keys
from seachange.checks.objects import strings
from seachange.checks.references import references
from seachange.checks.world import PUBLIC, World, spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import CreateFunctionStmt, CreateTableAsStmt, RangeVar, ViewStmt
from seachange.sql.parse import mentioned

Reach = tuple[str, Path, Path]
"""What kind of thing reaches, where it is, and the table that it reaches."""


def _look(written: Written, around: Around) -> Remarks:
    assert written.node is not None
    for what, place, table in dict.fromkeys(_reaches(written.node, around.world)):
        here, there = around.customs.service(place), around.customs.service(table)
        if here and there and here != there:
            yield _remark((what, place, table), f"the service {here}", f"the service {there}", None)
        elif not around.customs.services and _is_first(what, place, table, around.world):
            yield _remark((what, place, table), f"the schema {place[0]}", f"the schema {table[0]}", Severity.NOTE)


def _reaches(node: Message, world: World) -> Iterator[Reach]:
    for key in foreign_keys(node, world):
        yield "A foreign key", key.table, key.target
    if isinstance(node, ViewStmt | CreateTableAsStmt):
        place = world.place(node.view if isinstance(node, ViewStmt) else node.into.rel)
        yield from (("The view", place, world.path(one.relation)) for one in references(node) if one.kind == "relation")
    elif isinstance(node, CreateFunctionStmt):
        names = strings(node.funcname)
        place = names if len(names) > 1 else (world.home, *names)
        yield from (("The function", place, table) for table in _in_body(node, world))


def _in_body(node: CreateFunctionStmt, world: World) -> Iterator[Path]:
    """The relations that its body names, whatever its language is."""
    for option in node.options:
        if option.def_elem.defname == "as":
            for names in sorted(mentioned(option.def_elem.arg.list.items[0].string.sval)):
                fact = world.relation(RangeVar(schemaname="".join(names[:-1]), relname=names[-1]))
                if fact is not None:
                    yield fact.names
    for one in references(node):
        if one.kind == "relation" and world.relation(one.relation) is not None:
            yield world.path(one.relation)


def _is_first(what: str, place: Path, table: Path, world: World) -> bool:
    """Whether no foreign key leads from the one schema to the other yet."""
    if what != "A foreign key" or world.catalog is None or place[0] == table[0] or PUBLIC in (place[0], table[0]):
        return False
    return world.at(table) is not None and (place[0], table[0]) not in _led(world.catalog)


@lru_cache(maxsize=4)
def _led(catalog: Catalog) -> frozenset[tuple[str, str]]:
    """The schemas between which foreign keys lead, in both directions."""
    keys = (one for one in catalog.of(TableConstraint) if one.references)
    pairs = {(one.names[0], one.references[0]) for one in keys if one.references}
    return frozenset(pairs | {(there, here) for here, there in pairs})


def _remark(reach: Reach, here: str, there: str, severity: Severity | None) -> Remark:
    what, place, table = reach
    return Remark(
        message=f"{what} of {spelled(place)} in {here} reaches {spelled(table)}, which belongs to {there}."
        if what == "A foreign key"
        else f"{what} {spelled(place)} of {here} reads {spelled(table)}, which belongs to {there}.",
        about=spelled(place),
        advice="Keep a copy of what is needed, or ask the other service for it.",
        severity=severity,
    )


CHECK = Check(
    name="reference-across-services",
    code="CM27",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="references from one service's tables to those of another",
    kinds=("CONSTR_FOREIGN", "ViewStmt", "CreateTableAsStmt", "CreateFunctionStmt"),
    statement=_look,
)

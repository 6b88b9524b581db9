"""One name for two things: a table where a view is, a view where a table is."""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import Message

from seachange.catalog.facts import Fact
from seachange.repairs.case import Case
from seachange.repairs.made import made, means
from seachange.repairs.named import RELATIONS, there
from seachange.repairs.refusal import SKIPPED, Refusal
from seachange.repairs.repair import Outcome, Question, Repair
from seachange.sql import tree
from seachange.sql.edit import Edit, edited
from seachange.sql.nodes import CreateStmt, CreateTableAsStmt, RangeVar, ViewStmt
from seachange.sql.parse import tokens
from seachange.sql.quote import name, path
from seachange.sql.relations import name as written_name

WRONG_KIND = "42809"
ENDINGS = {"CreateStmt": ("table", "_data"), "ViewStmt": ("view", "_view"), "CreateTableAsStmt": ("view", "_view")}


def mend(refusal: Refusal, case: Case) -> Iterator[Question | Refusal]:
    """What is to be made has the name of something of another kind; or a statement means what was renamed for that."""
    if refusal.code in SKIPPED:
        yield from _taken(case)
    elif refusal.code == WRONG_KIND:
        yield from _renamed(case)


def _taken(case: Case) -> Iterator[Question]:
    named = _made(case.node)
    found = there(case, named) if named is not None else None
    if named is None or found is None or case.node is None:
        return
    sort, ending = ENDINGS[tree.kind(case.node)]
    if found.ref.kind.endswith(sort):
        return
    free = _free(case, found, ending)
    shown = path(found.names)
    renamed = Repair(
        name="rename",
        does=f"{shown} is a {found.ref.kind} here: the {sort} of the script is called {free}.",
        follows=f"Whoever means the {sort} has to say {free}; {shown} stays what it was.",
        text=_with_name(case.text, named, free),
    )
    left_out = Repair(
        name="leave-out",
        does=f"{shown} is a {found.ref.kind} here: the {sort} of the script is left out.",
        follows=f"What the script wants of the {sort} does not come about.",
        outcome=Outcome.REMOVED,
        text="",
    )
    asks = f"{shown} is to be a {sort}, and is a {found.ref.kind} here."
    yield Question(f"name-taken {'.'.join(found.names)}", asks, (renamed, left_out), open=True)


def _made(node: Message | None) -> RangeVar | None:
    match node:
        case CreateStmt(relation=named) | ViewStmt(view=named):
            return named
        case CreateTableAsStmt(into=into):
            return into.rel
    return None


def _free(case: Case, found: Fact, ending: str) -> str:
    schema, wanted = found.names[0], found.names[1][:55] + ending
    taken = {
        ref.names[1] for kind in RELATIONS for ref in case.catalog.facts if ref.kind == kind and ref.names[0] == schema
    }
    return next(one for one in (wanted, *(f"{wanted}{n}" for n in range(2, 100))) if one not in taken)


def _renamed(case: Case) -> Iterator[Question]:
    """A later statement about what the script made under another name."""
    for node in tree.walk(case.node) if case.node else ():
        if isinstance(node, RangeVar) and (now := _name_now(case, node)):
            does = f"{name(str(node.relname))} is called {name(now)} here, as it was made under that name."
            repair = Repair(name="rename", does=does, text=_with_name(case.text, node, now))
            yield Question(f"renamed {node.relname}", does, (repair,))
            return


def _name_now(case: Case, named: RangeVar) -> str:
    """The name under which an earlier statement made what it calls otherwise in the script as it was written."""
    for line in case.lines[: case.number]:
        then, now = None if line.added else made(line.written.node), made(line.node)
        if then and now and then != now and then[0] == "relation" and means(then[1], written_name(named)):
            return now[1][-1]
    return ""


def _with_name(sql: str, named: RangeVar, new: str) -> str:
    """`sql` with another name for a relation, in its schema."""
    raw = sql.encode()
    words = [one for one in tokens(sql) if one[0] >= named.location]
    start, end, _ = words[2] if named.schemaname else words[0]
    return edited(raw, [Edit(start, end, name(new))]).decode()

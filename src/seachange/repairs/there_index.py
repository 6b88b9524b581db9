"""An index whose name is taken: by the same index, or by another thing."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from seachange.catalog.facts import Fact
from seachange.catalog.facts.relations import Index
from seachange.catalog.ref import Ref
from seachange.repairs.case import Case
from seachange.repairs.named import there
from seachange.repairs.refusal import SKIPPED, Refusal, Sort
from seachange.repairs.repair import Outcome, Question, Repair
from seachange.sql.edit import Edit, edited
from seachange.sql.guards import with_if_not_exists
from seachange.sql.nodes import IndexStmt
from seachange.sql.parse import tokens
from seachange.sql.quote import name, path

KINDS = ("index", "table", "view", "materialized view", "sequence", "foreign table", "composite type")


def mend(refusal: Refusal, case: Case) -> Iterator[Question | Refusal]:
    """CREATE INDEX meets something of that name."""
    node = case.node
    if refusal.code not in SKIPPED or not isinstance(node, IndexStmt) or not node.idxname:
        return
    table = there(case, node.relation)
    if table is None:
        return
    taken = next((f for kind in KINDS if (f := case.catalog.get(Ref(kind, (table.names[0], str(node.idxname)))))), None)
    free = _free(case, table.names[0], str(node.idxname))
    wanted = case.copy.what_if((_renamed(case.text, str(node.idxname), free),))
    if taken is None or isinstance(wanted, Refusal):
        if isinstance(wanted, Refusal):
            yield wanted
        return
    made = wanted.get(Ref("index", (table.names[0], free)))
    same = isinstance(taken, Index) and made is not None and _alike(taken, made)
    if same and refusal.sort is Sort.SKIPPED:
        return
    yield Question(
        f"index-there {'.'.join(taken.names)}",
        f"The name {path(taken.names)} is taken{' by the same index' if same else f' by another {taken.ref.kind}'}.",
        (_kept(case, taken),) if same else (_other_name(case, str(node.idxname), free, taken),),
    )


def _alike(one: Index, other: Fact) -> bool:
    """The same but for its name, and for whether a constraint keeps it."""
    return isinstance(other, Index) and replace(other, names=one.names, constraint=one.constraint) == one


def _kept(case: Case, taken: Fact) -> Repair:
    node = case.node
    behind = ("INDEX", "CONCURRENTLY") if getattr(node, "concurrent", False) else ("INDEX",)
    return Repair(
        name="keep",
        does=f"The index {path(taken.names)} is there already, and is the same.",
        outcome=Outcome.MERGED,
        text=with_if_not_exists(case.text, *behind),
    )


def _other_name(case: Case, old: str, free: str, taken: Fact) -> Repair:
    return Repair(
        name="rename",
        does=f"The name {old} is that of another {taken.ref.kind} here: the index is called {free}.",
        text=_renamed(case.text, old, free),
    )


def _free(case: Case, schema: str, wanted: str) -> str:
    """A name that nothing has."""
    taken = {ref.names[1] for ref in case.catalog.facts if ref.kind in KINDS and ref.names[:1] == (schema,)}
    return next(f"{wanted[:60]}_{n}" for n in range(2, 1000) if f"{wanted[:60]}_{n}" not in taken)


def _renamed(sql: str, old: str, new: str) -> str:
    """`sql` with another name for the index, which is the first token that is that name."""
    raw = sql.encode()
    for start, end in tokens(sql):
        written = raw[start:end].decode()
        if written in (name(old), f'"{old}"') or written.lower() == old:
            return edited(raw, [Edit(start, end, name(new))]).decode()
    return sql

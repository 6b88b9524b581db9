"""A type that is there already: an enum gets the labels that it lacks."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts.types import Enum
from seachange.repairs.aside import renamed_made
from seachange.repairs.case import Case
from seachange.repairs.made import words
from seachange.repairs.named import at
from seachange.repairs.refusal import Refusal
from seachange.repairs.repair import Outcome, Question, Repair
from seachange.sql.nodes import CompositeTypeStmt, CreateDomainStmt, CreateEnumStmt
from seachange.sql.quote import literal, path

DUPLICATE = "42710"


def mend(refusal: Refusal, case: Case) -> Iterator[Question | Refusal]:
    """CREATE TYPE or CREATE DOMAIN meets a type of that name."""
    if refusal.code != DUPLICATE:
        return
    match case.node:
        case CreateEnumStmt() as node:
            found = at(case, words(node.type_name), ("enum",))
            if isinstance(found, Enum):
                yield _enum(found, tuple(each.string.sval for each in node.vals))
        case CreateDomainStmt() as node:
            yield from _same(case, "domain", words(node.domainname))
        case CompositeTypeStmt() as node:
            named = tuple(filter(None, (node.typevar.schemaname, node.typevar.relname)))
            yield from _same(case, "composite type", named)


def _enum(there: Enum, wanted: tuple[str, ...]) -> Question:
    name = path(there.names)
    lacking = [label for label in wanted if label not in there.labels]
    added = tuple(
        f"ALTER TYPE {name} ADD VALUE IF NOT EXISTS {literal(label)}{_place(label, wanted, there.labels)}"
        for label in lacking
    )
    more = [label for label in there.labels if label not in wanted]
    does = f"The enum {name} is there already"
    does += f"; it gets the labels that it lacked: {', '.join(lacking)}." if lacking else ", and has all these labels."
    follows = f"It also has {', '.join(more)}, which the script does not know." if more else ""
    repair = Repair(name="merge", does=does, follows=follows, outcome=Outcome.MERGED, text="", after=added)
    return Question(f"type-there {'.'.join(there.names)}", f"The type {name} is there already.", (repair,))


def _place(label: str, wanted: tuple[str, ...], there: tuple[str, ...]) -> str:
    """Behind the label before it, as the script has them in order."""
    before = [one for one in wanted[: wanted.index(label)]]
    behind = [one for one in wanted[wanted.index(label) + 1 :] if one in there]
    if before:
        return f" AFTER {literal(before[-1])}"
    return f" BEFORE {literal(behind[0])}" if behind else ""


def _same(case: Case, kind: str, names: tuple[str, ...]) -> Iterator[Question | Refusal]:
    """A type that is the same is not made again; of one that differs nobody knows which is meant."""
    found = at(case, names, (kind,))
    if found is None:
        return
    word = "DOMAIN" if kind == "domain" else "TYPE"
    wanted = renamed_made(case, word, found.names)
    if isinstance(wanted, Refusal):
        yield wanted
        return
    name = path(found.names)
    parts = (kind, "domain constraint", "composite type column", "default value")
    differs = any(
        wanted.get(ref) != fact
        for ref, fact in case.catalog.facts.items()
        if ref.kind in parts and ref.names[: len(found.names)] == found.names
    )
    repair = Repair(
        name="keep",
        does=f"The {kind} {name} is there already{', and differs' if differs else ', and is the same'}.",
        follows=f"What uses {name} gets the one that is there, which is not what the script says." if differs else "",
        outcome=Outcome.MERGED,
        text="",
    )
    yield Question(
        f"type-there {'.'.join(found.names)}", f"The {kind} {name} is there already.", (repair,), open=differs
    )

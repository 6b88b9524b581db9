"""Views, functions, triggers, policies, sequences and schemas that are there already."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Fact
from seachange.catalog.ref import Ref
from seachange.errors import NotPlanned
from seachange.repairs.case import Case
from seachange.repairs.made import name as written_name
from seachange.repairs.made import words
from seachange.repairs.named import at, there
from seachange.repairs.refusal import SKIPPED, Refusal, Sort
from seachange.repairs.repair import Outcome, Question, Repair
from seachange.repairs.towards import statements
from seachange.sql.guards import with_if_not_exists, with_or_replace
from seachange.sql.nodes import (
    CreateFunctionStmt,
    CreatePolicyStmt,
    CreateSchemaStmt,
    CreateSeqStmt,
    CreateTrigStmt,
    ViewStmt,
)
from seachange.sql.quote import name, path

VIEW_DIFFERS, FUNCTION_DIFFERS = "42P16", "42P13"


def mend(refusal: Refusal, case: Case) -> Iterator[Question | Refusal]:
    """CREATE meets an object of that name; or CREATE OR REPLACE one that cannot be replaced."""
    if refusal.sort is not Sort.ERROR or refusal.code not in (*SKIPPED, VIEW_DIFFERS, FUNCTION_DIFFERS):
        return
    match case.node:
        case CreatePolicyStmt() as node:
            yield from _on_table(case, "policy", node.table, str(node.policy_name))
        case CreateTrigStmt() as node:
            yield from _on_table(case, "trigger", node.relation, str(node.trigname))
        case ViewStmt() as node if found := at(case, written_name(node.view), ("view",)):
            yield from _replaced(refusal, case, found)
        case CreateFunctionStmt() as node:
            yield from _function(refusal, case, words(node.funcname))
        case CreateSeqStmt():
            yield _guarded(case, "SEQUENCE")
        case CreateSchemaStmt():
            yield _guarded(case, "SCHEMA")


def _guarded(case: Case, word: str) -> Question:
    repair = Repair(
        name="keep",
        does=f"The {word.lower()} is there already.",
        outcome=Outcome.MERGED,
        text=with_if_not_exists(case.text, word),
    )
    return Question(f"{word.lower()}-there", f"The {word.lower()} is there already.", (repair,))


def _on_table(case: Case, kind: str, relation: object, label: str) -> Iterator[Question | Refusal]:
    """A policy or a trigger, whose name is taken on its table."""
    table = there(case, relation)
    old = case.catalog.get(Ref(kind, (*table.names, label))) if table else None
    if table is None or old is None:
        return
    drop = f"DROP {kind.upper()} {name(label)} ON {path(table.names)}"
    made = case.copy.what_if((drop, case.text))
    if isinstance(made, Refusal):
        yield made
        return
    shown = f"{kind} {name(label)} on {path(table.names)}"
    if made.get(old.ref) == old:
        yield _same(f"{kind}-there {'.'.join(old.names)}", shown)
        return
    replaced = Repair(
        name="replace",
        does=f"The {shown} is another one here; it gives way to the script's.",
        follows=f"What the {shown} did before is done no more.",
        before=(drop,),
    )
    kept = Repair(
        name="keep",
        does=f"The {shown} is another one here, and stays.",
        follows="What the script wants of it does not come about.",
        outcome=Outcome.REMOVED,
        text="",
    )
    asks = f"The {shown} is there already, and is another."
    yield Question(f"{kind}-differs {'.'.join(old.names)}", asks, (replaced, kept), open=True)


def _same(key: str, shown: str) -> Question:
    does = f"The {shown} is there already, and is the same."
    return Question(key, does, (Repair(name="keep", does=does, outcome=Outcome.MERGED, text=""),))


def _replaced(refusal: Refusal, case: Case, old: Fact) -> Iterator[Question | Refusal]:
    """A view: replaced where PostgreSQL does that, else made anew with all that leans on it."""
    shown = f"{old.ref.kind} {path(old.names)}"
    word = old.ref.kind.upper()
    aside = ("CREATE SCHEMA seachange_aside", f"ALTER {word} {path(old.names)} SET SCHEMA seachange_aside", case.text)
    made = case.copy.what_if(aside)
    if isinstance(made, Refusal):
        yield made
        return
    if made.get(old.ref) == old:
        yield _same(f"view-there {'.'.join(old.names)}", shown)
        return
    if refusal.code in SKIPPED:
        repair = Repair(
            name="replace",
            does=f"The {shown} is another one here; it gives way to the script's.",
            outcome=Outcome.CHANGED,
            text=with_or_replace(case.text),
        )
        yield Question(f"view-there {'.'.join(old.names)}", f"The {shown} is there already.", (repair,))
        return
    yield from _anew(case, old, f"DROP {word} {path(old.names)}")


def _anew(case: Case, old: Fact, drop: str) -> Iterator[Question]:
    """What cannot be replaced is dropped and made again; what leans on it comes back."""
    made = case.copy.what_if((f"{drop} CASCADE", case.text))
    if isinstance(made, Refusal):
        return
    try:
        back = statements(made, _with_lost(case, made))
    except NotPlanned:
        back = ()
    shown = f"{old.ref.kind} {path(old.names)}"
    repair = Repair(
        name="anew",
        does=f"The {shown} cannot be replaced by the script's: it is dropped and made anew, with all that leans on it.",
        before=(f"{drop} CASCADE",),
        after=back,
    )
    yield Question(f"not-replaceable {'.'.join(old.names)}", f"The {shown} has another form here.", (repair,))


def _with_lost(case: Case, made: Catalog) -> Catalog:
    """The state after the statement, with what fell with the old object."""
    lost = {ref: fact for ref, fact in case.catalog.facts.items() if ref not in made.facts}
    return Catalog({**made.facts, **lost}, case.catalog.links, made.origin)


def _function(refusal: Refusal, case: Case, names: tuple[str, ...]) -> Iterator[Question | Refusal]:
    if refusal.code in SKIPPED:
        repair = Repair(
            name="replace",
            does="A function of that name and these arguments is there; it gives way to the script's.",
            text=with_or_replace(case.text),
        )
        yield Question(f"function-there {'.'.join(names)}", "The function is there already.", (repair,))
        return
    old = _like(case, refusal)
    if old is not None:
        yield from _anew(case, old, f"DROP FUNCTION {path(old.names)}({', '.join(old.args)})")


def _like(case: Case, refusal: Refusal) -> Fact | None:
    """The function that cannot be replaced, which the server's hint names: Use DROP FUNCTION f(integer) first."""
    said = refusal.hint.partition("DROP FUNCTION ")[2].rpartition(" first")[0]
    found = [
        fact
        for ref, fact in case.catalog.facts.items()
        if ref.kind == "function" and said.startswith(path(ref.names[1:]))
    ]
    return next((fact for fact in found if f"({','.join(fact.args)})" in said.replace(", ", ",")), None)

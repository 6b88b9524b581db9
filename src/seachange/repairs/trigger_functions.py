"""Functions that triggers call and that are not here: another that does the same, one made for it, or no trigger."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts.routines import Routine
from seachange.repairs.case import Case
from seachange.repairs.leaving import left_out
from seachange.repairs.made import words
from seachange.repairs.missing import is_lost, missing
from seachange.repairs.places import columns, place
from seachange.repairs.refusal import Refusal
from seachange.repairs.repair import Outcome, Question, Repair
from seachange.sql.clauses import Text
from seachange.sql.edit import Edit
from seachange.sql.nodes import CreateTrigStmt
from seachange.sql.parse import NotScanned, tokens
from seachange.sql.quote import name as quoted
from seachange.sql.quote import path as spelled
from seachange.sql.relations import Name, name

STAMPS = ("updated_at", "modified_at", "last_updated", "last_modified", "updated_on", "modified_on", "updated")
STAMPING = ("updated", "modified", "timestamp", "touch", "moddatetime")
AUDITING = ("audit", "history")
NOW = (("NOW", "(", ")"), ("CURRENT_TIMESTAMP",), ("CLOCK_TIMESTAMP", "(", ")"), ("TRANSACTION_TIMESTAMP", "(", ")"))


def mend(refusal: Refusal, case: Case) -> Iterator[Question]:
    lacks = missing(refusal)
    node = case.node
    if lacks is None or lacks[0] != "function" or not isinstance(node, CreateTrigStmt) or is_lost(case, *lacks):
        return
    wanted = words(node.funcname)
    shown = ".".join(wanted)
    asks = f"There is no function {shown}(), which the trigger {node.trigname} of {node.relation.relname} calls."
    repairs = [*_repairs(case, wanted), left_out(case, f"there is no function {shown}()")]
    yield Question(f"missing-function {shown}", asks, tuple(repairs), open=True)


def _repairs(case: Case, wanted: Name) -> Iterator[Repair]:
    table = columns(case.catalog, place(case, name(case.node.relation))) if case.node is not None else {}
    stamp = next((column for column in STAMPS if column in table), None)
    if wanted[-1] in {k.rpartition(".")[2] for k in case.maps} or ".".join(wanted) in case.maps:
        new = case.maps.get(".".join(wanted)) or case.maps[wanted[-1]]
        yield _mapped(case, wanted, tuple(new.split(".")))
    elif stamp and any(word in wanted[-1].lower() for word in STAMPING):
        yield from (_mapped(case, wanted, one) for one in _stamping(case, stamp))
        yield _made(wanted, stamp)
    elif any(word in wanted[-1].lower() for word in AUDITING):
        yield _audit(case, wanted)


def _stamping(case: Case, stamp: str) -> list[Name]:
    """Trigger functions here that set this column to the present time, and do nothing else."""
    found = (one for one in case.catalog.of(Routine) if _sets(one, stamp.upper()))
    return [one.names for one in found][:1]


def _sets(routine: Routine, stamp: str) -> bool:
    try:
        found = [one.word for one in tokens(routine.body or "")]
    except NotScanned:
        return False
    known = (
        ["BEGIN", "NEW", ".", stamp, equals, *now, ";", "RETURN", "NEW", ";", "END"]
        for equals in ("=", ":=")
        for now in NOW
    )
    return routine.returns == "trigger" and [*found[:-1], *(one for one in found[-1:] if one != ";")] in list(known)


def _mapped(case: Case, wanted: Name, new: Name) -> Repair:
    text = Text(case.text)
    called = [one.word for one in text.pieces]
    at = max(i for i, word in enumerate(called) if word in ("FUNCTION", "PROCEDURE")) + 1
    last = at + 2 * (len(wanted) - 1)
    edit = Edit(text.pieces[at].start, text.pieces[last].end, spelled(new))
    return Repair(
        name=f"map:{'.'.join(new)}",
        does=f"The trigger calls {'.'.join(new)}(), which does what {'.'.join(wanted)}() says.",
        text=text.changed([edit]),
    )


def _made(wanted: Name, stamp: str) -> Repair:
    body = f"BEGIN\n    NEW.{quoted(stamp)} := now();\n    RETURN NEW;\nEND"
    return Repair(
        name="stand-in",
        does=f"A function {'.'.join(wanted)}() is made that sets {stamp} to the present time.",
        outcome=Outcome.STAND_IN,
        before=(f"CREATE FUNCTION {spelled(wanted)}() RETURNS trigger LANGUAGE plpgsql AS $$\n{body}\n$$",),
    )


def _audit(case: Case, wanted: Name) -> Repair:
    table = _free(case, (place(case, wanted[-1:])[0], "audit_entry"))
    shown = spelled(table)
    rows = (
        f"CREATE TABLE {shown} (\n"
        "    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n"
        "    table_name text NOT NULL,\n"
        "    operation text NOT NULL,\n"
        "    old_row jsonb,\n"
        "    new_row jsonb,\n"
        "    done_by text NOT NULL DEFAULT session_user,\n"
        "    done_at timestamp with time zone NOT NULL DEFAULT clock_timestamp()\n"
        ")"
    )
    body = (
        "BEGIN\n"
        f"    INSERT INTO {shown} (table_name, operation, old_row, new_row) VALUES (\n"
        "        TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME,\n"
        "        TG_OP,\n"
        "        CASE WHEN TG_OP IN ('UPDATE', 'DELETE') THEN to_jsonb(OLD) END,\n"
        "        CASE WHEN TG_OP IN ('INSERT', 'UPDATE') THEN to_jsonb(NEW) END\n"
        "    );\n"
        "    RETURN COALESCE(NEW, OLD);\n"
        "END"
    )
    function = (
        f"CREATE FUNCTION {spelled(wanted)}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER\n"
        f"SET search_path = pg_catalog, pg_temp AS $$\n{body}\n$$"
    )
    return Repair(
        name="stand-in",
        does=f"A function {'.'.join(wanted)}() is made that keeps each change of a row in the table {'.'.join(table)}.",
        follows=f"The audit is a plain one, and {'.'.join(table)} grows with each write: somebody must say how long "
        "its rows are kept and who may read them.",
        outcome=Outcome.STAND_IN,
        before=(rows, function),
    )


def _free(case: Case, path: Name) -> Name:
    """The name, or the next that nothing has."""
    taken = {ref.names for ref in case.catalog.facts}
    numbers = ("", *(f"_{number}" for number in range(2, 100)))
    return next((*path[:-1], path[-1] + one) for one in numbers if (*path[:-1], path[-1] + one) not in taken)

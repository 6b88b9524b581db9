"""Schemas that are missing: made, where the script puts something into them, or mapped to another."""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import Message

from seachange.catalog.facts.relations import Schema
from seachange.repairs.candidates import LIKE, SYSTEM, likeness
from seachange.repairs.case import Case
from seachange.repairs.leaving import left_out
from seachange.repairs.made import made
from seachange.repairs.missing import is_lost, missing
from seachange.repairs.refusal import Refusal
from seachange.repairs.repair import Outcome, Question, Repair
from seachange.sql.clauses import Text
from seachange.sql.edit import Edit
from seachange.sql.nodes import AlterObjectSchemaStmt, CreateExtensionStmt
from seachange.sql.quote import name as quoted


def mend(refusal: Refusal, case: Case) -> Iterator[Question]:
    lacks = missing(refusal)
    if lacks is None or lacks[0] != "schema" or case.node is None or is_lost(case, *lacks):
        return
    schema = lacks[1][0]
    asks = f"There is no schema {schema} here."
    if schema in case.maps:
        yield Question(f"missing-schema {schema}", asks, (_mapped(case, schema, case.maps[schema]),))
        return
    makes = any(_into(line.node) == schema for line in (case.line, *case.later))
    create = Repair(
        name="create",
        does=f"The schema {schema} is made.",
        follows="" if makes else f"The schema {schema} is empty: what the script expects in it is not there.",
        outcome=Outcome.STAND_IN,
        before=(f"CREATE SCHEMA {quoted(schema)}",),
    )
    maps = [_mapped(case, schema, one) for one in _alike(case, schema)]
    left = left_out(case, f"there is no schema {schema} here")
    yield Question(f"missing-schema {schema}", asks, (create, *maps, left) if makes else (*maps, left), open=True)


def _into(node: Message | None) -> str:
    """The schema into which a statement puts something."""
    match node:
        case AlterObjectSchemaStmt(newschema=schema):
            return str(schema)
        case CreateExtensionStmt(options=options):
            found = (one.def_elem.arg.string.sval for one in options if one.def_elem.defname == "schema")
            return str(next(found, ""))
    found_made = made(node)
    return found_made[1][0] if found_made and len(found_made[1]) > 1 else ""


def _alike(case: Case, schema: str) -> list[str]:
    names = (one.names[0] for one in case.catalog.of(Schema) if one.names[0] not in SYSTEM)
    return [one for one in names if likeness(schema, one) >= LIKE]


def _mapped(case: Case, schema: str, new: str) -> Repair:
    text = Text(case.text)
    edits = [
        Edit(one.start, one.end, quoted(new))
        for one, dot in zip(text.pieces, text.pieces[1:], strict=False)
        if dot.word == "." and text.raw[one.start : one.end].decode().strip('"') in (schema, schema.upper())
    ]
    does = f"The schema {schema} is {new} here."
    return Repair(name=f"map:{new}", does=does, text=text.changed(edits) if edits else None)

"""What a refusal says is not there: its sort and its name."""

from __future__ import annotations

from seachange.repairs.made import Name
from seachange.repairs.refusal import Refusal
from seachange.sql.quote import unquoted

_SORTS = {"42P01": "relation", "42883": "function", "3F000": "schema", "42704": "type", "42703": "column"}


def missing(refusal: Refusal) -> tuple[str, Name] | None:
    """What is missing, such as a relation `organization`; None where the refusal is about something else."""
    sort = _SORTS.get(refusal.code)
    if sort is None or "does not exist" not in refusal.said:
        return None
    said = refusal.said.partition(" does not exist")[0]
    first, _, rest = said.partition(" ")
    if sort == "type" and first in ("role", "schema", "extension"):
        sort = first
    named = refusal.quoted[0] if refusal.quoted else rest.partition("(")[0]
    return sort, tuple(unquoted(named)) if named else ()

"""Functions that the body of another calls: PostgreSQL looks for them only when it runs."""

from __future__ import annotations

from seachange.repairs.case import Case
from seachange.repairs.made import made, means
from seachange.repairs.places import first
from seachange.sql.calling import body, calls
from seachange.sql.quote import literal
from seachange.sql.relations import Name


def called_in_vain(case: Case, name: Name) -> bool:
    """Whether a body calls a function that is not there and that no statement of the script makes."""
    if name[-1] not in case.text or body(case.text, case.node) is None:
        return False
    return any(calls(case.text, case.node, name)) and not _is_made(case, name) and not _is_there(case, name)


def _is_made(case: Case, name: Name) -> bool:
    found = (made(line.node) for line in case.lines)
    return any(one is not None and one[0] == "function" and means(one[1], name) for one in found)


def _is_there(case: Case, name: Name) -> bool:
    schema = f" and pronamespace::regnamespace::text = {literal(name[0])}" if len(name) > 1 else ""
    return first(case, f"select 1 from pg_proc where proname = {literal(name[-1])}{schema} limit 1") is not None

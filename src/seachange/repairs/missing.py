"""What a refusal says is not there: its sort and its name."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.repairs.case import Case
from seachange.repairs.made import made, means
from seachange.repairs.refusal import Refusal
from seachange.sql.parse import NotScanned, words
from seachange.sql.quote import unquoted
from seachange.sql.relations import Name

_SORTS = {"42P01": "relation", "42883": "function", "3F000": "schema", "42704": "", "42703": "column"}
_TYPED = ("function", "procedure", "aggregate")


def missing(refusal: Refusal) -> tuple[str, Name] | None:
    """What is missing, such as a relation `organization`; None where the refusal is about something else."""
    sort = _SORTS.get(refusal.code)
    if sort is None or "does not exist" not in refusal.said:
        return None
    said = refusal.said.partition(" does not exist")[0]
    first, _, rest = said.partition(" ")
    named = refusal.quoted[0] if refusal.quoted else rest.partition("(")[0]
    if refusal.code == "42704":
        sort = said.partition(' "')[0] if refusal.quoted else first
    elif refusal.code == "42883":
        sort = "function" if first in _TYPED else first
    names = tuple(unquoted(named)) if named else ()
    return (sort, names) if names else None


def makers(case: Case, sort: str, wanted: Name) -> Iterator[int]:
    """The statements before this one that make, or would have made, what is missing."""
    for number, line in enumerate(case.lines[: case.number]):
        found = made(line.node or line.written.node) or begun(line.written.text)
        if found and found[0] == sort and means(wanted, found[1]):
            yield number


def begun(sql: str) -> tuple[str, Name] | None:
    """The table or view that a statement begins to make, where the grammar does not know the rest of it."""
    try:
        written = [one.lower() for one in words(sql)]
    except NotScanned:
        return None
    sort = next((at for at, word in enumerate(written[:4]) if word in ("table", "view")), None)
    if written[:1] != ["create"] or sort is None:
        return None
    first = sort + 1 + 3 * (written[sort + 1 : sort + 4] == ["if", "not", "exists"])
    last = first + 3 if written[first + 1 : first + 2] == ["."] else first + 1
    return "relation", tuple(unquoted("".join(written[first:last])))


def cause(case: Case, sort: str, wanted: Name) -> int | None:
    """The statement before this one for want of which it fails: one that is refused, or was left out."""
    for number in makers(case, sort, wanted):
        if number in case.lost or not case.lines[number].text:
            return number
    return None


def is_lost(case: Case, sort: str, wanted: Name) -> bool:
    """Whether a statement that is still refused would have made it: nothing is to be decided here."""
    found = cause(case, sort, wanted)
    return found is not None and found in case.lost

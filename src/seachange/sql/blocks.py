"""Which statements of a migration share a transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seachange.sql.written import Written

_OPENING = ("BEGIN", "START")
_MODES = frozenset({"WORK", "TRANSACTION", "ISOLATION", "READ", "NOT", "DEFERRABLE"})
_CLOSING = ("COMMIT", "END", "ROLLBACK", "ABORT")


def opens(written: Written) -> bool:
    """Whether it is a BEGIN or a START TRANSACTION, and not the BEGIN of a block in PL/pgSQL."""
    first, *more = written.words or ("",)
    return first in _OPENING and (not more or more[0] in _MODES)


def closes(written: Written) -> bool:
    """Whether it is a COMMIT, a ROLLBACK and the like: no ROLLBACK TO a savepoint, no COMMIT PREPARED."""
    first, *more = written.words or ("",)
    if first == "PREPARE":
        return more[:1] == ["TRANSACTION"]
    if first not in _CLOSING:
        return False
    rest = [word for word in more if word not in ("WORK", "TRANSACTION")]
    return rest[:1] in ([], ["AND"])


def goes_on(written: Written) -> bool:
    """Whether another transaction begins with it: COMMIT AND CHAIN."""
    rest = tuple(word for word in written.words[1:] if word not in ("WORK", "TRANSACTION"))
    return closes(written) and rest[:2] == ("AND", "CHAIN")


def undoes(written: Written) -> bool:
    """Whether all that the transaction did is gone."""
    return closes(written) and written.words[0] in ("ROLLBACK", "ABORT")


def blocks(statements: Sequence[Written], *, wrapped: bool) -> tuple[tuple[Written, ...], ...]:
    """For each statement those of its transaction, from the BEGIN to the COMMIT; none where it is sent on its own.

    `wrapped`: a tool begins one before the first statement and ends it after the last.
    """
    found: list[tuple[Written, ...]] = []
    for members, shared in _runs(statements, wrapped):
        block = tuple(members) if shared else ()
        found += [block] * len(members)
    return tuple(found)


def _runs(statements: Sequence[Written], wrapped: bool) -> Iterator[tuple[list[Written], bool]]:
    """Neighbours, and whether they share a transaction."""
    members: list[Written] = []
    inside = wrapped
    for one in statements:
        if not inside and opens(one):
            inside = True
        members.append(one)
        if inside and closes(one):
            yield members, True
            members, inside = [], goes_on(one)
        elif not inside:
            yield members, False
            members = []
    if members:
        yield members, inside

"""What comparing two states gives."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from seachange.compare.change import Alter, Change, Create, Drop, verb
from seachange.compare.parity import Parity
from seachange.compare.renames import Rename
from seachange.finding import Finding


class Comparison(msgspec.Struct, frozen=True):
    """All that differs between two states."""

    changes: tuple[Change, ...] = ()
    parity: tuple[Parity, ...] = ()
    renames: tuple[Rename, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def equal(self) -> bool:
        return not self.changes


def as_json(comparison: Comparison) -> dict[str, object]:
    """The comparison as machines read it: changes, parity, renames, findings.

    `fields` of a change tells for each field that matters its value in both states, as far as they have one.
    """
    return {
        "changes": [_change(change) for change in comparison.changes],
        "parity": [msgspec.to_builtins(row) | {"all": row.all, "per_cent": row.per_cent} for row in comparison.parity],
        "renames": msgspec.to_builtins(comparison.renames),
        "findings": msgspec.to_builtins(comparison.findings),
    }


def _change(change: Change) -> dict[str, object]:
    ref = change.ref
    return {
        "verb": verb(change),
        "kind": ref.kind,
        "names": ref.names,
        "args": ref.args,
        "fields": {field: values for field, values in fields(change)},
    }


def fields(change: Change) -> Iterator[tuple[str, dict[str, object]]]:
    """The fields that differ, or all that are out of the ordinary, each with its value in the states that have one."""
    match change:
        case Alter(old=old, new=new, fields=names):
            yield from ((name, {"current": getattr(old, name), "desired": getattr(new, name)}) for name in names)
        case Create(new=new):
            yield from ((name, {"desired": value}) for name, value in new.said())
        case Drop(old=old):
            yield from ((name, {"current": value}) for name, value in old.said())

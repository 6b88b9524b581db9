"""What people say beside both states: what was renamed, and how values of a column become those of another type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import KINDS, Path
from seachange.catalog.ref import Ref
from seachange.catalog.scope import Pattern
from seachange.compare.renames import Rename
from seachange.errors import NotUnderstood
from seachange.finding import Finding, Severity

Pair = tuple[Ref, Ref]
COLUMNS = ("table column", "foreign table column")


def pair(old: Pattern, new: Pattern, current: Catalog, desired: Catalog) -> Pair:
    """The addresses of what is renamed.  Of a new name, what is in front may be left out."""
    names = new.parts if len(new.parts) > 1 else (*old.parts[:-1], *new.parts)
    found = [(ref, other) for ref in _called(old, current) if (other := Ref(ref.kind, names, ref.args)) in desired]
    fresh = [(ref, other) for ref, other in found if other not in current]
    if len(fresh) == 1:
        return fresh[0]
    if fresh:
        kinds = ", ".join(sorted({ref.kind for ref, _ in fresh}))
        raise NotUnderstood(
            f"{old.text} means several objects",
            hint=f"Write the kind before it, {old.text} as KIND:{old.text}: {kinds}",
        )
    raise NotUnderstood(
        f"nothing is called {old.text} in the current state and {'.'.join(names)} in the desired one only",
        hint="Write schema.old=new, or schema.table.old=new for a column.",
    )


def column(path: Path, desired: Catalog) -> Ref:
    """The address of a column in the desired state.  Raises NotUnderstood where there is none."""
    for kind in COLUMNS:
        if (ref := Ref(kind, path)) in desired:
            return ref
    raise NotUnderstood(
        f"the desired state has no column {'.'.join(path)}", hint="Write --using schema.table.column=expression."
    )


def candidates(renames: Iterable[Rename]) -> Iterator[Finding]:
    """What may have been renamed and nobody said so."""
    for one in renames:
        old, new = one.old.names, one.new.names
        yield Finding(
            check="may-be-renamed",
            severity=Severity.WARNING,
            about=str(one.old),
            message=f"{one.old} may have become {'.'.join(new)} ({'; '.join(one.evidence)}); in this plan the one goes "
            "and the other is made.",
            advice=f"If it was renamed: --rename {_spelled(old)}={_spelled(new[-1:])}",
        )


def _called(one: Pattern, catalog: Catalog) -> Iterator[Ref]:
    for ref in sorted(catalog.facts):
        if ref.names == one.parts and one.kind in (None, ref.kind) and not KINDS[ref.kind].told:
            yield ref


def _spelled(path: Path) -> str:
    return ".".join(f'"{name}"' if set(name) & set('."=') else name for name in path)

"""Changes as a tree, each under what holds it, as names and the catalogs tell.  No kind of object is named here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import KINDS, Fact, Path
from seachange.catalog.ref import Ref
from seachange.compare.change import Alter, Change, Create, Drop, verb
from seachange.compare.comparison import fields
from seachange.report import Field, Item

HOLDS = ("table", "owned_by")
"""Fields that tell what a fact hangs on, where its name does not."""
PATHS = (*HOLDS, "references", "part_of")
PLAIN = ("type", "definition", "expression", "role", "text", "label", "on")
"""Fields whose value speaks for itself."""
UNSAID = (*HOLDS, "arguments")
"""Fields that the place or the name in the tree tells already."""
ORDER = {kind: place for place, kind in enumerate(KINDS)}


def tree(changes: Iterable[Change], current: Catalog, desired: Catalog) -> tuple[Item, ...]:
    """Every change once: what is in a schema under it, what is in a table under that, what is said of each below it."""
    around = _Surroundings(current, desired)
    own = {change.ref: change for change in changes}
    parts: dict[Ref | None, dict[Ref, None]] = {}
    for ref in own:
        while ref not in parts.setdefault(above := around.above(ref), {}):
            parts[above][ref] = None
            if above is None:
                break
            ref = above
    return _items(None, own, parts, around)


def _items(
    holder: Ref | None, own: dict[Ref, Change], parts: dict[Ref | None, dict[Ref, None]], around: _Surroundings
) -> tuple[Item, ...]:
    return tuple(
        _item(ref, own.get(ref), around, _items(ref, own, parts, around))
        for ref in sorted(parts.get(holder, ()), key=around.place)
    )


def _item(ref: Ref, change: Change | None, around: _Surroundings, parts: tuple[Item, ...]) -> Item:
    if change is None:
        return Item(ref.kind, around.name(ref), parts=parts)
    return Item(ref.kind, around.name(ref), verb(change), _summary(change), tuple(_fields(change)), parts)


class _Surroundings:
    """Where things are, in either of two catalogs."""

    def __init__(self, current: Catalog, desired: Catalog) -> None:
        self._catalogs = (desired, current)
        self._holders: dict[Path, Ref] = {}

    def above(self, ref: Ref) -> Ref | None:
        """What holds it, or what it is said of."""
        if ref.kind not in KINDS or KINDS[ref.kind].schemaless:
            return None
        if KINDS[ref.kind].told:
            return self._object(ref)
        path = self._hook(ref) or ref.names[:-1]
        return self._holder(path) if path else None

    def place(self, ref: Ref) -> tuple[int, object, Ref]:
        """By kind as the kinds are declared, then as the objects themselves are ordered."""
        return ORDER.get(ref.kind, -1), getattr(self._fact(ref), "position", 0), ref

    def name(self, ref: Ref) -> str:
        """Its whole name where it stands in a schema, the last part of it within something else."""
        if ref.kind in KINDS and KINDS[ref.kind].told:
            return " ".join(ref.args[1 + len(self._object(ref).args) :])
        above = self.above(ref)
        names = ref.names if above is None or len(above.names) < 2 else ref.names[-1:]
        return _called(names, ref.args, callable_="arguments" in getattr(self._fact(ref), "__struct_fields__", ()))

    def _fact(self, ref: Ref) -> Fact | None:
        return next((fact for catalog in self._catalogs if (fact := catalog.get(ref))), None)

    def _hook(self, ref: Ref) -> Path | None:
        fact = self._fact(ref)
        return next((path for field in HOLDS if (path := getattr(fact, field, None))), None)

    def _object(self, ref: Ref) -> Ref:
        """What something is said of: its args begin with that thing's kind and args."""
        kind, *args = ref.args
        refs = (Ref(kind, ref.names, tuple(args[:count])) for count in range(len(args), -1, -1))
        return next((found for found in refs if self._fact(found)), Ref(kind, ref.names))

    def _holder(self, path: Path) -> Ref:
        if path not in self._holders:
            refs = (Ref(kind, path) for kind, facts in KINDS.items() if not (facts.schemaless or facts.told))
            self._holders[path] = next((ref for ref in refs if self._fact(ref)), Ref("", path))
        return self._holders[path]


def _called(names: Path, args: tuple[str, ...], *, callable_: bool) -> str:
    name = ".".join(names)
    return f"{name}({', '.join(args)})" if args or callable_ else name


def _fields(change: Change) -> Iterator[Field]:
    aside = _fact(change).aside
    for name, values in fields(change):
        if name not in aside:
            before, after = (_shown(name, values.get(side)) for side in ("current", "desired"))
            yield Field(name.replace("_", " "), before, after)


def _shown(name: str, value: object) -> str | None:
    match value:
        case None:
            return None
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}"
        case tuple():
            parts = (".".join(part) if isinstance(part, tuple) else str(part) for part in value)
            return (".".join(parts) if name in PATHS else ", ".join(parts)) or None
        case _:
            return str(value)


def _summary(change: Change) -> str:
    """A fact in a line: the values that speak for themselves first, and long texts only counted."""
    if isinstance(change, Alter):
        return ""
    fact = _fact(change)
    said = {name: value for name, value in fact.said() if name not in fact.aside and name not in UNSAID}
    if "expression" in said or "keys" in said:
        said.pop("columns", None)
    plain = [name for name in PLAIN if name in said]
    return "".join(_phrases((name, said[name]) for name in (*plain, *(name for name in said if name not in plain))))


def _phrases(said: Iterable[tuple[str, object]]) -> Iterator[str]:
    for place, (name, value) in enumerate(said):
        joint = " " if value is True or name in PLAIN or name.endswith("columns") or name in PATHS else ", "
        yield f"{joint if place else ''}{_phrase(name, value)}"


def _phrase(name: str, value: object) -> str:
    words, shown = name.replace("_", " "), _shown(name, value) or ""
    if value is True:
        return words
    if "\n" in shown:
        count = len(shown.strip().splitlines())
        return f"{words} of {count} {'line' if count == 1 else 'lines'}"
    if name.endswith("columns"):
        return f"({shown})"
    return shown if name in PLAIN else f"{words} {shown}"


def _fact(change: Change) -> Fact:
    match change:
        case Create(new=fact) | Alter(new=fact) | Drop(old=fact):
            return fact

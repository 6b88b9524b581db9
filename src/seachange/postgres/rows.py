"""From the rows of a query to facts, a column at a time.

The type that PostgreSQL gives to a column says how it is read: a regclass is a relation's path, a regrole a role's
name, an int2 where a name should be is a column's number in the relation to its left.  Nothing is asked per row.
A query's fields are the first of its kind's; where a query has a column `unusual`, the others come in it by name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import compress, repeat
from sys import intern
from typing import Any

import msgspec
from msgspec import structs

from seachange.catalog.facts import KINDS, Fact, Path
from seachange.catalog.queries import RELATIONS, name_of
from seachange.catalog.ref import Ref
from seachange.postgres.arrays import CAST, elementwise

Address = tuple[int, int]
"""Class and OID of an object."""
Place = tuple[int, int, int]
"""Class and OID of an object, and which part of it is meant: 0 for the whole."""
Column = Sequence[Any]

EXPRESSIONS = frozenset(
    {"check", "default", "definition", "expression", "on", "predicate", "statements", "using", "where"}
)
"""Fields with text that PostgreSQL makes of what it stored."""
FIRST_NORMAL_OID = 16384
"""Where the OIDs of what people made begin."""
PG_CLASS, PG_TYPE, PG_TS_CONFIG = 1259, 1247, 3602
NAMESPACE, REGROLE, REGCLASS, REGTYPE, REGCONFIG = 4089, 4096, 2205, 2206, 3734
INT2, INT2S, TEXT, TEXTS, REGCLASSES = 21, 1005, 25, 1009, 2210


class Rows(msgspec.Struct, frozen=True):
    """What one query returned, by column, with the OID of each column's type."""

    query: str
    columns: Mapping[str, Column]
    types: Mapping[str, int]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))


class Reading:
    """Facts as they come in, and what each OID stands for."""

    def __init__(self, schemas: Mapping[int, str], roles: Mapping[int, str]) -> None:
        self.facts: dict[Ref, Fact] = {}
        self.refs: dict[Address, Ref] = {}
        self.columns: defaultdict[int, dict[int, str]] = defaultdict(dict)
        self.column_kinds: dict[int, str] = {}
        self.relations: dict[int, Path] = {}
        self.subjects: dict[Ref, Ref] = {}
        self.oids: defaultdict[int, list[int]] = defaultdict(list)
        self.homeless: list[tuple[str, Rows]] = []
        self.hidden: list[Ref] = []
        self._schemas = {oid: (name,) for oid, name in schemas.items()}
        self._roles = roles

    def name_relations(self, rows: Rows) -> None:
        """Relations are named before anything that is named after them is read."""
        if rows.query in RELATIONS:
            housed = self._housed(rows)
            oids = housed.columns["relation" if "relation" in housed.columns else "oid"]
            self.relations.update(zip(oids, self._paths(housed), strict=True))

    def take(self, rows: Rows) -> None:
        """The facts of one query.  What lies in something temporary is as temporary, and left out."""
        for kind, only in _by_kind(rows):
            if KINDS[kind].told:
                self._take_told(kind, only)
            else:
                housed = self._housed(only)
                refs = self._add(kind, housed, self._paths(housed), self._args(housed))
                self._address(kind, housed, refs)

    def ref(self, address: Address, part: int = 0) -> Ref | None:
        """What is found at an address of PostgreSQL's; a part is a column of a relation."""
        owner = self.refs.get(address)
        if not part or owner is None:
            return owner
        column = self.columns[address[1]].get(part)
        return Ref(self.column_kinds[address[1]], (*owner.names, column)) if column else None

    def column_refs(self, relation: int) -> Iterator[Ref]:
        """The columns of a relation."""
        for name in self.columns.get(relation, {}).values():
            yield Ref(self.column_kinds[relation], (*self.relations[relation], name))

    def adopt(self, strangers: Mapping[Place, Ref]) -> None:
        """Name what is PostgreSQL's own, by class, OID and part, and take what is said of it."""
        for (class_, oid, part), ref in strangers.items():
            self.refs[class_, oid] = Ref(ref.kind.removesuffix(" column"), ref.names[:-1]) if part else ref
            if part:
                self.columns[oid][part] = ref.names[-1]
                self.column_kinds[oid] = ref.kind
        homeless, self.homeless = self.homeless, []
        for kind, rows in homeless:
            self._take_told(kind, rows)

    def _take_told(self, kind: str, rows: Rows) -> None:
        """What is said of objects bears their names; what is said of objects that nobody read is set apart."""
        addresses = zip(rows.columns["class"], rows.columns["target"], strict=True)
        found = list(map(self.ref, addresses, rows.columns["part"]))
        subjects = [ref for ref in found if ref is not None]
        only = rows
        if len(subjects) < len(found):
            self.homeless.append((kind, _only(rows, [ref is None for ref in found])))
            only = _only(rows, [ref is not None for ref in found])
        names = [subject.names for subject in subjects]
        args = [(subject.kind, *subject.args, *more) for subject, more in zip(subjects, self._args(only), strict=True)]
        self.subjects.update(zip(self._add(kind, only, names, args), subjects, strict=True))

    def _add(self, kind: str, rows: Rows, names: Sequence[Path], args: Sequence[Path]) -> list[Ref]:
        fact = KINDS[kind]
        fields = [self._values(rows, field) for field in fact.__struct_fields__[2:] if field in rows.columns]
        refs = list(map(Ref, repeat(kind), names, args))
        self.facts.update(zip(refs, map(fact, names, args, *fields), strict=True))
        for ref, unusual in zip(refs, rows.columns.get("unusual", ()), strict=False):
            if unusual:
                self.facts[ref] = structs.replace(self.facts[ref], **_frozen(unusual))
        self.hidden.extend(compress(refs, rows.columns.get("hidden", ())))
        return refs

    def _address(self, kind: str, rows: Rows, refs: list[Ref]) -> None:
        if "oid" in rows.columns:
            self._remember(rows, refs)
        elif "position" in rows.columns:
            relations, positions, names = (rows.columns[name] for name in ("of", "position", "name"))
            for relation, position, name in zip(relations, positions, names, strict=True):
                self.columns[relation][position] = intern(name)
            self.column_kinds.update(zip(relations, repeat(kind)))

    def _remember(self, rows: Rows, refs: list[Ref]) -> None:
        classes, oids = rows.columns["class"], rows.columns["oid"]
        self.refs.update(zip(zip(classes, oids, strict=True), refs, strict=True))
        if len(rows):
            self.oids[classes[0]].extend(oids)
        if "relation" in rows.columns:
            self.refs.update(zip(zip(repeat(PG_CLASS), rows.columns["relation"]), refs, strict=False))
            self.oids[PG_CLASS].extend(rows.columns["relation"])

    def _housed(self, rows: Rows) -> Rows:
        """Without what lies in something that was not read."""
        homes = self._homes(rows)
        if homes is None or homes.keys() >= (owners := set(rows.columns["of"])):
            return rows
        strange = owners.difference(homes)
        return _only(rows, [owner not in strange for owner in rows.columns["of"]])

    def _paths(self, rows: Rows) -> list[Path]:
        """Names from the outside in: those of the owner, if there is one, and the object's own."""
        if (column := rows.columns.get("name")) is None:
            return [()] * len(rows)
        names = self._numbered(rows, "name") if rows.types["name"] == INT2 else _words(column)
        if "of" not in rows.columns:
            return [(name,) if name is not None else () for name in names]
        homes = self._homes(rows)
        owners = rows.columns["of"]
        paths = map(homes.__getitem__, owners) if homes is not None else ((owner,) for owner in owners)
        return [(*path, name) for path, name in zip(paths, names, strict=True)]

    def _homes(self, rows: Rows) -> Mapping[int, Path] | None:
        """The paths of what the rows' objects lie in, by OID; None where it is told by name, or there is nothing."""
        match rows.types.get("of"):
            case type_ if type_ == NAMESPACE:
                return self._schemas
            case type_ if type_ == REGCLASS:
                return self.relations
            case type_ if type_ == REGTYPE:
                return self._read(PG_TYPE, rows.columns["of"])
            case type_ if type_ == REGCONFIG:
                return self._read(PG_TS_CONFIG, rows.columns["of"])
        return None

    def _read(self, class_: int, oids: Column) -> Mapping[int, Path]:
        return {oid: ref.names for oid in set(oids) if (ref := self.refs.get((class_, oid)))}

    def _args(self, rows: Rows) -> Sequence[Path]:
        return list(map(tuple, rows.columns["args"])) if "args" in rows.columns else [()] * len(rows)

    def _values(self, rows: Rows, field: str) -> Column:
        """One field of all rows, with names where PostgreSQL has numbers."""
        column = rows.columns[field]
        match rows.types[field]:
            case type_ if type_ == TEXTS:
                return list(map(tuple, column))
            case type_ if type_ == INT2S:
                return self._numbered(rows, field)
            case type_ if type_ == REGCLASS:
                return list(map(self.relations.get, column))
            case type_ if type_ == REGCLASSES:
                return [tuple(map(self.relations.__getitem__, oids)) for oids in column]
            case type_ if type_ == REGROLE:
                return list(map(self._roles.__getitem__, column))
            case type_ if type_ == TEXT and field in EXPRESSIONS:
                return [elementwise(text) if text and CAST in text else text for text in column]
            case _ if field == "type":
                return _words(column)
        return column

    def _numbered(self, rows: Rows, field: str) -> Column:
        """Columns by name, that PostgreSQL has by their numbers in the nearest relation to the left."""
        before = list(rows.columns)[: list(rows.columns).index(field)]
        relation = next(name for name in reversed(before) if rows.types[name] == REGCLASS)
        pairs = zip(map(self.columns.get, rows.columns[relation]), rows.columns[field], strict=True)
        if rows.types[field] == INT2:
            return [columns[number] for columns, number in pairs if columns]
        return [tuple([columns.get(n, "") for n in numbers]) if columns else () for columns, numbers in pairs]


def _words(column: Column) -> Column:
    """Words as one object each, however often and in however many catalogs they are read."""
    return [word if word is None else intern(word) for word in column]


def _by_kind(rows: Rows) -> Iterator[tuple[str, Rows]]:
    if (kinds := rows.columns.get("kind")) is None:
        yield next(kind for kind in KINDS if name_of(kind) == rows.query), rows
        return
    for kind in sorted(set(kinds)):
        mask = [found == kind for found in kinds]
        yield kind, rows if all(mask) else _only(rows, mask)


def _frozen(unusual: Mapping[str, Any]) -> Mapping[str, Any]:
    return {field: tuple(value) if isinstance(value, list) else value for field, value in unusual.items()}


def _only(rows: Rows, mask: Sequence[bool]) -> Rows:
    columns = {name: tuple(compress(column, mask)) for name, column in rows.columns.items()}
    return Rows(rows.query, columns, rows.types)

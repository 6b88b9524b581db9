"""Which rights the steps of a plan need, as PostgreSQL's documentation has them.

What cannot be told from both states is not said: a right that is missing then shows when the step is run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import KINDS, Fact, Path
from seachange.catalog.facts.cluster import Setting
from seachange.catalog.facts.outside import Publication, PublishedTable, Server
from seachange.catalog.facts.relations import ForeignTable, Index, Statistics, Table, TableConstraint, Trigger
from seachange.catalog.facts.routines import Routine
from seachange.catalog.facts.told import Grant, Owner, Revoke, SecurityLabel, Told
from seachange.catalog.ref import Ref
from seachange.catalog.scope import QUARANTINE
from seachange.plan.folder import Folder
from seachange.postgres.rights import Need, Right
from seachange.rules.addresses import WHOLES
from seachange.rules.owners import owner_of
from seachange.rules.quarantine import SCHEMA
from seachange.sql.quote import name, path
from seachange.step import Step

Needs = Iterator[Need]

RELATIONS = ("table", "view", "materialized view", "foreign table", "sequence")
INSIDE = frozenset({*WHOLES, "default value", "table constraint", "trigger", "policy", "rule"})
"""What a relation or type has, and its owner may change."""
FOR_SUPERUSERS = frozenset(
    {
        *("event trigger", "foreign-data wrapper", "language", "access method", "base type"),
        *("operator class", "operator family", "operator of access method", "function of access method"),
        *("text search parser", "text search template", "publication namespace", "parameter grant", "tablespace"),
    }
)
IN_DATABASE = frozenset({"schema", "publication"})
"""What is made with CREATE on the database."""
IN_PUBLICATION = frozenset({"publication relation", "publication namespace"})
DEFAULTS = frozenset({"default grant", "default revoke"})
"""Who may change the default privileges of a role has the rights of that role; it is the first of `args`."""
INDEXED = frozenset({"primary key", "unique", "exclude"})
UNTRUSTED = frozenset({"c", "internal"})


@dataclass
class Around:
    """What a step meets: `current` is the database as it is, `folder` says where it goes."""

    folder: Folder
    current: Catalog

    @cached_property
    def made(self) -> frozenset[Ref]:
        """What is made by this plan is ours, and so is what is in it."""
        return frozenset().union(*(step.makes for step in self.folder.plan.steps))

    def fact(self, ref: Ref) -> Fact | None:
        return self.folder.desired.get(ref) or self.current.get(ref)

    def owning(self, ref: Ref | None, *, or_schema: bool = False) -> Needs:
        """Ownership of what is there already; where it is dropped, its schema's owner may do that too."""
        if ref is None or ref not in self.current or not (owner := owner_of(ref, self.current)):
            return
        schema = owner_of(Ref("schema", ref.names[:1]), self.current) if or_schema and len(ref.names) > 1 else ""
        yield Need(Right.OWNERSHIP, str(ref), (owner, *([schema] if schema else ())))

    @cached_property
    def below(self) -> dict[Path, list[Ref]]:
        """The tables right below each table."""
        found: dict[Path, list[Ref]] = defaultdict(list)
        tables: tuple[Table | ForeignTable, ...] = (*self.current.of(Table), *self.current.of(ForeignTable))
        for table in tables:
            for parent in table.parents:
                found[parent].append(table.ref)
        return found

    def heirs(self, table: Path) -> Iterator[Ref]:
        """All tables below one: its columns are changed on them as well."""
        for heir in self.below.get(table, ()):
            yield heir
            yield from self.heirs(heir.names)

    def relation(self, names: Path) -> Ref | None:
        """What has these names now."""
        return next((ref for kind in RELATIONS if (ref := Ref(kind, names)) in self.current), None)

    def whole(self, ref: Ref) -> Ref | None:
        """The object whose owner may do what is to be done to `ref`; None where it is not known or not there."""
        fact = self.current.get(ref) or self.folder.desired.get(ref)
        match fact:
            case Told():
                return self.whole(fact.target)
            case Index():
                return self.relation(fact.table)
        if ref.kind in WHOLES:
            return Ref(WHOLES[ref.kind], ref.names[:-1])
        if ref.kind in INSIDE:
            return self.relation(ref.names[:-1])
        if ref.kind == "domain constraint":
            return Ref("domain", ref.names[:-1])
        if ref.kind == "text search mapping":
            return Ref("text search configuration", ref.names[:-1])
        return Ref("publication", ref.args[:1]) if ref.kind in IN_PUBLICATION else ref


def needs(step: Step, around: Around) -> Needs:
    """What `step` needs.  Of what people wrote themselves nothing is known."""
    subjects = (step.subject,) if step.subject else sorted(step.makes | step.takes | step.alters)
    for ref in subjects:
        yield from _using(ref, around)
        if ref.kind == "table column":
            for heir in around.heirs(ref.names[:-1]):
                yield from around.owning(heir)
        if ref.kind in DEFAULTS:
            yield Need(Right.OWNERSHIP, str(ref), ref.args[:1])
        elif ref in step.makes:
            yield from _making(ref, around)
        elif ref in step.takes:
            yield from _taking(ref, step, around)
        else:
            yield from _altering(ref, around)


def _using(ref: Ref, around: Around) -> Needs:
    """The schema of whatever it is."""
    fact = around.fact(ref)
    target = fact.target if isinstance(fact, Told) else ref
    if (
        len(target.names) > 1
        and not KINDS[target.kind].schemaless
        and Ref("schema", target.names[:1]) not in around.made
    ):
        yield Need(Right.USE_SCHEMA, name(target.names[0]))


def _making(ref: Ref, around: Around) -> Needs:
    fact = around.folder.desired.get(ref)
    if ref.kind in FOR_SUPERUSERS:
        yield Need(Right.SUPERUSER, str(ref))
    elif ref.kind in IN_DATABASE:
        yield Need(Right.CREATE_IN_DATABASE)
    elif ref.kind == "role":
        yield Need(Right.CREATE_ROLES)
    elif isinstance(fact, Told):
        yield from _telling(fact, around)
    elif ref.kind in INSIDE or ref.kind in ("index", "domain constraint", "text search mapping"):
        yield from _adding(ref, fact, around)
    elif len(ref.names) > 1 and not KINDS[ref.kind].schemaless:
        yield from _creating_in(ref.names[0], around)
    if fact is not None:
        yield from _with_others(fact, around)


def _creating_in(schema: str, around: Around) -> Needs:
    if Ref("schema", (schema,)) not in around.made:
        yield Need(Right.CREATE_IN_SCHEMA, name(schema))


def _adding(ref: Ref, fact: Fact | None, around: Around) -> Needs:
    """To what is there.  An index, and a constraint that keeps one, is made in the schema of its table."""
    whole = around.whole(ref)
    if isinstance(fact, Trigger):
        if whole is not None:
            yield Need(Right.TRIGGER, path(whole.names))
        return
    yield from around.owning(whole)
    if whole is not None and (ref.kind == "index" or getattr(fact, "type", "") in INDEXED):
        yield from _creating_in(ref.names[0], around)


def _with_others(fact: Fact, around: Around) -> Needs:
    """What the others need to allow that an object names."""
    match fact:
        case TableConstraint(references=tuple(names)) if Ref("table", names) not in around.made:
            yield Need(Right.REFERENCES, path(names))
        case Trigger(function=function):
            yield Need(Right.EXECUTE, f"{function}()")
        case Routine(language=language, leakproof=leakproof):
            if leakproof or language in UNTRUSTED:
                yield Need(Right.SUPERUSER, str(fact.ref))
            yield Need(Right.USE_LANGUAGE, name(language))
        case Table(parents=parents) | ForeignTable(parents=parents):
            for parent in parents:
                yield from around.owning(around.relation(parent))
    yield from _with_outside(fact, around)


def _with_outside(fact: Fact, around: Around) -> Needs:
    match fact:
        case ForeignTable(server=server) if Ref("server", (server,)) not in around.made:
            yield Need(Right.USE_SERVER, name(server))
        case Server(wrapper=wrapper):
            yield Need(Right.USE_WRAPPER, name(wrapper))
        case Statistics(table=table):
            yield from around.owning(around.relation(table))
        case PublishedTable(names=names):
            yield from around.owning(around.relation(names))
            yield from around.owning(around.whole(fact.ref))
        case Publication(all_tables=True):
            yield Need(Right.SUPERUSER, str(fact.ref))
        case Setting(args=()):
            yield from around.owning(Ref("database", ()))


def _telling(fact: Told, around: Around) -> Needs:
    match fact:
        case SecurityLabel():
            return
        case Owner():
            yield Need(Right.MEMBERSHIP, fact.role)
        case Grant() | Revoke() if _may_grant(fact, around):
            return
    yield from around.owning(around.whole(fact.ref))


def _may_grant(fact: Told, around: Around) -> bool:
    """Whether somebody but the owner may grant on it: that may be us."""
    if getattr(fact, "grantor", None) is not None:
        return True
    return any(isinstance(told, Grant) and told.grantable for told in around.current.said_of(fact.target))


def _taking(ref: Ref, step: Step, around: Around) -> Needs:
    fact = around.current.get(ref)
    if isinstance(fact, Told):
        yield from _telling(fact, around) if not isinstance(fact, Owner) else ()
        return
    if ref.kind == "role":
        yield Need(Right.CREATE_ROLES)
        return
    kept = SCHEMA in step.follows
    whole = around.whole(ref)
    yield from around.owning(whole, or_schema=whole == ref and not kept)
    if kept:
        yield Need(Right.CREATE_IN_SCHEMA, QUARANTINE)


def _altering(ref: Ref, around: Around) -> Needs:
    """What was built anew by an earlier step is ours.  An index becomes a part by a change of the one above."""
    fact = around.folder.desired.get(ref)
    if isinstance(fact, Told):
        yield from _telling(fact, around)
    elif ref.kind != "role" and not getattr(fact, "part_of", None) and ref not in around.folder.plan.takes:
        yield from around.owning(around.whole(ref))
        if isinstance(fact, Table | ForeignTable) and fact != around.current.get(ref):
            yield from _with_others(fact, around)

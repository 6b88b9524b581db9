"""Domains and their constraints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts.relations import Column
from seachange.catalog.facts.types import Domain, DomainConstraint, Range
from seachange.catalog.ref import Ref
from seachange.rules.composites import has_rows
from seachange.rules.plainly import altered, dropped, put_aside
from seachange.rules.rule import REBUILD, Alteration, Context, Rule, Steps
from seachange.sql.quote import name, path
from seachange.step import Held, Lock, Risk, Stage, Step

HARMLESS = frozenset({"schema", "enum", "domain", "composite type", "range", "base type"})
"""What the expression of a constraint may use and still be written where the domain is made."""
KEPT_IN_NAME = 54
"""Bytes of the domain's name in the name that PostgreSQL gives to its NOT NULL."""


def create_domain(domain: Domain, around: Context) -> Steps:
    """With such constraints as need nothing that comes later: what contains the domain would stand in their way."""
    inline = [each for each in around.desired.parts(domain.names, DomainConstraint) if _is_inline(each, around)]
    yield Step(
        sql=" ".join((f"CREATE DOMAIN {path(domain.names)} AS {domain.type}", *_clauses(domain, inline))),
        stage=Stage.TYPES,
        makes=frozenset({domain.ref, *(each.ref for each in inline)}),
    )


def _clauses(domain: Domain, inline: list[DomainConstraint]) -> Iterator[str]:
    if domain.collation:
        yield f"COLLATE {domain.collation}"
    if domain.default is not None:
        yield f"DEFAULT {domain.default}"
    if domain.not_null and not any(each.type == "not null" for each in inline):
        yield "NOT NULL"
    for each in inline:
        yield _clause(each)


def _clause(constraint: DomainConstraint) -> str:
    what = "NOT NULL" if constraint.type == "not null" else f"CHECK ({constraint.expression})"
    return f"CONSTRAINT {name(constraint.names[-1])} {what}"


def _is_inline(constraint: DomainConstraint, around: Context) -> bool:
    used = around.desired.uses(constraint.ref)
    return constraint.validated and all(each.kind in HARMLESS or around.stays(each) for each in used)


def redefault(old: Domain, new: Domain, around: Context) -> Steps:
    action = "DROP DEFAULT" if new.default is None else f"SET DEFAULT {new.default}"
    yield _alter(new, action)


def _stands_free(old: Domain, new: Domain, around: Context) -> bool:
    return not new.not_null or not _is_contained(new.ref, around)


def _is_contained(domain: Ref, around: Context) -> bool:
    """Whether rows hold it inside of arrays or of other types, where PostgreSQL does not look for what does not fit."""
    for ref in around.current.users(domain):
        match around.current.get(ref):
            case Column(type=type) if type.endswith("[]") and ref.kind != "composite type column":
                return True
            case Column() if ref.kind == "composite type column":
                if has_rows(Ref("composite type", ref.names[:-1]), around.current):
                    return True
            case Range() if has_rows(ref, around.current):
                return True
            case Domain() if _is_contained(ref, around):
                return True
    return False


def _displaced(constraint: DomainConstraint, around: Context) -> Iterator[Ref]:
    """The domain itself, where it cannot be given what rows may not fit."""
    domain = _domain(constraint)
    if constraint.type == "check" and constraint.validated and _is_contained(domain, around):
        yield domain


def require(old: Domain, new: Domain, around: Context) -> Steps:
    """Where NOT NULL has a name, the constraint of that name comes or goes instead."""
    if any(_not_null(catalog, new) for catalog in (around.current, around.desired)):
        return
    if new.not_null:
        yield _alter(new, "SET NOT NULL", risks=frozenset({Risk.SCANS, Risk.REFUSES_ROWS}), **_read(new, around))
    else:
        yield _alter(new, "DROP NOT NULL")


def _alter(domain: Domain, action: str, **more: Any) -> Step:
    return altered(domain, f"ALTER DOMAIN {path(domain.names)} {action}", Stage.TYPES, **more)


def _read(domain: Domain, around: Context) -> dict[str, Any]:
    """The tables whose rows are read, under a lock that stops writers."""
    columns = (ref for ref in around.current.users(domain.ref) if ref.kind == "table column")
    tables = sorted({ref.names[:-1] for ref in columns if around.stays(Ref("table", ref.names[:-1]))})
    return {"locks": tuple(Held(table, Lock.SHARE) for table in tables), "scans": frozenset(tables)}


def _not_null(catalog: Catalog, domain: Domain) -> DomainConstraint | None:
    """The constraint that says NOT NULL, where it has a name of its own."""
    return next((each for each in catalog.parts(domain.names, DomainConstraint) if each.type == "not null"), None)


def add_constraint(constraint: DomainConstraint, around: Context) -> Steps:
    domain = around.desired.facts[_domain(constraint)]
    assert isinstance(domain, Domain)
    if domain.ref in around.comes and _is_inline(constraint, around):
        return
    if constraint.type == "not null" and _was_required(domain, around):
        yield _rename(domain, constraint, around)
        return
    valid = "" if constraint.validated else " NOT VALID"
    yield _constrain(
        constraint,
        f"ADD {_clause(constraint)}{valid}",
        makes=frozenset({constraint.ref}),
        **(_read(domain, around) | {"risks": frozenset({Risk.SCANS, Risk.REFUSES_ROWS})} if not valid else {}),
    )


def _was_required(domain: Domain, around: Context) -> bool:
    before = around.current.get(domain.ref)
    return isinstance(before, Domain) and before.not_null and around.stays(domain.ref)


def _rename(domain: Domain, constraint: DomainConstraint, around: Context) -> Step:
    """NOT NULL stays, under another name; where only a comment on it is new, nothing is left to do."""
    before = _not_null(around.current, domain)
    called = before.names[-1] if before else _own_name(domain)
    return _constrain(
        constraint,
        _renaming(called, constraint.names[-1]),
        makes=frozenset({constraint.ref}),
        takes=frozenset({before.ref} & around.goes if before else ()),
    )


def _renaming(old: str, new: str) -> str:
    return "SET NOT NULL" if old == new else f"RENAME CONSTRAINT {name(old)} TO {name(new)}"


def _own_name(domain: Domain) -> str:
    """The name that PostgreSQL gives to NOT NULL unasked."""
    return domain.names[-1].encode()[:KEPT_IN_NAME].decode(errors="ignore") + "_not_null"


def drop_constraint(constraint: DomainConstraint, around: Context) -> Steps:
    """NOT NULL that stays under another name would keep its comment."""
    after = around.desired.get(_domain(constraint))
    if constraint.type != "not null" or not isinstance(after, Domain) or not after.not_null:
        action = f"DROP CONSTRAINT {name(constraint.names[-1])}"
        yield _constrain(constraint, action, stage=Stage.REMOVE, takes={constraint.ref})
        return
    comment = Ref("comment", constraint.names, (constraint.ref.kind,))
    if comment in around.goes:
        on = f"CONSTRAINT {name(constraint.names[-1])} ON DOMAIN {path(after.names)}"
        yield Step(sql=f"COMMENT ON {on} IS NULL", stage=Stage.TYPES, takes=frozenset({comment}))
    if _not_null(around.desired, after) is None:
        yield _constrain(constraint, _renaming(constraint.names[-1], _own_name(after)), takes={constraint.ref})


def validate(old: DomainConstraint, new: DomainConstraint, around: Context) -> Steps:
    domain = around.desired.facts[_domain(new)]
    assert isinstance(domain, Domain)
    yield _constrain(
        new,
        f"VALIDATE CONSTRAINT {name(new.names[-1])}",
        alters=frozenset({new.ref}),
        risks=frozenset({Risk.SCANS, Risk.REFUSES_ROWS}),
        **_read(domain, around),
    )


def _constrain(constraint: DomainConstraint, action: str, **more: Any) -> Step:
    takes = frozenset(more.pop("takes", ()))
    stage = more.pop("stage", Stage.TYPES)
    return Step(sql=f"ALTER DOMAIN {path(constraint.names[:-1])} {action}", stage=stage, takes=takes, **more)


def _domain(constraint: DomainConstraint) -> Ref:
    return Ref("domain", constraint.names[:-1])


def _is_validation(old: DomainConstraint, new: DomainConstraint, around: Context) -> bool:
    return new.validated and not _is_contained(_domain(new), around)


DOMAIN: Rule[Domain] = Rule(
    create_domain,
    dropped("DOMAIN"),
    {
        "type": REBUILD,
        "collation": REBUILD,
        "default": Alteration(redefault),
        "not_null": Alteration(require, possible=_stands_free),
    },
    space="relation",
    holds=frozenset({"domain constraint"}),
    aside=put_aside("DOMAIN"),
)
CONSTRAINT: Rule[DomainConstraint] = Rule(
    add_constraint,
    drop_constraint,
    {
        "type": REBUILD,
        "expression": REBUILD,
        "validated": Alteration(validate, possible=_is_validation),
    },
    displaces=_displaced,
)

RULES: Mapping[str, Rule[Any]] = {"domain": DOMAIN, "domain constraint": CONSTRAINT}

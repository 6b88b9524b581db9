"""The stage for a rehearsal: the target as it was read, a copy of it with rows, and who acts on either."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Path
from seachange.catalog.scope import Scope
from seachange.finding import Finding, Severity
from seachange.plan import Plan
from seachange.postgres.connection import connected, shown
from seachange.postgres.copying import Worded, copied, make_roles, roles_made, roles_of, roles_there
from seachange.postgres.extract import extract
from seachange.postgres.making import LOCAL, place
from seachange.postgres.read import BESIDE, beside, read
from seachange.postgres.sampling import Rows, copy_rows, refresh_all
from seachange.postgres.sampling import Taken as Came
from seachange.postgres.scratch import Scratch
from seachange.postgres.source import Live, Snapshot, Source, parse
from seachange.postgres.synthesis import Made, fill
from seachange.rehearse.rehearsal import Copied

Say = Callable[[str], None]
NOTHING = Catalog({})


def silent(now: str) -> None:
    """Tells nobody."""


class Wish(msgspec.Struct, frozen=True):
    """How people want to rehearse: which rows, where, on which part of the target; and where the desired state is.

    `tables` are those whose rows matter, if not all do; `made_up`: those without rows get some, but
    for those that are `spared`.  `witness`: pg_dump is asked of the desired state as well.
    """

    rows: Rows = Rows.SAMPLE
    scratch: str = LOCAL
    scope: Scope = Scope()
    desired_source: str = ""
    say: Say = silent
    tables: frozenset[Path] | None = None
    made_up: bool = True
    spared: frozenset[Path] = frozenset()
    witness: bool = True


class Target(msgspec.Struct, frozen=True):
    """The target as it was read.  Where it is no database there is nobody who owns it, nor has it roles."""

    source: Source
    catalog: Catalog
    owner: str = ""
    roles: frozenset[str] | None = None


class Stage(msgspec.Struct, frozen=True):
    """The copy, open and filled; `before` is what it holds."""

    target: Target
    place: Scratch
    conninfo: str
    session: Any
    worded: Worded
    before: Catalog
    copied: Copied
    findings: tuple[Finding, ...]


def read_target(text: str, scratch: str) -> Target:
    """What the target is now; of what must be made into a database first, the copy will tell."""
    source = parse(text)
    if not isinstance(source, Live):
        return Target(source, read(text, scratch=scratch) if isinstance(source, Snapshot) else NOTHING)
    with connected(source.conninfo) as connection:
        return Target(source, extract(connection), connection.info.user, roles_there(connection))


@contextmanager
def staged(target: Target, plans: Iterable[Plan], desired: Catalog, wish: Wish) -> Iterator[Stage]:
    """A copy of the target, where the wish has it; gone at the end."""
    plans = tuple(plans)
    where = beside((target.source,)) if wish.scratch == BESIDE else wish.scratch
    version = target.catalog.origin.version or plans[0].version
    with place(where, version, _extensions(target.catalog, desired)) as found:
        wish.say("copying the schema")
        with copied(target.source, target.catalog, found) as at, connected(at) as session:
            if found.own:
                make_roles(session, _roles(plans, target.roles))
            wish.say("copying rows")
            came, made = _rows(target, session, wish)
            before = extract(session)
            yield Stage(
                target=target,
                place=found,
                conninfo=at,
                session=session,
                worded=Worded(session, own_server=found.own),
                before=before,
                copied=_copied(came, made, _where(where), found.version),
                findings=(
                    *_about_roles(plans, target.roles),
                    *_about_rows(came, made),
                    *_about_version(version, found.version),
                ),
            )


def _extensions(*catalogs: Catalog) -> frozenset[str]:
    return frozenset(ref.names[-1] for catalog in catalogs for ref in catalog.facts if ref.kind == "extension")


def _roles(plans: Iterable[Plan], there: frozenset[str] | None) -> frozenset[str]:
    """Those that plans name; a role that the target has not got is not made for them."""
    named = frozenset[str]().union(*map(roles_of, plans))
    return named if there is None else named & there


def _rows(target: Target, session: Any, wish: Wish) -> tuple[Came, Made]:
    came = Came()
    if isinstance(target.source, Live):
        came = copy_rows(target.source.conninfo, session, wish.rows, wish.tables)
    made = fill(session, wanted=wish.tables, spared=wish.spared) if wish.made_up else Made()
    if made.rows:
        refresh_all(session)
    return came, made


def _copied(came: Came, made: Made, where: str, version: int) -> Copied:
    return Copied(
        where=where,
        version=version,
        rows=sum(came.rows.values()),
        tables=len(came.rows),
        whole=came.whole,
        made_up=sum(made.rows.values()),
        made_up_tables=len(made.rows),
    )


def _where(where: str) -> str:
    return "a server of this machine" if where.partition(":")[0] == LOCAL else shown(where)


def _about_roles(plans: Iterable[Plan], there: frozenset[str] | None) -> Iterator[Finding]:
    """A server of ours may have roles from other work, so that no step is refused there."""
    plans = tuple(plans)
    made = frozenset[str]().union(*map(roles_made, plans))
    missing = frozenset[str]().union(*map(roles_of, plans)) - made - (there or frozenset())
    for role in sorted(missing if there is not None else ()):
        yield Finding(
            check="role-missing",
            severity=Severity.ERROR,
            about=role,
            message=f"The plan names the role {role}, which the target's server has not got.",
            advice="Make the role there first.",
        )


def _about_rows(came: Came, made: Made) -> Iterator[Finding]:
    for names, why in sorted(came.refused.items()):
        yield _note("not-copied", names, f"The rows of {_name(names)} were not copied: {why}.")
    for names, why in sorted(made.refused.items()):
        yield _note("not-filled", names, f"{_name(names)} is empty, and no row could be made up for it: {why}.")


def _about_version(wanted: int, found: int) -> Iterator[Finding]:
    if wanted // 10000 != found // 10000:
        yield Finding(
            check="other-version",
            severity=Severity.WARNING,
            about=f"PostgreSQL {found // 10000}",
            message=f"The target is PostgreSQL {wanted // 10000}; it was rehearsed on {found // 10000}.",
            advice=f"Install PostgreSQL {wanted // 10000} here, or name a server of that version (--scratch).",
        )


def _note(check: str, names: Path, message: str) -> Finding:
    return Finding(check, Severity.NOTE, _name(names), message)


def _name(names: Path) -> str:
    return ".".join(names)

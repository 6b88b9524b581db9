"""From a source to the catalog that it holds."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import structs

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts.cluster import Database
from seachange.catalog.facts.told import Owner
from seachange.catalog.snapshot import load
from seachange.errors import NotComplete, NotUnderstood
from seachange.postgres import scratch as scratches
from seachange.postgres.connection import connected
from seachange.postgres.extract import extract
from seachange.postgres.installation import Installation, fitting, installation
from seachange.postgres.scratch import Scratch
from seachange.postgres.source import (
    Archive,
    Command,
    Live,
    Scripts,
    Snapshot,
    Statements,
    opened,
    parse,
    taken_apart,
)
from seachange.postgres.token import token

LOCAL, BESIDE = "local", "beside"
Side = Live | Snapshot | Statements | Command
"""What one side of a comparison turned out to be."""


def read(source: str, *, scratch: str = LOCAL, cluster: bool = False, strict: bool = False) -> Catalog:
    """The state that `source` holds.

    `source` is a `postgresql://` address, a conninfo such as `service=shop`, the empty string for what libpq's PG*
    variables say, a `.sql` file or a folder of them, what `pg_dump` made, a `.snapshot`, or `run:COMMAND`.

    What is not a database yet is made into one first: on a `local` server (`local:17` for a version), or on the server
    whose conninfo `scratch` is.  With `cluster`, the roles and tablespaces of the server are read too.

    Raises Unreachable, NotUnderstood or StatementRefused; NotPermitted for a server that is too old or a pooler in
    between; with `strict`, NotComplete where the database holds something that no kind of fact describes.
    """
    side = _understood(source)
    return _complete(_read(side, _fitting(scratch, (side,)), cluster=cluster), strict=strict)


def read_both(
    current: str, desired: str, *, scratch: str = LOCAL, cluster: bool = False, strict: bool = False
) -> tuple[Catalog, Catalog]:
    """Both states, as `read` has them; what must be made into a database is made to fit the other side.

    A local server of the other side's version is taken, or what comes nearest to it and has the extensions that are
    asked for.  `scratch` may also be `beside`: on the server of the side that is a database.
    """
    sides = (_understood(current), _understood(desired))
    found: dict[int, Catalog] = {}
    for place in sorted((0, 1), key=lambda place: isinstance(sides[place], Statements | Command)):
        version = next((catalog.origin.version for catalog in found.values()), 0)
        found[place] = _complete(_read(sides[place], _fitting(scratch, sides, version), cluster=cluster), strict=strict)
    return found[0], found[1]


def read_with_token(source: str, *, scratch: str = LOCAL, cluster: bool = False) -> tuple[Catalog, str | None]:
    """The state, and for a database the server's word for where its catalogs stood before they were read."""
    match _understood(source):
        case Live(conninfo):
            with connected(conninfo) as connection:
                stood = token(connection)
                return extract(connection, cluster=cluster), stood
        case side:
            return _read(side, _fitting(scratch, (side,)), cluster=cluster), None


def has_moved(source: str, stood: str | None) -> bool:
    """Whether a database may be another than when `token` said `stood`; where there is no telling, it may."""
    match parse(source):
        case Live(conninfo) if stood:
            with connected(conninfo) as connection:
                return token(connection) != stood
    return True


def _understood(source: str) -> Side:
    match parse(source):
        case Scripts() | Archive() as files:
            return taken_apart(files)
        case side:
            return side


def _read(side: Side, scratch: Installation | str, *, cluster: bool) -> Catalog:
    match side:
        case Snapshot(path):
            return load(path.read_bytes(), str(path))
        case Live(conninfo):
            with connected(conninfo) as connection:
                return extract(connection, cluster=cluster)
        case Statements() | Command():
            with scratches.local(scratch) if isinstance(scratch, Installation) else scratches.named(scratch) as place:
                return _made(side, place, cluster=cluster)


def _made(source: Statements | Command, scratch: Scratch, *, cluster: bool) -> Catalog:
    """What a script makes says nothing of the database it happens to run in, nor of who happens to run it."""
    with opened(source, scratch) as made, connected(made.conninfo) as connection:
        catalog = extract(connection, cluster=cluster)
        role = connection.info.user
    facts = {
        ref: fact
        for ref, fact in catalog.facts.items()
        if not (isinstance(fact, Database) or (isinstance(fact, Owner) and fact.role == role))
    }
    origin = structs.replace(catalog.origin, made=True, findings=catalog.origin.findings + made.findings)
    return Catalog(facts, lambda: catalog.edges, origin)


def _fitting(scratch: str, sides: Iterable[Side], version: int = 0) -> Installation | str:
    """Where databases are made: on a local server that fits the other side's `version`, or where a conninfo leads."""
    name, _, major = scratch.partition(":")
    if scratch == BESIDE:
        return _beside(sides)
    if name != LOCAL:
        return scratch
    if major and not major.isdigit():
        raise NotUnderstood(f"{scratch!r} names no version of PostgreSQL", hint="Write local:17, for example.")
    wanted = frozenset[str]().union(*(side.extensions for side in sides if isinstance(side, Statements)))
    if version and not major:
        return fitting(version, wanted)
    return installation(int(major) if major else None, wanted)


def _beside(sides: Iterable[Side]) -> str:
    for side in sides:
        if isinstance(side, Live):
            return side.conninfo
    raise NotUnderstood(
        "neither side is a database to be beside", hint="Leave --scratch out, or name a server with it."
    )


def _complete(catalog: Catalog, *, strict: bool) -> Catalog:
    unclaimed = [finding.about for finding in catalog.origin.findings if finding.check == "unclaimed"]
    if strict and unclaimed:
        named = ", ".join(unclaimed[:10])
        raise NotComplete(f"{len(unclaimed)} objects belong to no kind that seachange reads: {named}")
    return catalog

"""From a source to the catalog that it holds."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from seachange.catalog.catalog import Catalog
from seachange.catalog.snapshot import load
from seachange.errors import NotComplete, NotUnderstood
from seachange.postgres.connection import connected
from seachange.postgres.extract import extract
from seachange.postgres.source import Live, Snapshot, Source, parse
from seachange.postgres.token import token

LOCAL, BESIDE = "local", "beside"


def read(source: str, *, scratch: str = LOCAL, cluster: bool = False, strict: bool = False) -> Catalog:
    """The state that `source` holds.

    `source` is a `postgresql://` address, a conninfo such as `service=shop`, the empty string for what libpq's PG*
    variables say, a `.sql` file or a folder of them, what `pg_dump` made, a `.snapshot`, or `run:COMMAND`.

    What is not a database yet is made into one first: on a `local` server (`local:17` for a version), or on the server
    whose conninfo `scratch` is.  With `cluster`, the roles and tablespaces of the server are read too.

    Raises Unreachable, NotUnderstood or StatementRefused; NotPermitted for a server that is too old or a pooler in
    between; with `strict`, NotComplete where the database holds something that no kind of fact describes.
    """
    (catalog,) = _read((parse(source),), scratch, cluster=cluster)
    return _complete(catalog, strict=strict)


def read_both(
    current: str, desired: str, *, scratch: str = LOCAL, cluster: bool = False, strict: bool = False
) -> tuple[Catalog, Catalog]:
    """Both states, as `read` has them; what must be made into a database is made to fit the other side.

    A local server of the other side's version is taken, or what comes nearest to it and has the extensions that are
    asked for.  `scratch` may also be `beside`: on the server of the side that is a database.
    """
    first, second = _read((parse(current), parse(desired)), scratch, cluster=cluster)
    return _complete(first, strict=strict), _complete(second, strict=strict)


def read_with_token(
    source: str, *, scratch: str = LOCAL, cluster: bool = False, strict: bool = False
) -> tuple[Catalog, str | None]:
    """The state, and for a database the server's word for where its catalogs stood before they were read."""
    match parse(source):
        case Live(conninfo):
            with connected(conninfo) as connection:
                stood = token(connection)
                return _complete(extract(connection, cluster=cluster), strict=strict), stood
    return read(source, scratch=scratch, cluster=cluster, strict=strict), None


def has_moved(source: str, stood: str | None) -> bool:
    """Whether a database may be another than when `token` said `stood`; where there is no telling, it may."""
    match parse(source):
        case Live(conninfo) if stood:
            with connected(conninfo) as connection:
                return token(connection) != stood
    return True


def _read(sides: tuple[Source, ...], scratch: str, *, cluster: bool) -> list[Catalog]:
    """What is there already first: what must be made is made to fit it."""
    there = {side: _there(side, cluster=cluster) for side in sides if isinstance(side, Live | Snapshot)}
    rest = [side for side in sides if not isinstance(side, Live | Snapshot)]
    if rest:
        from seachange.postgres.making import make  # late: the parser takes longer to load than most databases to read

        where = beside(sides) if scratch == BESIDE else scratch
        version = next((catalog.origin.version for catalog in there.values()), 0)
        made = iter(make(rest, where, version=version, cluster=cluster))
    return [there[side] if isinstance(side, Live | Snapshot) else next(made) for side in sides]


def _there(side: Live | Snapshot, *, cluster: bool) -> Catalog:
    match side:
        case Snapshot(path):
            return load(_content(path), str(path))
        case Live(conninfo):
            with connected(conninfo) as connection:
                return extract(connection, cluster=cluster)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotUnderstood(
            f"cannot read the snapshot {path}: {error.strerror}", hint="Take one with `seachange snapshot`."
        ) from error


def beside(sides: Iterable[Source]) -> str:
    """The server of the side that is a database."""
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

"""From scripts, dumps and commands to catalogs: each is run in a scratch database, and that is read back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import assert_never

import msgspec
from msgspec import Struct, structs

from seachange import __version__
from seachange.catalog.catalog import Catalog
from seachange.catalog.facts.cluster import Database
from seachange.catalog.facts.told import Owner
from seachange.errors import NotUnderstood
from seachange.finding import Finding
from seachange.postgres import account, archive, command, scratch
from seachange.postgres.connection import connected
from seachange.postgres.extract import extract
from seachange.postgres.installation import fitting, installation
from seachange.postgres.load import load
from seachange.postgres.scratch import Scratch
from seachange.postgres.source import Archive, Command, Live, Scripts
from seachange.sql.script import Script, extensions, fingerprint, read

LOCAL = "local"


class Statements(Struct, frozen=True):
    """What scripts or a dump say, taken apart."""

    scripts: tuple[Script, ...]

    @property
    def extensions(self) -> frozenset[str]:
        """The extensions that they ask for."""
        return extensions(self.scripts)


class Opened(Struct, frozen=True):
    """A database that holds a state, and what making it has shown.  Only to be read."""

    conninfo: str
    findings: tuple[Finding, ...] = ()


def make(
    sources: Sequence[Scripts | Archive | Command], where: str, *, version: int = 0, cluster: bool = False
) -> list[Catalog]:
    """The catalog of what each source makes, all on one server.

    `where` is `local`, `local:17`, or the conninfo of a server; a local one comes as near as can be to `version`, that
    of the server they are compared with, and can have the extensions that are asked for.
    """
    sides = [source if isinstance(source, Command) else taken_apart(source) for source in sources]
    wanted = frozenset[str]().union(*(side.extensions for side in sides if isinstance(side, Statements)))
    with place(where, version, wanted) as scratch:
        return [_made(side, scratch, cluster=cluster) for side in sides]


def place(where: str, version: int, wanted: frozenset[str]) -> AbstractContextManager[Scratch]:
    """Where scratch databases are made that come near to `version` and can have the extensions that are wanted."""
    name, _, major = where.partition(":")
    if name != LOCAL:
        return scratch.named(where)
    if major and not major.isdigit():
        raise NotUnderstood(f"{where!r} names no version of PostgreSQL", hint="Write local:17, for example.")
    if version and not major:
        return scratch.local(fitting(version, wanted))
    return scratch.local(installation(int(major) if major else None, wanted))


def _made(side: Statements | Command, place: Scratch, *, cluster: bool) -> Catalog:
    with opened(side, place) as made, connected(made.conninfo) as connection:
        return as_made(extract(connection, cluster=cluster), connection.info.user, made.findings)


def as_made(catalog: Catalog, role: str, findings: tuple[Finding, ...] = ()) -> Catalog:
    """What a script makes says nothing of the database it happens to run in, nor of who happens to run it."""
    facts = {
        ref: fact
        for ref, fact in catalog.facts.items()
        if not (isinstance(fact, Database) or (isinstance(fact, Owner) and fact.role == role))
    }
    origin = structs.replace(catalog.origin, made=True, findings=catalog.origin.findings + findings)
    return Catalog(facts, catalog.links, origin)


@contextmanager
def opened(source: Live | Scripts | Archive | Statements | Command, scratch: Scratch) -> Iterator[Opened]:
    """A database with the state of `source`: itself if it is one, else made in `scratch` or found there."""
    match source:
        case Live(conninfo):
            yield Opened(conninfo)
        case Scripts() | Archive():
            with _loaded(taken_apart(source), scratch) as made:
                yield made
        case Command(line):
            with scratch.empty() as conninfo:
                command.run(line, conninfo)
                yield Opened(conninfo)
        case Statements():
            with _loaded(source, scratch) as made:
                yield made
        case _:
            assert_never(source)


def taken_apart(source: Scripts | Archive) -> Statements:
    """What the files say, read once.  Raises NotUnderstood where they cannot be read."""
    match source:
        case Scripts(paths):
            return Statements(_scripts(paths))
        case Archive(path):
            return Statements((archive.unpack(path),))


def _scripts(paths: tuple[Path, ...]) -> tuple[Script, ...]:
    """A file that another one includes is not read a second time."""
    scripts = {path.resolve(): read(path) for path in paths}
    included = frozenset().union(*(script.includes for script in scripts.values()))
    return tuple(script for path, script in scripts.items() if path not in included)


@contextmanager
def _loaded(said: Statements, scratch: Scratch) -> Iterator[Opened]:
    """What loading has shown is kept beside the template, since next time nothing is loaded."""
    key = hashlib.sha256(f"{__version__} {scratch.version} {fingerprint(said.scripts)}".encode()).hexdigest()
    kept = account.folder(account.cache() / "findings") / f"{key}.json"

    def fill(conninfo: str) -> None:
        kept.write_bytes(msgspec.json.encode(load(conninfo, said.scripts, own_server=scratch.own)))

    with scratch.filled(key, fill) as conninfo:
        yield Opened(conninfo, _findings(kept))


def _findings(kept: Path) -> tuple[Finding, ...]:
    try:
        return msgspec.json.decode(kept.read_bytes(), type=tuple[Finding, ...])
    except (OSError, msgspec.MsgspecError):
        return ()

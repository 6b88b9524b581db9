"""Where scratch databases are made: on a local server, beside the target, or on a server that the user names.

They are dropped when the work is done, however it ends: a watchdog sees to it when we are killed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

import psycopg
from psycopg import Connection
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow

from seachange.postgres import account, databases, server, templates
from seachange.postgres.connection import backend, refuse_pooler
from seachange.postgres.installation import Installation, installation
from seachange.postgres.watch import Watch

Fill = Callable[[str], None]
"""Writes content into the empty database of this conninfo."""

KEPT = 16
READ_ONLY = "-c default_transaction_read_only=on"


class Scratch:
    """One place for scratch databases.

    `cached`: a server of our own, where content that was made once is kept as a template for the next time.
    """

    def __init__(self, conninfo: str, session: Connection[TupleRow], watch: Watch, *, cached: bool) -> None:
        self.conninfo = conninfo
        self.version = session.info.server_version
        self._session = session
        self._backend = backend(session)
        self._watch = watch
        self._cached = cached

    @property
    def own(self) -> bool:
        """Whether the server is ours, so that what belongs to a server, such as roles, may be made on it."""
        return self._cached

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The conninfo of a new database, which is dropped at the end."""
        with self._database("template0") as name:
            yield self._within(name)

    @contextmanager
    def filled(self, key: str, fill: Fill) -> Iterator[str]:
        """The conninfo of a database with the content that `key` names, to be read only: others may read it too."""
        if self._cached:
            with self._template(key, fill) as name:
                yield make_conninfo(self._within(name), options=READ_ONLY)
        else:
            with self.clone(key, fill) as conninfo:
                yield conninfo

    @contextmanager
    def clone(self, key: str, fill: Fill) -> Iterator[str]:
        """The conninfo of a database with the content that `key` names, to be written to and dropped at the end."""
        if self._cached:
            with self._template(key, fill) as template, self._copy(template, fill) as name:
                yield self._within(name)
        else:
            with self.empty() as conninfo:
                fill(conninfo)
                yield conninfo

    def _within(self, name: str) -> str:
        return make_conninfo(self.conninfo, dbname=name)

    @contextmanager
    def _database(self, template: str) -> Iterator[str]:
        name = databases.scratch_name(self._backend)
        self._watch.made(name)
        try:
            databases.create(self._session, name, template, by_file=self._cached)
            yield name
        finally:
            with suppress(psycopg.Error):  # the watchdog still knows its name, and tries again on a fresh connection
                databases.drop(self._session, name)
                self._watch.dropped(name)

    @contextmanager
    def _template(self, key: str, fill: Fill) -> Iterator[str]:
        """The name of the database kept for `key`; it gets that when it is complete, so a killed fill leaves none."""
        name = templates.name(key)

        def make() -> None:
            templates.drop_oldest(self._session, keep=KEPT - 1)
            with self._database("template0") as draft:
                fill(self._within(draft))
                databases.rename(self._session, draft, name)

        with databases.connect(self.conninfo) as holder:
            templates.hold(holder, name, make)
            yield name

    @contextmanager
    def _copy(self, template: str, fill: Fill) -> Iterator[str]:
        """PostgreSQL copies no database that somebody is connected to: then the content is made once more."""
        copied = not databases.is_in_use(self._session, template)
        with self._database(template if copied else "template0") as name:
            if not copied:
                fill(self._within(name))
            yield name


@contextmanager
def local(chosen: Installation | None = None) -> Iterator[Scratch]:
    """On a server of this machine, the newest or the one chosen, whose templates the next run finds again."""
    chosen = chosen or installation()
    with (
        server.shared(chosen, account.cache() / "servers" / chosen.label) as shared,
        _opened(shared.conninfo, cached=True, users=(shared.users,)) as scratch,
    ):
        yield scratch


@contextmanager
def on(conninfo: str) -> Iterator[Scratch]:
    """On a server of our own that runs already: templates live as long as it does."""
    with _opened(conninfo, cached=True) as scratch:
        yield scratch


@contextmanager
def beside(conninfo: str) -> Iterator[Scratch]:
    """On the server of the target itself, where nothing is kept; its role must be allowed to make databases."""
    with _opened(conninfo, cached=False) as scratch:
        yield scratch


@contextmanager
def named(conninfo: str) -> Iterator[Scratch]:
    """On a server that the user set aside for this, where nothing is kept either."""
    with _opened(conninfo, cached=False) as scratch:
        yield scratch


@contextmanager
def _opened(conninfo: str, *, cached: bool, users: Iterable[int] = ()) -> Iterator[Scratch]:
    with databases.connect(conninfo) as session:
        refuse_pooler(session, backend(session))
        databases.sweep(session)
        if cached:
            templates.prepare(session)
        watch = Watch(conninfo, databases.mark(session), users)
        try:
            yield Scratch(conninfo, session, watch, cached=cached)
        finally:
            session.close()  # the watchdog waits for that, should something be left for it to do
            watch.close()

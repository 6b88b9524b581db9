"""What reaches beyond the database: extensions, foreign data, replication, large objects."""

from __future__ import annotations

from seachange.catalog.facts.fact import Fact


class Extension(Fact, frozen=True, tag="extension"):
    """An extension; what it brought is tagged as its member and left alone."""

    schemaless = True
    aside = frozenset({"relocatable"})
    guessed = frozenset({"version"})

    version: str = ""
    schema: str = ""
    relocatable: bool = True


class ForeignDataWrapper(Fact, frozen=True, tag="foreign-data wrapper"):
    """A foreign-data wrapper."""

    schemaless = True

    handler: str | None = None
    validator: str | None = None
    options: tuple[str, ...] = ()


class Server(Fact, frozen=True, tag="server"):
    """A foreign server; secrets in its options are never read."""

    schemaless = True

    wrapper: str = ""
    type: str | None = None
    version: str | None = None
    options: tuple[str, ...] = ()


class UserMapping(Fact, frozen=True, tag="user mapping"):
    """A user mapping; `args` is its server.  Secrets in its options are never read."""

    schemaless = True

    options: tuple[str, ...] = ()


class Publication(Fact, frozen=True, tag="publication"):
    """A publication; its tables and schemas are facts of their own."""

    schemaless = True

    all_tables: bool = False
    publish: tuple[str, ...] = ()
    via_partition_root: bool = False
    generated_columns: str | None = None


class PublishedTable(Fact, frozen=True, tag="publication relation"):
    """A table in a publication; `args` is the publication."""

    columns: tuple[str, ...] = ()
    where: str | None = None


class PublishedSchema(Fact, frozen=True, tag="publication namespace"):
    """A schema in a publication; `args` is the publication."""


class Subscription(Fact, frozen=True, tag="subscription"):
    """A subscription; the password in its connection string is never read."""

    schemaless = True

    connection: str | None = None
    publications: tuple[str, ...] = ()
    enabled: bool = True
    slot: str | None = None
    binary: bool = False
    streaming: str = "off"
    two_phase: bool = False
    disable_on_error: bool = False
    password_required: bool = True
    run_as_owner: bool = False
    failover: bool = False
    origin: str = "any"
    synchronous_commit: str = "off"


class LargeObject(Fact, frozen=True, tag="large object"):
    """A large object: that it is there; what is in it is data."""

    schemaless = True

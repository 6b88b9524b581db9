"""Tables and what is in them; views, sequences, indexes and what hangs on a relation."""

from __future__ import annotations

from seachange.catalog.facts.fact import Fact, Path


class Schema(Fact, frozen=True, tag="schema"):
    """A schema."""


class Table(Fact, frozen=True, tag="table"):
    """A table: plain, partitioned, a partition, or typed."""

    unlogged: bool = False
    partition_key: str | None = None
    parents: tuple[Path, ...] = ()
    bound: str | None = None
    of_type: str | None = None
    access_method: str | None = None
    tablespace: str | None = None
    options: tuple[str, ...] = ()
    replica_identity: str = "default"
    cluster_on: str | None = None
    row_security: bool = False
    force_row_security: bool = False


class Column(Fact, frozen=True):
    """What the columns of all relations have in common."""

    aside = frozenset({"position"})
    query = "column"

    position: int = 0
    type: str = ""
    not_null: bool = False
    collation: str | None = None
    identity: str | None = None
    generated: str | None = None
    storage: str | None = None
    compression: str | None = None
    statistics: int | None = None
    options: tuple[str, ...] = ()
    foreign_options: tuple[str, ...] = ()
    inherited: bool = False


class TableColumn(Column, frozen=True, tag="table column"):
    """A column of a table.  Storage, compression and collation are given where they are not the type's own."""


class ForeignTableColumn(Column, frozen=True, tag="foreign table column"):
    """A column of a foreign table."""


class CompositeTypeColumn(Column, frozen=True, tag="composite type column"):
    """An attribute of a composite type."""


class ViewColumn(Column, frozen=True, tag="view column"):
    """A column of a view: follows from the view's query."""

    derived = True
    aside = frozenset(Column.__struct_fields__)


class MaterializedViewColumn(Column, frozen=True, tag="materialized view column"):
    """A column of a materialized view: its type follows from the query, its storage does not."""

    derived = True
    aside = frozenset({"position", "type", "collation", "not_null"})


class DefaultValue(Fact, frozen=True, tag="default value"):
    """The default of a column, or the expression that generates it."""

    expression: str = ""


class TableConstraint(Fact, frozen=True, tag="table constraint"):
    """A constraint of a table or foreign table.

    NOT NULL is a fact of its own only where it is more than the column's: named by somebody, not inherited, not
    valid, commented on.  `triggers` are those of its own that do not fire as usual.
    """

    type: str = ""
    columns: tuple[str, ...] = ()
    delete_columns: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    references: Path | None = None
    referenced_columns: tuple[str, ...] = ()
    on_update: str | None = None
    on_delete: str | None = None
    match: str | None = None
    expression: str | None = None
    nulls_not_distinct: bool = False
    temporal: bool = False
    deferrable: bool = False
    deferred: bool = False
    validated: bool = True
    enforced: bool = True
    no_inherit: bool = False
    inherited: bool = False
    triggers: tuple[str, ...] = ()


class Index(Fact, frozen=True, tag="index"):
    """An index, also the one that a constraint keeps.

    `columns` has an empty name for an expression; `keys` spells the key parts out where one is more than a column in
    its type's usual order.
    """

    aside = frozenset({"constraint"})

    table: Path = ()
    method: str = "btree"
    unique: bool = False
    columns: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    predicate: str | None = None
    nulls_not_distinct: bool = False
    options: tuple[str, ...] = ()
    tablespace: str | None = None
    statistics: tuple[str, ...] = ()
    part_of: Path | None = None
    valid: bool = True
    constraint: bool = False


class Statistics(Fact, frozen=True, tag="statistics object"):
    """Extended statistics."""

    table: Path = ()
    on: str = ""
    types: tuple[str, ...] = ()
    target: int | None = None


class View(Fact, frozen=True, tag="view"):
    """A view."""

    definition: str = ""
    options: tuple[str, ...] = ()


class MaterializedView(Fact, frozen=True, tag="materialized view"):
    """A materialized view."""

    definition: str = ""
    options: tuple[str, ...] = ()
    access_method: str | None = None
    tablespace: str | None = None
    cluster_on: str | None = None
    populated: bool = True


class Sequence(Fact, frozen=True, tag="sequence"):
    """A sequence, with its bounds where they are not its type's; where it is now is a matter of rows."""

    type: str = "bigint"
    start: int = 1
    increment: int = 1
    minimum: int | None = None
    maximum: int | None = None
    cache: int = 1
    cycle: bool = False
    unlogged: bool = False
    owned_by: Path | None = None
    owned_by_column: str | None = None
    identity: bool = False


class ForeignTable(Fact, frozen=True, tag="foreign table"):
    """A foreign table."""

    server: str = ""
    options: tuple[str, ...] = ()
    parents: tuple[Path, ...] = ()
    bound: str | None = None


class Rule(Fact, frozen=True, tag="rule"):
    """A rewrite rule of a table or view."""

    definition: str = ""
    enabled: str = "origin"


class Trigger(Fact, frozen=True, tag="trigger"):
    """A trigger, constraint triggers included."""

    definition: str = ""
    function: str = ""
    enabled: str = "origin"


class Policy(Fact, frozen=True, tag="policy"):
    """A row security policy."""

    command: str = "all"
    permissive: bool = True
    roles: tuple[str, ...] = ("public",)
    using: str | None = None
    check: str | None = None

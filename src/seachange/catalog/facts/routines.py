"""Functions, procedures, aggregates, and what calls them unasked."""

from __future__ import annotations

from seachange.catalog.facts.fact import Fact


class Routine(Fact, frozen=True):
    """What functions and procedures have in common."""

    query = "function"

    arguments: str = ""
    returns: str | None = None
    language: str = "sql"
    body: str | None = None
    library: str | None = None
    statements: str | None = None
    volatility: str = "volatile"
    strict: bool = False
    security_definer: bool = False
    leakproof: bool = False
    window: bool = False
    parallel: str = "unsafe"
    cost: float = 100
    rows: float = 0
    support: str | None = None
    transforms: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()


class Function(Routine, frozen=True, tag="function"):
    """A function.  `statements` is the body of one written in standard SQL; `body` of any other."""


class Procedure(Routine, frozen=True, tag="procedure"):
    """A procedure."""


class Aggregate(Fact, frozen=True, tag="aggregate"):
    """An aggregate function."""

    arguments: str = ""
    returns: str = ""
    aggregate_kind: str = "normal"
    direct_arguments: int = 0
    transition: str = ""
    state_type: str = ""
    state_space: int = 0
    final: str | None = None
    final_extra: bool = False
    final_modify: str = "read_only"
    combine: str | None = None
    serialize: str | None = None
    deserialize: str | None = None
    initial: str | None = None
    moving_transition: str | None = None
    moving_inverse: str | None = None
    moving_state_type: str | None = None
    moving_state_space: int = 0
    moving_final: str | None = None
    moving_final_extra: bool = False
    moving_final_modify: str = "read_only"
    moving_initial: str | None = None
    sort_operator: str | None = None
    parallel: str = "unsafe"


class EventTrigger(Fact, frozen=True, tag="event trigger"):
    """A trigger on DDL."""

    schemaless = True

    event: str = ""
    tags: tuple[str, ...] = ()
    function: str = ""
    enabled: str = "origin"


class Language(Fact, frozen=True, tag="language"):
    """A procedural language."""

    schemaless = True

    trusted: bool = False
    handler: str | None = None
    inline: str | None = None
    validator: str | None = None


class Transform(Fact, frozen=True, tag="transform"):
    """How a type travels to a language and back."""

    schemaless = True

    from_sql: str | None = None
    to_sql: str | None = None

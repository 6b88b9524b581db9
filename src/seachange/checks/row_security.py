"""Policies as the checks see them: what they compare, with which setting, and which tables are protected alike."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache

from msgspec import Struct

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Policy, Table
from seachange.checks.callees import readings
from seachange.checks.expressions import Equality, Expression, Reading, read
from seachange.checks.whole import Whole
from seachange.checks.world import spelled

COMMANDS = ("select", "insert", "update", "delete")
TENANTS = frozenset({"tenant_id", "org_id", "organization_id", "account_id", "company_id"})
"""What columns are called that say whose a row is."""
FILLERS = frozenset({"current", "id", "get", "my", "app", "uuid", "the", "request", "session"})
"""Words in the name of a setting that say nothing of what it holds."""


class Asked(Struct, frozen=True):
    """A policy that holds a column against a value of the session."""

    policy: Policy
    equality: Equality
    source: str

    @property
    def table(self) -> Path:
        return self.policy.names[:-1]

    @property
    def column(self) -> str:
        return self.equality.column


def expressions(policy: Policy) -> tuple[Expression, ...]:
    """Its conditions: USING, WITH CHECK."""
    return tuple(read(text) for text in (policy.using, policy.check) if text is not None)


def read_by(policy: Policy, whole: Whole) -> Iterator[tuple[Reading, str]]:
    """The settings that a policy reads, each with the function that reads it for the policy; empty for the policy."""
    for said in expressions(policy):
        for reading, routine in readings(said, whole):
            yield reading, f"{spelled(routine.names)}()" if routine else ""


def table_of(policy: Policy) -> str:
    """The table of a policy, as a message has it."""
    return spelled(policy.names[:-1])


def named(policy: Policy) -> str:
    """A policy as a message has it."""
    return f"policy {spelled(policy.names[-1:])} of {table_of(policy)}"


def commands(policy: Policy) -> tuple[str, ...]:
    """The commands that a policy is for."""
    return COMMANDS if policy.command == "all" else (policy.command,)


def effective_check(policy: Policy) -> str | None:
    """What new rows must meet: without WITH CHECK, USING is asked of them, too."""
    return policy.check if policy.check is not None else None if policy.command == "insert" else policy.using


@lru_cache(maxsize=2)
def asked(whole: Whole) -> Mapping[str, tuple[Asked, ...]]:
    """What policies hold against the session, by schema."""
    found: defaultdict[str, list[Asked]] = defaultdict(list)
    for policies in whole.policies.values():
        for policy in policies:
            equalities = dict.fromkeys(one for said in expressions(policy) for one in said.equalities)
            for equality in equalities:
                found[policy.names[0]].append(Asked(policy, equality, _source(equality.source, whole)))
    return {schema: tuple(sorted(ones, key=lambda one: one.policy.names)) for schema, ones in found.items()}


def _source(source: str, whole: Whole) -> str:
    """The setting behind a function that does nothing but read it."""
    if not source.endswith("()"):
        return source
    text = f"{source}"
    settings = {reading.setting for reading, _ in readings(read(text), whole)}
    return settings.pop() if len(settings) == 1 else source


def concept(source: str) -> frozenset[str]:
    """What a setting holds, as its name tells: `tenant` of `app.current_tenant_id`."""
    return frozenset(source.removesuffix("()").rpartition(".")[2].split("_")) - FILLERS


def usual(sources: Counter[str]) -> str:
    """The one that most have."""
    return min(sources, key=lambda source: (-sources[source], source))


@lru_cache(maxsize=2)
def tenant_columns(whole: Whole) -> Mapping[str, frozenset[str]]:
    """Columns that say whose a row is, by schema: by their names, and those that policies of several tables ask for."""
    found: defaultdict[str, defaultdict[str, set[Path]]] = defaultdict(lambda: defaultdict(set))
    for schema, ones in asked(whole).items():
        for one in ones:
            if one.column.endswith("_id"):
                found[schema][one.column].add(one.table)
    schemas = {table.names[0] for table in whole.of(Table) if table.row_security}
    return {
        schema: TENANTS | {column for column, tables in found[schema].items() if len(tables) > 1} for schema in schemas
    }


@lru_cache(maxsize=2)
def siblings(whole: Whole) -> Mapping[tuple[str, str], int]:
    """How many tables with row security have each tenant column, by schema and column."""
    found: Counter[tuple[str, str]] = Counter()
    for table in whole.of(Table):
        if table.row_security:
            columns = {column.names[-1] for column in whole.columns(table.names)}
            schema = table.names[0]
            found.update((schema, column) for column in columns & tenant_columns(whole)[schema])
    return found


def is_exempt(role: str, whole: Whole) -> bool | None:
    """Whether row security does not hold for a role; None where nobody knows."""
    known = whole.role(role)
    if known is None:
        return None
    return known.superuser or known.bypass_row_security

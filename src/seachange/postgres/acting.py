"""What a role without rights of its own sees and may do, under settings that policies read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain

from seachange.postgres.probing import Answer, Probing
from seachange.postgres.supply import Row
from seachange.sql.quote import literal, name, path

Settings = Mapping[str, str]
ROLE = "seachange_probe"
SCHEMAS = "select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema' order by 1"
EVERYTHING = "pg_read_all_data", "pg_write_all_data"
"""Roles that may read and write all tables, and are bound by row security as others are."""
ROW_SECURITY = "row-level security"


class Acting:
    """A role made for one transaction: it owns nothing, is bound by row security, and belongs to `groups`."""

    def __init__(self, probing: Probing, groups: Iterable[str] = ()) -> None:
        self._probing = probing
        self.refused = self._made(tuple(groups))

    def _made(self, groups: tuple[str, ...]) -> Answer | None:
        probing = self._probing
        probing.attempt("set local lc_messages = 'C'", keep=True)
        wanted = [f"create role {ROLE} nologin nosuperuser nobypassrls"]
        wanted += [f"grant {name(one)} to {ROLE}" for one in groups]
        wanted += [f"grant {ROLE} to current_user"]
        for sql in wanted:
            answer = probing.attempt(sql, keep=True)
            if not answer.passed:
                return answer
        if not all([probing.attempt(f"grant {one} to {ROLE}", keep=True).passed for one in EVERYTHING]):
            schemas = [name(row[0]) for row in probing.ask(SCHEMAS)]
            for sql in chain.from_iterable(map(_grants, schemas)):
                probing.attempt(sql, keep=True)
        return None

    def attempt(self, sql: str, settings: Settings) -> Answer:
        """A statement of that role."""
        return self._probing.attempt(f"{_set(settings)}set local role {ROLE}; {sql}")

    def unbound(self, sql: str, settings: Settings) -> Answer:
        """A statement of ours, whom policies do not bind, with the same settings."""
        return self._probing.attempt(f"{_set(settings)}{sql}")

    def moves(self, change: str, row: Row, settings: Settings, *, alone: bool) -> Answer:
        """Whether a change by that role reaches a row: true or false, if it is not refused.

        Where nobody else is there, `alone`, the change names no row: to find one, a role must be let see it.
        """
        where = "" if alone else f" where {row.here}"
        left = f"select count(*) = 0 from {path(row.table.names)} where {row.here}"
        return self.attempt(f"{change}{where}; reset role; {left}", settings)

    def seen(self, rows: Iterable[Row], settings: Settings) -> Answer:
        """One row, with as many columns: how often the role sees each of the rows of one table."""
        rows = tuple(rows)
        counts = ", ".join(f"count(*) filter (where {row.here})" for row in rows)
        return self.attempt(f"select {counts} from {path(rows[0].table.names)}", settings)


def _set(settings: Settings) -> str:
    return "".join(f"select set_config({literal(k)}, {literal(v)}, true); " for k, v in settings.items())


def refused_by_policy(answer: Answer) -> bool:
    """Whether it was row security that refused."""
    return answer.code == "42501" and ROW_SECURITY in answer.said


def _grants(schema: str) -> tuple[str, ...]:
    return (
        f"grant usage on schema {schema} to {ROLE}",
        f"grant select, insert, update, delete on all tables in schema {schema} to {ROLE}",
        f"grant usage on all sequences in schema {schema} to {ROLE}",
        f"grant execute on all functions in schema {schema} to {ROLE}",
    )

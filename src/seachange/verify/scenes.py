"""Who looks at which table with row security, and what its policies ask."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import msgspec

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts.relations import Policy, Table
from seachange.postgres.acting import Acting, Settings
from seachange.postgres.probing import Answer, Probing
from seachange.postgres.supply import Row, Supply
from seachange.sql import parse
from seachange.verify.settings import Read, read
from seachange.verify.verification import Aspect, Outcome, Probe

SILENT = Answer()


class Sight(msgspec.Struct, frozen=True):
    """Two rows and the settings of those whom they belong to."""

    own: Row
    other: Row
    mine: Settings
    theirs: Settings


class Scene:
    """What the probes of one table and one role work with; `alone`: nobody else uses the database."""

    def __init__(  # noqa: PLR0913 - all of it comes from one place
        self, catalog: Catalog, probing: Probing, supply: Supply, table: Table, group: str, *, alone: bool
    ) -> None:
        self.catalog = catalog
        self.probing = probing
        self.supply = supply
        self.table = table
        self.group = group
        self.alone = alone
        every = catalog.parts(table.names, Policy)
        self.policies = tuple(one for one in every if {"public", group}.intersection(one.roles))
        self.read: Read = read(
            catalog, chain.from_iterable((one.using or "", one.check or "") for one in self.policies)
        )
        self.acting: Acting | None = None

    @property
    def groups(self) -> tuple[str, ...]:
        """The roles that the one who looks is a member of."""
        return () if self.group == "public" else (self.group,)

    @property
    def case(self) -> str:
        """Who looks."""
        return "" if self.group == "public" else f"as {self.group}"

    def probe(
        self, aspect: Aspect, outcome: Outcome, case: str = "", *, answer: Answer = SILENT, said: str = ""
    ) -> Probe:
        """A probe of the table."""
        cases = " ".join(filter(None, (case, self.case)))
        return Probe(self.table.ref, aspect, outcome, cases, code=answer.state, said=said or answer.words)

    def open(self, command: str, *, check: bool = False) -> str:
        """A permissive policy that lets rows pass whosever they are; empty where all ask."""
        columns: set[tuple[str, ...]] = {(one.name,) for one in self.supply.tables[self.table.names].columns}
        for one in self.policies:
            asked = (one.check or one.using if check else one.using) or ""
            if one.permissive and one.command in ("all", command) and not self._asks(asked, columns):
                return one.names[-1]
        return ""

    def _asks(self, expression: str, columns: set[tuple[str, ...]]) -> bool:
        what = read(self.catalog, [expression])
        named = {name for names in parse.mentioned(expression) for name in (names, names[-1:])}
        return not columns.isdisjoint(named) and bool(what.slots or what.user)


def scenes(catalog: Catalog, probing: Probing, supply: Supply, *, alone: bool) -> Iterator[Scene]:
    """Each table with row security, for each role that its policies name."""
    for table in catalog.of(Table):
        if table.row_security and table.bound is None and table.names in supply.tables:
            named = {role for one in catalog.parts(table.names, Policy) for role in one.roles}
            for group in sorted(named - {"public"}) or ["public"]:
                yield Scene(catalog, probing, supply, table, group, alone=alone)

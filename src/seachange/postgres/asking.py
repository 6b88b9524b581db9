"""The dependencies of one object, found among the rows of pg_depend without naming all others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property

from seachange.catalog.edge import Edge
from seachange.catalog.ref import Ref
from seachange.postgres.dependencies import INTERNAL, WHY, Dependencies
from seachange.postgres.rows import Address, Reading


class Asking:
    """Gives for each object what `Dependencies.edges` gives of it."""

    def __init__(self, dependencies: Dependencies, reading: Reading) -> None:
        self._rows = dependencies
        self._reading = reading
        self._wholes: dict[Address, Address | None] = {}

    def of_user(self, ref: Ref) -> Iterator[Edge]:
        for address in self._addresses(ref):
            for row in self._rows.rows_of(address):
                if (edge := self._edge(row)) and edge.user == ref:
                    yield edge

    def of_used(self, ref: Ref) -> Iterator[Edge]:
        for address in self._addresses(ref):
            for row in self._rows.rows_of(address, used=True):
                if (edge := self._edge(row)) and edge.used == ref:
                    yield edge

    def _edge(self, row: int) -> Edge | None:
        why = self._rows.why[row]
        user, used = (((side[0][row], side[1][row]), side[2][row]) for side in (self._rows.users, self._rows.used))
        if why not in WHY or self._is_clone(user[0]):
            return None
        found = self._known(*user), self._known(*used)
        return Edge(found[0], found[1], WHY[why]) if found[0] and found[1] and found[0] != found[1] else None

    def _known(self, address: Address, part: int) -> Ref | None:
        """What an address is counted as: its whole, where it is only implied by that."""
        while whole := self._whole(address):
            address, part = whole, 0
        return self._reading.ref(address, part) or self._reading.ref(address)

    def _whole(self, address: Address) -> Address | None:
        if address not in self._wholes:
            self._wholes[address] = None if address in self._reading.refs else self._found_whole(address)
        return self._wholes[address]

    def _found_whole(self, address: Address) -> Address | None:
        rows = list(self._rows.rows_of(address))
        candidates = [row for why in INTERNAL for row in rows if self._rows.why[row] == why]
        autos = [row for row in rows if self._rows.why[row] == "a" and self._is_implied(self._used(row))]
        found = (*candidates, *autos)
        return self._used(found[-1]) if found else None

    def _is_implied(self, address: Address) -> bool:
        """By what is internal to something alone."""
        if address in self._reading.refs:
            return False
        return any(self._rows.why[row] in INTERNAL for row in self._rows.rows_of(address))

    def _is_clone(self, address: Address) -> bool:
        if address in self._reading.refs:
            return False
        return any(self._rows.why[row] == "P" for row in self._rows.rows_of(address))

    def _used(self, row: int) -> Address:
        classes, oids, _ = self._rows.used
        return classes[row], oids[row]

    def _addresses(self, ref: Ref) -> set[Address]:
        """All that counts as `ref`: where it is, and what it implies; for a column, where its relation is."""
        found: set[Address] = set()
        new = set(self._own.get(ref, ()))
        while new:
            found |= new
            rows = (row for address in new for row in self._rows.rows_of(address, used=True))
            new = {user for row in rows if (user := self._user(row)) not in found and self._whole(user) in found}
        return found or set(self._own.get(Ref(ref.kind.removesuffix(" column"), ref.names[:-1]), ()))

    def _user(self, row: int) -> Address:
        classes, oids, _ = self._rows.users
        return classes[row], oids[row]

    @cached_property
    def _own(self) -> Mapping[Ref, list[Address]]:
        found: defaultdict[Ref, list[Address]] = defaultdict(list)
        for address, ref in self._reading.refs.items():
            found[ref].append(address)
        return found

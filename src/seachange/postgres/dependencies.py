"""What depends on what, from pg_depend's rows as they are, without asking the server to name them."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator
from functools import cached_property
from itertools import compress

from seachange.catalog.edge import Edge
from seachange.catalog.ref import Ref
from seachange.postgres.rows import FIRST_NORMAL_OID, Address, Reading, Rows

INTERNAL = "SPi"
"""The two sorts by which a partition's part belongs to its partition and to the whole's part; and internal."""
WHY = {
    "n": "normal",
    "a": "auto",
    "i": "internal",
    "P": "partition",
    "S": "partition",
    "e": "extension",
    "x": "auto extension",
}
ARRAY_HEADER = 20
"""Bytes before the first element of a one-dimensional array in PostgreSQL's binary form."""


class Dependencies:
    """The rows of pg_depend as parallel arrays: some 25 bytes a row, named only when somebody asks."""

    def __init__(self, rows: Rows) -> None:
        column = {name: values[0] for name, values in rows.columns.items()}
        self.users = (numbers(column["class"]), numbers(column["oid"]), numbers(column["part"]))
        self.used = (numbers(column["used_class"]), numbers(column["used_oid"]), numbers(column["used_part"]))
        self.why: str = column["why"] or ""

    @cached_property
    def _members(self) -> list[tuple[Address, Address]]:
        return list(self._pairs("e"))

    def extensions(self) -> Iterator[tuple[Address, Address]]:
        """What came with an extension, and the extension."""
        return iter(self._members)

    def brought(self) -> set[Address]:
        """What came with extensions, and all that is there only because of it: indexes, members of classes."""
        brought = {user for user, _ in self.extensions()}
        found = {address for address in brought if address[1] >= FIRST_NORMAL_OID}
        while found:
            found = {user for user, used in self._pairs(INTERNAL + "a") if used in found and user not in brought}
            brought |= found
        return brought

    def implied(self, reading: Reading) -> dict[Address, Address]:
        """What is only a part of something else - a row type of its table, a toast table - and of what."""
        parts: dict[Address, Address] = {}
        for why in INTERNAL:
            parts.update((user, used) for user, used in self._pairs(why) if user not in reading.refs)
        parts.update({user: used for user, used in self._pairs("a") if used in parts and user not in reading.refs})
        return parts

    def edges(self, reading: Reading) -> Iterator[Edge]:
        """The dependencies between what we know, each part counted as its whole.

        What a partition has only because its table has it needs the partition, which the table's does not.
        """
        parts = self.implied(reading)
        clones = {user for user, _ in self._pairs("P") if user not in reading.refs}
        for why, *numbers in zip(self.why, *self.users, *self.used, strict=True):
            if (numbers[0], numbers[1]) in clones:
                continue
            user = _known((numbers[0], numbers[1]), numbers[2], reading, parts)
            used = _known((numbers[3], numbers[4]), numbers[5], reading, parts)
            if user and used and user != used and why in WHY:
                yield Edge(user, used, WHY[why])

    def rows_of(self, address: Address, *, used: bool = False) -> Iterator[int]:
        """The numbers of the rows whose user, or what is used in them, is at an address."""
        classes, *_ = self.used if used else self.users
        text = self._oids[used]
        wanted = array("I", (address[1],)).tobytes()
        place = text.find(wanted)
        while place >= 0:
            row, beside = divmod(place, len(wanted))
            if not beside and classes[row] == address[0]:
                yield row
            place = text.find(wanted, place + 1)

    @cached_property
    def _oids(self) -> tuple[bytes, bytes]:
        return self.users[1].tobytes(), self.used[1].tobytes()

    def _pairs(self, why: str) -> Iterator[tuple[Address, Address]]:
        """Users and used of the rows that are there for one of the reasons."""
        mask = self.why.translate({ord(letter): letter in why for letter in WHY}).encode()
        users = zip(*(compress(numbers, mask) for numbers in self.users[:2]), strict=True)
        used = zip(*(compress(numbers, mask) for numbers in self.used[:2]), strict=True)
        return zip(users, used, strict=True)


def _known(address: Address, part: int, reading: Reading, parts: dict[Address, Address]) -> Ref | None:
    if address in parts:
        part = 0
    while address in parts:
        address = parts[address]
    return reading.ref(address, part) or reading.ref(address)


def numbers(sent: bytes | None) -> array[int]:
    """The elements of an array of 4-byte integers without nulls, each of which has its length before it."""
    numbers = array("I", (sent or b"")[ARRAY_HEADER:])
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers[1::2]

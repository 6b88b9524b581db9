"""What tells one state from all others: a number that is the sum over its facts, so that their order says nothing.

A change of a few facts changes the sum by theirs, however many others there are.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from operator import attrgetter

import msgspec

from seachange.catalog.facts import Fact, kind_of

BYTES = 16
AT_ONCE = 20_000
"""So many facts are written out at a time."""


def total(facts: Iterable[Fact]) -> int:
    """The sum of what tells each fact from all others: its kind and all that makes a difference in it."""
    kinds: defaultdict[type[Fact], list[Fact]] = defaultdict(list)
    for fact in facts:
        kinds[type(fact)].append(fact)
    return sum(_number(line) for kind, alike in kinds.items() for line in _lines(kind, alike))


def shown(number: int) -> str:
    """A sum, or the difference of two, as a fingerprint."""
    return f"{number % (1 << 8 * BYTES):0{2 * BYTES}x}"


def _number(line: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(line, digest_size=BYTES).digest(), "little")


def _lines(kind: type[Fact], facts: list[Fact]) -> Iterator[bytes]:
    """Each fact as a line of JSON, without what is aside."""
    encode = msgspec.json.Encoder().encode_lines
    for start in range(0, len(facts), AT_ONCE):
        some = facts[start : start + AT_ONCE]
        yield from encode(_compared(kind, some) if kind.aside else some).splitlines()


def _compared(kind: type[Fact], facts: Iterable[Fact]) -> list[tuple[object, ...]]:
    fields = ("names", "args", *(field for field in kind.__struct_fields__[2:] if field not in kind.aside))
    return [(kind_of(kind), *found) for found in map(attrgetter(*fields), facts)]

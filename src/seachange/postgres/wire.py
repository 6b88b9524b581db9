"""The protocol between client and server, as far as it takes to know what was sent and what became of it."""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

_LENGTH = struct.Struct("!i")
_SHORT = struct.Struct("!h")
_TAGGED = 5


class Parameters(Struct, frozen=True):
    """What a statement is given: values, their formats (1 is binary), the types that are known of them; 0 is not."""

    values: tuple[bytes | None, ...] = ()
    formats: tuple[int, ...] = ()
    types: tuple[int, ...] = ()


class Sent(Struct, frozen=True):
    """A query that the server has carried out.

    `sql` is what a client sent as one: several statements in a simple query.  `tags` are the server's words on each,
    such as `INSERT 0 1`; `rows` what was sent along for COPY.
    """

    sql: bytes
    parameters: Parameters = Parameters()
    tags: tuple[str, ...] = ()
    rows: bytes | None = None
    binary: bool = False


class Messages:
    """Bytes in, messages out: their tag and what they hold."""

    def __init__(self) -> None:
        self._left = b""

    def of(self, said: bytes) -> Iterator[tuple[bytes, bytes]]:
        buffer, at = self._left + said, 0
        while len(buffer) - at >= _TAGGED:
            length = _LENGTH.unpack_from(buffer, at + 1)[0]
            if len(buffer) - at < length + 1:
                break
            yield buffer[at : at + 1], buffer[at + _TAGGED : at + 1 + length]
            at += length + 1
        self._left = buffer[at:]


class _Turn:
    """What is asked until the server is ready again: a simple query, or what stands before a Sync."""

    def __init__(self, *asked: Sent, simple: bool) -> None:
        self.asked = list(asked)
        self.simple = simple
        self.at = 0

    @property
    def current(self) -> Sent | None:
        return self.asked[self.at] if self.at < len(self.asked) else None

    def note(self, said: Sent) -> None:
        self.asked[self.at] = said

    def ends_one(self, tag: str) -> None:
        """The server has done with a statement."""
        if self.current:
            self.note(replace(self.current, tags=(*self.current.tags, tag) if tag else self.current.tags))
            self.at += not self.simple


class Conversation:
    """One session: what its client asks, held against what the server answers."""

    def __init__(self) -> None:
        self._prepared: dict[bytes, tuple[bytes, tuple[int, ...]]] = {}
        self._bound: dict[bytes, Sent] = {}
        self._turns: deque[_Turn] = deque()
        self._open = _Turn(simple=False)  # waits for its Sync
        self._described: deque[bytes] = deque()
        self._failed = False

    def asks(self, tag: bytes, said: bytes) -> None:
        """The client sends a message.  What it sends to be let in is not looked at."""
        match tag:
            case b"Q":
                self._turns.append(_Turn(Sent(said[:-1]), simple=True))
            case b"P":
                name, sql, rest = said.split(b"\0", 2)
                self._prepared[name] = sql, _integers("i", rest)
            case b"B":
                self._bind(said)
            case b"D" if said[:1] == b"S":
                self._described.append(said[1:-1])
            case b"E":
                self._open.asked.append(self._bound.get(said.partition(b"\0")[0], Sent(b"")))
            case b"S":
                self._turns.append(self._open)
                self._open = _Turn(simple=False)
            case b"d":
                self._copy(said)

    def _bind(self, said: bytes) -> None:
        portal, statement, rest = said.split(b"\0", 2)
        sql, types = self._prepared.get(statement, (b"", ()))
        self._bound[portal] = Sent(sql, _parameters(rest, types))

    def _copy(self, said: bytes) -> None:
        turn = self._turns[0] if self._turns else self._open
        if turn.current and turn.current.rows is not None:
            turn.note(replace(turn.current, rows=turn.current.rows + said))

    def answers(self, tag: bytes, said: bytes) -> tuple[Sent, ...]:
        """The server sends a message; what it has carried out by that."""
        turn = self._turns[0] if self._turns else self._open
        match tag:
            case b"C" | b"I" | b"s":
                turn.ends_one(said[:-1].decode(errors="replace") if tag == b"C" else "")
            case b"G" if turn.current:
                turn.note(replace(turn.current, rows=b"", binary=said[:1] == b"\1"))
            case b"t" if self._described:
                name = self._described.popleft()
                sql, _ = self._prepared.get(name, (b"", ()))
                self._prepared[name] = sql, _integers("i", said)
            case b"E":
                self._failed = True
            case b"Z" if self._turns:
                return self._ready(self._turns.popleft())
        return ()

    def _ready(self, turn: _Turn) -> tuple[Sent, ...]:
        """What an error stopped is undone as a whole: the server takes what stands before a Sync for a transaction."""
        failed, self._failed = self._failed, False
        if failed:
            self._described.clear()
        return () if failed else tuple(sent for sent in turn.asked if sent.tags)


def _integers(kind: str, said: bytes) -> tuple[int, ...]:
    """A count, and as many integers."""
    count = _SHORT.unpack_from(said)[0]
    return struct.unpack_from(f"!{count}{kind}", said, _SHORT.size)


def _parameters(said: bytes, types: tuple[int, ...]) -> Parameters:
    formats = _integers("h", said)
    at = _SHORT.size * (1 + len(formats))
    count = _SHORT.unpack_from(said, at)[0]
    at += _SHORT.size
    values: list[bytes | None] = []
    for _ in range(count):
        length = _LENGTH.unpack_from(said, at)[0]
        at += _LENGTH.size
        values.append(None if length < 0 else said[at : at + length])
        at += max(length, 0)
    each = formats * count if len(formats) == 1 else formats or (0,) * count
    return Parameters(tuple(values), each, (*types, *(0 for _ in range(count - len(types)))))

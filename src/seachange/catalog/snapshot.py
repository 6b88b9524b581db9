"""A catalog as a file: one line of JSON for each fact, in the order of names, so that snapshots can be diffed as text.

The first line tells the format, what was read and how many lines follow.  Nothing is lost between writing and reading.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Union

import msgspec

from seachange.catalog.catalog import Catalog, Origin
from seachange.catalog.edge import Edge
from seachange.catalog.facts import KINDS, Fact
from seachange.catalog.ref import Ref
from seachange.errors import NotUnderstood
from seachange.finding import Finding

FORMAT = 1
TAKE_ANOTHER = "Take the snapshot again with `seachange snapshot`."


class Header(msgspec.Struct, frozen=True, tag="snapshot", tag_field="kind"):
    """The first line.  `token` is the server's word for where its catalogs stood; see `seachange.postgres.token`."""

    format: int
    lines: int
    server: int
    fingerprint: str
    silent: tuple[str, ...] = ()
    made: bool = False
    token: str | None = None


class Member(msgspec.Struct, frozen=True, tag="extension member", tag_field="kind"):
    """Something that came with an extension."""

    ref: Ref
    extension: str


class Uses(msgspec.Struct, frozen=True, tag="uses", tag_field="kind"):
    """All that one object needs, with PostgreSQL's word for why."""

    user: Ref
    used: tuple[tuple[Ref, str], ...]


class Found(msgspec.Struct, frozen=True, tag="finding", tag_field="kind"):
    """What reading brought to light."""

    finding: Finding


Line = Fact | Member | Uses | Found


def dump(catalog: Catalog, token: str | None = None) -> bytes:
    """The snapshot of a catalog."""
    origin = catalog.origin
    lines: list[Line] = [fact for _, fact in sorted(catalog.facts.items(), key=_place)]
    lines.extend(Member(ref, extension) for ref, extension in sorted(origin.members.items()))
    lines.extend(_uses(catalog.edges))
    lines.extend(map(Found, origin.findings))
    silent = tuple(sorted(origin.silent))
    header = Header(FORMAT, len(lines), origin.version, catalog.fingerprint, silent, origin.made, token)
    return msgspec.json.Encoder().encode_lines([header, *lines])


def load(content: bytes, name: str = "snapshot") -> Catalog:
    """The catalog in a snapshot.  Raises NotUnderstood, naming it, where it is none, of another format, or cut off."""
    head, _, rest = content.partition(b"\n")
    header = header_of(head, name)
    try:
        lines = msgspec.json.Decoder(Union[(*KINDS.values(), Member, Uses, Found)]).decode_lines(rest)
    except msgspec.MsgspecError as error:
        raise NotUnderstood(f"{name}: a line of this snapshot cannot be read: {error}", hint=TAKE_ANOTHER) from error
    if len(lines) != header.lines:
        cut = f"{name}: this snapshot should have {header.lines} lines and has {len(lines)}: it was cut off"
        raise NotUnderstood(cut, hint=TAKE_ANOTHER)
    return Catalog(
        {line.ref: line for line in lines if isinstance(line, Fact)},
        lambda: _edges(line for line in lines if isinstance(line, Uses)),
        Origin(
            version=header.server,
            members={line.ref: line.extension for line in lines if isinstance(line, Member)},
            silent=frozenset(header.silent),
            made=header.made,
            findings=tuple(line.finding for line in lines if isinstance(line, Found)),
        ),
    )


def header_of(head: bytes, name: str) -> Header:
    """The first line of a snapshot, of a format that we understand."""
    try:
        header = msgspec.json.decode(head, type=Header)
    except msgspec.MsgspecError as error:
        raise NotUnderstood(f"{name}: this is no snapshot of seachange's", hint=TAKE_ANOTHER) from error
    if header.format != FORMAT:
        other = f"{name}: this snapshot has format {header.format}; this version of seachange reads format {FORMAT}"
        raise NotUnderstood(other, hint=TAKE_ANOTHER)
    return header


def _place(item: tuple[Ref, Fact]) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    ref, _ = item
    return ref.names, ref.kind, ref.args


def _uses(edges: Iterable[Edge]) -> Iterator[Uses]:
    by_user: defaultdict[Ref, list[tuple[Ref, str]]] = defaultdict(list)
    for edge in edges:
        by_user[edge.user].append((edge.used, edge.why))
    return (Uses(user, tuple(sorted(used))) for user, used in sorted(by_user.items()))


def _edges(lines: Iterable[Uses]) -> Iterator[Edge]:
    return (Edge(line.user, used, why) for line in lines for used, why in line.used)

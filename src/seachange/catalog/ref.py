"""The address of an object."""

from __future__ import annotations

import msgspec


class Ref(msgspec.Struct, frozen=True, order=True, cache_hash=True, gc=False, array_like=True):
    """Where an object is found: its kind and its names from the outside in, as PostgreSQL's own addresses have them.

    `names` is a path (schema, table, column); `args` is what else tells two objects apart: the argument types of a
    function, the access method of an operator class.  What is said about an object - its owner, a comment, a grant -
    has the object's names and, in `args`, first the object's kind and args.
    """

    kind: str
    names: tuple[str, ...]
    args: tuple[str, ...] = ()

    def __str__(self) -> str:
        name = ".".join(self.names)
        described = f"{self.kind} {name}" if name else self.kind
        return f"{described}({', '.join(self.args)})" if self.args else described

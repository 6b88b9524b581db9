"""What every fact has in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from seachange.catalog.ref import Ref

Path = tuple[str, ...]
"""Names from the outside in: schema, table, column."""


class Fact(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True, tag_field="kind"):
    """One addressable thing, described by everything that can differ.

    A field is a column of the kind's query.  Defaults are what PostgreSQL gives where nothing was asked for.
    """

    aside: ClassVar[frozenset[str]] = frozenset()
    """Fields that help to build the object and make no difference between two of them."""
    guessed: ClassVar[frozenset[str]] = frozenset()
    """Fields of which a script seldom speaks: what its server gives then is no wish."""
    derived: ClassVar[bool] = False
    """Comes and goes with its owner: only how it differs counts."""
    told: ClassVar[bool] = False
    """Says something of another object: its owner, a comment, a grant."""
    cluster: ClassVar[bool] = False
    """Belongs to the server, not to one database."""
    left: ClassVar[bool] = False
    """A script that does not speak of it leaves it as it is: that what a script makes lacks it says nothing."""
    schemaless: ClassVar[bool] = False
    """Lives in no schema: its first name is not one."""
    query: ClassVar[str] = ""
    """The query that reads the kind, where it does not bear the kind's name."""

    names: Path
    args: tuple[str, ...] = ()

    @property
    def ref(self) -> Ref:
        return Ref(kind_of(type(self)), self.names, self.args)

    def said(self) -> Iterator[tuple[str, object]]:
        """The fields that are not as PostgreSQL has them where nothing was asked for, with their values."""
        defaults = self.__struct_defaults__[1:]
        for field, default in zip(self.__struct_fields__[2:], defaults, strict=True):
            value = getattr(self, field)
            if value != default:
                yield field, value


def kind_of(kind: type[Fact]) -> str:
    """The name PostgreSQL gives to this kind of object."""
    return str(kind.__struct_config__.tag)

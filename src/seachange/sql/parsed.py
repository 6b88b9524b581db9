"""A text with the tree that the grammar gives it, read once."""

from __future__ import annotations

from functools import cached_property

from google.protobuf.message import Message
from msgspec import Struct

from seachange.sql import tree


class Parsed(Struct, frozen=True, dict=True):
    """What has a text for the grammar, `sql`."""

    @property
    def sql(self) -> str:
        """What the grammar is given."""
        raise NotImplementedError

    @cached_property
    def node(self) -> Message | None:
        """The statement as the grammar sees it, such as a CreateStmt; None where it knows no such statement."""
        return self._parsed if isinstance(self._parsed, Message) else None

    @property
    def flaw(self) -> tree.NotParsed | None:
        """Why the grammar does not know it."""
        return self._parsed if isinstance(self._parsed, tree.NotParsed) else None

    @cached_property
    def _parsed(self) -> Message | tree.NotParsed | None:
        try:
            return tree.tree(self.sql)
        except tree.NotParsed as flaw:
            return flaw

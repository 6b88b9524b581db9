"""What a body holds: a statement or an expression in it, a variable of it."""

from __future__ import annotations

from msgspec import Struct

from seachange.sql.parsed import Parsed

_SELECT = "SELECT "


class Inner(Parsed, frozen=True, dict=True):
    """A statement in a body, or an expression.

    `start` is the byte of the statement around it, None where that cannot be told.  Where PL/pgSQL puts the result
    INTO variables, blanks stand for these in `text`.  `dynamic`: it is the constant that an EXECUTE is given.
    """

    text: str
    start: int | None
    expression: bool = False
    dynamic: bool = False

    @property
    def sql(self) -> str:
        """What the grammar is given: an expression as the one column of a SELECT."""
        return _SELECT + self.text if self.expression else self.text

    def byte(self, at: int) -> int | None:
        """The byte of the statement around it for the location of a node."""
        return None if self.start is None else self.start + at - (len(_SELECT) if self.expression else 0)


class Variable(Struct, frozen=True):
    """A parameter or a variable, with its type as it is written.

    `mode` is `in`, `out`, `inout`, `variadic` or `table` for a parameter, `variable`, `constant`, `cursor` or `alias`
    for what is declared.  `start` is the byte of its name in the statement around it, where that can be told.
    """

    name: str
    type: str
    mode: str
    start: int | None = None

"""What a function may be called with: keys of rows, values that columns of the same name have, guesses."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from seachange.postgres.routines import Routine
from seachange.postgres.supply import Row, Supply
from seachange.postgres.synthesis import Column
from seachange.postgres.values import DOCUMENTS, constants
from seachange.sql import parse
from seachange.sql.quote import literal

PREFIXES = ("p_", "_", "in_", "v_", "arg_", "i_", "par_", "param_")
SUFFIXES = ("_param", "_arg", "_in")
MOST = 6
"""Values of one parameter that are tried."""


class Held(NamedTuple):
    """A value that a row has."""

    table: str
    type: str
    text: str


class World:
    """Rows in the tables that are `named`, and what they hold by the names of columns; they go with the transaction."""

    def __init__(self, supply: Supply, variant: int, named: frozenset[str]) -> None:
        self._supply = supply
        self._held: defaultdict[str, list[Held]] = defaultdict(list)
        supply.begin()
        for names in sorted(one for one in supply.tables if one[-1] in named):
            row = supply.put(names, variant)
            if isinstance(row, Row):
                self._note(row, names[-1])

    def _note(self, row: Row, table: str) -> None:
        for column in row.table.columns:
            text = row.stored[column.name]
            if text is None:
                continue
            one = Held(table, column.origin, text)
            self._held[column.name].append(one)
            if column.name == "id":
                for name in (table, table.removesuffix("s"), table.removesuffix("es"), f"{table[:-3]}y"):
                    self._held[f"{name}_id"].insert(0, one)

    def arguments(self, routine: Routine, most: int) -> Iterator[list[str]]:
        """Lists of values: the likeliest of all, then another for one of them."""
        choices = [self._values(column, routine) for column in routine.parameters]
        if not all(choices):
            return
        yield [one[0] for one in choices]
        if routine.defaults:
            yield [one[0] for one in choices[: len(choices) - routine.defaults]]
        others = (
            (place, values[turn]) for turn in range(1, MOST) for place, values in enumerate(choices) if values[turn:]
        )
        for place, value in islice(others, most):
            yield [value if at == place else one[0] for at, one in enumerate(choices)]

    def _values(self, column: Column, routine: Routine) -> list[str]:
        told = constants(routine.body)
        named = {names[-1] for names in parse.mentioned(routine.body)}
        held = self._named(column, named)
        if column.origin in DOCUMENTS:
            held = list(self._documents(told))
        guesses = [one for one in self._supply.guesses(column, told) if one is not None]
        return list(dict.fromkeys((*map(literal, held[:3]), *guesses)))[:MOST]

    def _named(self, column: Column, named: set[str]) -> list[str]:
        """What columns of its name hold, and keys, in tables that the body names; then in the others."""
        name = _bare(column.name)
        fitting = [one for one in self._held[name] if one.type == column.origin]
        keys = [one for one in self._held["id"] if one.type == column.origin and one.table in named]
        near = [one for one in fitting if one.table in named]
        return [one.text for one in (*near, *fitting, *keys)]

    def _documents(self, told: tuple[str, ...]) -> Iterator[str]:
        """An object with all the keys that a body speaks of, alone and in a list."""
        known = {key: next((one.text for one in self._held[key]), "1") for key in told if key.isidentifier()}
        yield json.dumps([known])
        yield json.dumps(known)


def _bare(parameter: str) -> str:
    """The name of a parameter without what tells it from a column."""
    name = next((parameter.removeprefix(one) for one in PREFIXES if parameter.startswith(one)), parameter)
    return next((name.removesuffix(one) for one in SUFFIXES if name.endswith(one)), name)

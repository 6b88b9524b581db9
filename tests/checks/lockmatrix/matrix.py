"""The measured matrix of statements as the reference material has it: what each one locked and did."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from seachange.step import Lock

LETTERS = {
    "AS": Lock.ACCESS_SHARE,
    "RS": Lock.ROW_SHARE,
    "RX": Lock.ROW_EXCLUSIVE,
    "SUX": Lock.SHARE_UPDATE_EXCLUSIVE,
    "S": Lock.SHARE,
    "SRX": Lock.SHARE_ROW_EXCLUSIVE,
    "X": Lock.EXCLUSIVE,
    "AX": Lock.ACCESS_EXCLUSIVE,
}
ERRORS = "name/compat errors"


class Row(Struct, frozen=True):
    """One statement: what is sent before it, and what it did on the newest version.

    `setup` is another script, `before` runs in the same one.  `refused`: PostgreSQL does not carry it out.
    """

    group: str
    name: str
    sql: str
    setup: str = ""
    before: str = ""
    locks: dict[str, Lock] = {}
    work: str = ""
    since: int = 14

    @property
    def refused(self) -> bool:
        return not self.locks and "**" in self.work

    @property
    def works(self) -> bool:
        """It reads, writes anew or builds."""
        return any(word in self.work for word in ("scan ", "REWRITE", "index build"))

    @property
    def sampled(self) -> bool:
        """It works outside of a transaction only: its locks were seen by chance, or not at all."""
        return "CONCURRENTLY" in self.sql or self.sql.startswith("VACUUM")

    @property
    def dangerous(self) -> bool:
        return self.works and max(self.locks.values(), default=Lock.NONE) >= Lock.SHARE


def rows(path: Path) -> Iterator[Row]:
    group = ""
    for line in path.read_text().splitlines():
        if line.startswith("## "):
            group = line[3:]
        elif line.startswith("| ") and not line.startswith("| id |"):
            yield _row(group, [cell.strip() for cell in line.strip("| ").split(" | ")])


def _row(group: str, cells: list[str]) -> Row:
    name, statement, third, *rest = cells
    sql, _, extra = statement.partition(" <br>")
    told = dict(re.findall(r"\*(setup|pre):\* (.*)", extra))
    refused = third.startswith("**")
    since = re.search(r"\b(1[4-8])\+", " ".join(rest))
    return Row(
        group,
        name,
        sql,
        told.get("setup", ""),
        told.get("pre", ""),
        {} if refused else _locks(third),
        third if refused else rest[0],
        int(since[1]) if since else 14,
    )


def _locks(cell: str) -> dict[str, Lock]:
    found = (each.partition(":") for each in cell.split() if ":" in each)
    return {relation: LETTERS[letters.rstrip("?").split("/")[-1]] for relation, _, letters in found}

"""Functions that this server lacks and that PostgreSQL's core has under another name."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.repairs.case import Case
from seachange.repairs.missing import missing
from seachange.repairs.refusal import Refusal
from seachange.repairs.repair import Question, Repair
from seachange.sql.calls import renamed

CORE = {"uuid_generate_v4": ("gen_random_uuid", "uuid-ossp")}
"""By name: what core has, and the extension that has the other."""


def mend(refusal: Refusal, case: Case) -> Iterator[Question]:
    lacks = missing(refusal)
    if lacks is None or lacks[0] != "function" or lacks[1][-1] not in CORE:
        return
    old = lacks[1][-1]
    new, extension = CORE[old]
    repairs = [
        Repair(name="core", does=f"{old}() is {new}(), which is part of PostgreSQL.", text=renamed(case.text, old, new))
    ]
    if extension in case.extensions:
        asked = f'CREATE EXTENSION IF NOT EXISTS "{extension}"'
        repairs.append(
            Repair(name="install", does=f"The extension {extension} is installed for {old}().", before=(asked,))
        )
    yield Question(f"missing-function {old}", f"There is no function {old}() here.", tuple(repairs))

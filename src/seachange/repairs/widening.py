"""Types that hold every value of another."""

from __future__ import annotations

from seachange.rules.retyping import is_wider

INTEGERS = ("smallint", "integer", "bigint")
NUMBERS = (*INTEGERS, "numeric")


def holds(new: str, old: str) -> bool:
    """Whether each value of the type `old` is one of `new`, and PostgreSQL takes it over unasked."""
    if new == old or is_wider(old, new):
        return True
    if new == "text":
        return old.partition("(")[0] in ("character varying", "character", "name")
    if (old, new) == ("real", "double precision"):
        return True
    return new in NUMBERS and old in INTEGERS and NUMBERS.index(new) > NUMBERS.index(old)

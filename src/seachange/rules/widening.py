"""Types side by side: whether the values of one are values of the other with the same bytes, sorted the same."""

from __future__ import annotations

from seachange.rules.columns import base
from seachange.sql.quote import unquoted

SAME_INSIDE = frozenset(
    {
        ("character varying", "text"),
        ("text", "character varying"),
        ("cidr", "inet"),
        ("integer", "oid"),
        ("xml", "text"),
        ("text", "citext"),
        ("citext", "text"),
    }
)
"""What needs no conversion, where the new type has no modifier."""
SAME_IN_UTC = frozenset(
    {
        ("timestamp without time zone", "timestamp with time zone"),
        ("timestamp with time zone", "timestamp without time zone"),
    }
)
"""What needs none as long as the session's time zone is UTC."""
SORTED_OTHERWISE = frozenset({("text", "citext"), ("citext", "text"), ("integer", "oid"), *SAME_IN_UTC})
"""Of these, what is sorted by another operator: indexes are built anew."""
LENGTHENED = frozenset({"character varying", "bit varying"})
MADE_FINER = frozenset(
    {
        "timestamp without time zone",
        "timestamp with time zone",
        "time without time zone",
        "time with time zone",
        "interval",
    }
)
FINEST = 6
"""Digits of a second where the type says nothing."""


def is_wider(old: str, new: str, *, utc: bool = False) -> bool:
    """Whether every value of the old type is one of the new, with the same bytes.  `utc`: the session's time zone."""
    if old == new:
        return True
    if old.endswith("[]") or new.endswith("[]"):
        return False
    here, there = base(old), base(new)
    if here != there:
        return _is_same_inside((_named(here), _named(there)), old, new, utc=utc)
    if here == "numeric":
        return _has_more_digits(_modifiers(old), _modifiers(new))
    before, after = _modifiers(old), _modifiers(new)
    if here in MADE_FINER:
        return _is_as_fine(before, after)
    return here in LENGTHENED and (not after or (bool(before) and after >= before))


def is_sorted_otherwise(old: str, new: str) -> bool:
    """Whether an index on a column of the old type does not serve the new one."""
    return (_named(base(old)), _named(base(new))) in SORTED_OTHERWISE


def _is_same_inside(kinds: tuple[str, str], old: str, new: str, *, utc: bool) -> bool:
    if kinds in SAME_IN_UTC:
        return utc and _is_as_fine(_modifiers(old), _modifiers(new))
    return kinds in SAME_INSIDE and "(" not in new


def _is_as_fine(before: list[int], after: list[int]) -> bool:
    return (after or [FINEST]) >= (before or [FINEST])


def _has_more_digits(old: list[int], new: list[int]) -> bool:
    return not new or (bool(old) and new[0] >= old[0] and new[1:] == old[1:])


def _named(type: str) -> str:
    """Without its schema."""
    return unquoted(type)[-1]


def _modifiers(type: str) -> list[int]:
    """The numbers in parentheses."""
    inside = type.partition("(")[2].partition(")")[0]
    return [int(each) for each in inside.split(",")] if inside else []

"""The rule table answers for everything that the catalog reads."""

from __future__ import annotations

import pytest

from seachange.catalog.facts import KINDS
from seachange.rules.table import RULES, WHOLES

ADDRESS = frozenset({"names", "args"})


def test_every_kind_has_a_rule() -> None:
    assert set(RULES) == set(KINDS)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_field_that_makes_a_difference_is_answered(kind: str) -> None:
    fields = set(KINDS[kind].__struct_fields__) - ADDRESS - KINDS[kind].aside
    assert set(RULES[kind].alter) == fields


@pytest.mark.parametrize("whole", sorted(WHOLES))
def test_the_parts_of_a_kind_are_kinds(whole: str) -> None:
    assert WHOLES[whole] <= set(KINDS)
    assert RULES[whole].later <= set(KINDS)

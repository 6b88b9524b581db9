"""What a change is."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from seachange.catalog.facts import Fact
from seachange.catalog.ref import Ref


class Create(msgspec.Struct, frozen=True, tag="create", tag_field="verb"):
    """Something that is not there yet."""

    new: Fact

    @property
    def ref(self) -> Ref:
        return self.new.ref


class Drop(msgspec.Struct, frozen=True, tag="drop", tag_field="verb"):
    """Something that should not be there."""

    old: Fact

    @property
    def ref(self) -> Ref:
        return self.old.ref


class Alter(msgspec.Struct, frozen=True, tag="alter", tag_field="verb"):
    """Something that should be different; `fields` are those that differ, in the order the kind declares them."""

    old: Fact
    new: Fact
    fields: tuple[str, ...]

    @property
    def ref(self) -> Ref:
        return self.new.ref


Change: TypeAlias = Create | Drop | Alter


def verb(change: Change) -> str:
    """create, drop or alter."""
    return str(change.__struct_config__.tag)

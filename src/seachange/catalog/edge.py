"""Who needs whom."""

from __future__ import annotations

import msgspec

from seachange.catalog.ref import Ref


class Edge(msgspec.Struct, frozen=True, order=True, gc=False, array_like=True):
    """`user` cannot exist without `used`.

    `why` is PostgreSQL's word for the dependency: normal, auto, internal, partition, extension.
    """

    user: Ref
    used: Ref
    why: str = "normal"

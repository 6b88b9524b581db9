"""Triggers and rules are switched: they fire as usual, on replicas only, always, or not at all."""

from __future__ import annotations

from seachange.catalog.ref import Ref

SWITCHES = {
    "origin": "ENABLE",
    "disabled": "DISABLE",
    "replica": "ENABLE REPLICA",
    "always": "ENABLE ALWAYS",
}
"""What ALTER says for each state."""
LETTERS = {"origin": "O", "disabled": "D", "replica": "R", "always": "A"}
"""What the catalogs have for each state."""


def state(ref: Ref) -> Ref:
    """Stands for how `ref` is switched.

    What leaves `ref` firing otherwise than it should takes its state, and what switches it makes it: a step that brings
    back what another took is in the same transaction, so that nobody sees `ref` fire in between.
    """
    return Ref(ref.kind, ref.names, ("switched",))

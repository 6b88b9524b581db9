"""A plan: what is to be done, in which order, and what for; and the folder that people keep it in."""

from __future__ import annotations

from seachange.plan.plan import FORMAT, Group, Plan, Volume, relations

__all__ = ["FORMAT", "Group", "Plan", "Volume", "relations"]

"""A plan: what is to be done, in which order, and what for."""

from __future__ import annotations

from seachange.plan.plan import FORMAT, Group, Plan

__all__ = ["FORMAT", "Group", "Plan"]

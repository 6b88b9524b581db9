"""Rules that are being written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seachange.rules.rule import Rule

RULES: Mapping[str, Rule[Any]] = {}

"""Something worth telling that does not stop the work."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Finding(Struct, frozen=True):
    """What `check` found on `about`, and what to do about it."""

    check: str
    severity: Severity
    about: str
    message: str
    advice: str = ""

"""What lint found as SARIF 2.1.0, which code scanning services read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

from seachange import __version__
from seachange.checks import checks
from seachange.checks.check import Check
from seachange.finding import Severity
from seachange.lint import words
from seachange.lint.flag import Flag, Place
from seachange.lint.linted import Linted, Unread
from seachange.lint.page import page, summary
from seachange.sql.edit import Edit

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "ROOT"


def sarif(linted: Linted) -> dict[str, object]:
    """One run.  What is allowed is there, as suppressed; what nobody knows is not."""
    told = [flag for flag in linted.flags if flag.counts or flag in linted.allowed]
    rules = {name: at for at, name in enumerate(sorted({flag.check for flag in told}))}
    texts = {file.name: file.raw for file in linted.files}
    run = {
        "tool": {
            "driver": {"name": "seachange", "version": __version__, "rules": [_rule(checks()[name]) for name in rules]}
        },
        "originalUriBaseIds": {_ROOT: {"uri": f"{Path.cwd().as_uri()}/"}},
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": _location(name), "encoding": "UTF-8"} for name in texts],
        "results": [_result(flag, rules, texts) for flag in told],
        "invocations": [_invocation(linted)],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(check: Check) -> dict[str, object]:
    return {
        "id": check.name,
        "name": check.code,
        "shortDescription": {"text": summary(check)},
        "fullDescription": {"text": f"This check is about {check.summary}."},
        "help": {"text": page(check), "markdown": page(check)},
        "defaultConfiguration": {"level": check.severity.value, "enabled": not check.optional},
    }


def _result(flag: Flag, rules: Mapping[str, int], texts: Mapping[str, bytes]) -> dict[str, object]:
    told: dict[str, object] = {
        "ruleId": flag.check,
        "ruleIndex": rules[flag.check],
        "level": flag.severity.value,
        "message": {"text": "\n".join((*words.said(flag), *words.effects(flag.effect)))},
    }
    if flag.place:
        told["locations"] = [
            {"physicalLocation": {"artifactLocation": _location(flag.place.file), "region": _region(flag.place)}}
        ]
    elif flag.about:
        told["locations"] = [{"logicalLocations": [{"fullyQualifiedName": flag.about}]}]
    if flag.edits and flag.place:
        told["fixes"] = [_fix(flag, flag.place.file, texts[flag.place.file])]
    if flag.allowed_by:
        kind = "external" if flag.allowed_by == "seachange.toml" else "inSource"
        told["suppressions"] = [{"kind": kind, "justification": flag.allowed}]
    return told


def _location(file: str) -> dict[str, str]:
    if Path(file).is_absolute():
        return {"uri": Path(file).as_uri()}
    return {"uri": quote(file), "uriBaseId": _ROOT}


def _region(place: Place) -> dict[str, int]:
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
        "charOffset": place.first,
        "charLength": place.last - place.first,
        "byteOffset": place.start,
        "byteLength": place.end - place.start,
    }


def _fix(flag: Flag, file: str, raw: bytes) -> dict[str, object]:
    replacements = list(_replacements(flag.edits, raw))
    change = {"artifactLocation": _location(file), "replacements": replacements}
    why = next((edit.why for edit in flag.edits if edit.why), flag.advice or flag.message)
    return {"description": {"text": why}, "artifactChanges": [change]}


def _replacements(edits: tuple[Edit, ...], raw: bytes) -> Iterator[dict[str, object]]:
    for edit in edits:
        first = len(raw[: edit.start].decode())
        length = len(raw[edit.start : edit.end].decode())
        region = {
            "charOffset": first,
            "charLength": length,
            "byteOffset": edit.start,
            "byteLength": edit.end - edit.start,
        }
        yield {"deletedRegion": region, "insertedContent": {"text": edit.text}}


def _invocation(linted: Linted) -> dict[str, object]:
    notes = [_not_read(one) for one in linted.unread]
    return {"executionSuccessful": not notes, "toolExecutionNotifications": notes}


def _not_read(one: Unread) -> dict[str, object]:
    place = {"physicalLocation": {"artifactLocation": _location(one.file)}}
    return {"level": Severity.ERROR.value, "message": {"text": f"{one.message}. {one.advice}"}, "locations": [place]}

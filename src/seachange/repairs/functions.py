"""Functions that this server lacks and that PostgreSQL's core has in another form, or an extension has."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from seachange.repairs.called import called_in_vain
from seachange.repairs.case import Case
from seachange.repairs.missing import missing
from seachange.repairs.refusal import Refusal
from seachange.repairs.repair import Question, Repair
from seachange.sql.calling import Call, calls
from seachange.sql.clauses import Text
from seachange.sql.edit import Edit, edited
from seachange.sql.quote import name as quoted

CORE = {
    "uuid_generate_v4": ("gen_random_uuid", "uuid-ossp", ""),
    "uuidv4": ("gen_random_uuid", "", ""),
    "uuidv7": ("gen_random_uuid", "", "New identifiers are in no order of time, as those of uuidv7() are."),
}
"""By name: what core has, the extension that has the other, and what differs."""

HASHES = {"sha224": "sha224", "sha256": "sha256", "sha384": "sha384", "sha512": "sha512"}

EXTENSIONS = {
    "pgcrypto": "crypt gen_salt digest hmac gen_random_bytes pgp_sym_encrypt pgp_sym_decrypt encrypt decrypt armor",
    "uuid-ossp": "uuid_generate_v1 uuid_generate_v1mc uuid_generate_v3 uuid_generate_v4 uuid_generate_v5 uuid_nil",
    "pg_trgm": "similarity word_similarity strict_word_similarity show_trgm",
    "unaccent": "unaccent",
    "fuzzystrmatch": "levenshtein soundex difference metaphone dmetaphone",
    "tablefunc": "crosstab connectby normal_rand",
    "earthdistance": "earth_distance ll_to_earth earth_box",
    "hstore": "hstore akeys avals hstore_to_json hstore_to_jsonb",
}
"""What has which functions."""

Rewrite = Callable[[str, Call, list[str]], str | None]
"""A call in another form, from its statement and its arguments; None where there is none."""


def mend(refusal: Refusal, case: Case) -> Iterator[Question]:
    lacks = missing(refusal)
    if lacks is None or lacks[0] != "function":
        return
    name = lacks[1][-1]
    repairs = [*_same(case, name), *_rewritten(refusal, case, lacks[1]), *_installed(case, name)]
    if repairs:
        shown = refusal.said.partition("function ")[2].partition(" does not")[0] or f"{name}()"
        yield Question(f"missing-function {name}", f"There is no function {shown} here.", tuple(repairs))


def foreseen(case: Case) -> Iterator[Question]:
    """What the body of a function calls."""
    for name in (*CORE, *(one for functions in EXTENSIONS.values() for one in functions.split())):
        if called_in_vain(case, (name,)) and (repairs := [*_same(case, name), *_installed(case, name)]):
            yield Question(f"missing-function {name}", f"There is no function {name}() here.", tuple(repairs))


def _same(case: Case, name: str) -> Iterator[Repair]:
    """The function of core that does the same."""
    if name not in CORE:
        return
    new, _, differs = CORE[name]
    spelled = ((name,), ("public", name), ("extensions", name))
    found = [one for called in spelled for one in calls(case.text, case.node, called)]
    edits = [Edit(one.start, _opening(case.text, one), new) for one in found]
    does = f"{name}() is {new}(), which is part of PostgreSQL."
    if edits:
        yield Repair(name="core", does=does, follows=differs, text=edited(case.text.encode(), edits).decode())


def _opening(sql: str, call: Call) -> int:
    """Where the name of a call ends."""
    raw = sql.encode()
    return call.start + len(raw[call.start : call.inside].rpartition(b"(")[0].rstrip())


def _installed(case: Case, name: str) -> Iterator[Repair]:
    for extension, functions in EXTENSIONS.items():
        if name in functions.split() and extension in case.extensions:
            sql = f"CREATE EXTENSION IF NOT EXISTS {quoted(extension)}"
            yield Repair(name="install", does=f"The extension {extension} is installed for {name}().", before=(sql,))


def _rewritten(refusal: Refusal, case: Case, name: tuple[str, ...]) -> Iterator[Repair]:
    """Calls with arguments that a function does not take, in the form that says what was meant."""
    forms: dict[str, tuple[Callable[[str], Rewrite | None], str]] = {
        "digest": (_digest, "A hash is computed by PostgreSQL itself."),
        "extract": (_days, "The difference of two dates is a number of days already."),
        "date_part": (_days, "The difference of two dates is a number of days already."),
        "round": (_round, "Only numeric can be rounded to a number of digits."),
        "min": (_of_uuid, "Identifiers are compared as text."),
        "max": (_of_uuid, "Identifiers are compared as text."),
    }
    if name[-1] not in forms:
        return
    form, does = forms[name[-1]]
    rewrite = form(refusal.said)
    edits = []
    for one in calls(case.text, case.node, name[-1:]) if rewrite else ():
        new = rewrite(case.text, one, _arguments(case.text, one)) if rewrite and _meant(refusal, one) else None
        edits += [Edit(one.start, one.end, new)] if new else []
    if edits:
        yield Repair(name="core", does=does, text=edited(case.text.encode(), edits[:1]).decode())


def _meant(refusal: Refusal, call: Call) -> bool:
    """Whether the server spoke of this call."""
    return refusal.at is None or call.start <= refusal.at < call.end


def _arguments(sql: str, call: Call) -> list[str]:
    text = Text(call.arguments(sql))
    return [text.written(a, b) for a, b in text.parts(0, len(text.pieces))]


def _digest(said: str) -> Rewrite | None:
    binary = "(bytea" in said

    def rewrite(sql: str, call: Call, arguments: list[str]) -> str | None:
        if len(arguments) != 2:
            return None
        hashed = HASHES.get(arguments[1].partition("::")[0].strip("'").lower())
        if hashed is None:
            return None
        return f"{hashed}({arguments[0]})" if binary else f"{hashed}(convert_to({arguments[0]}, 'UTF8'))"

    return rewrite


def _days(said: str) -> Rewrite | None:
    if "integer)" not in said:
        return None

    def rewrite(sql: str, call: Call, arguments: list[str]) -> str | None:
        inside = call.arguments(sql)
        text = Text(inside)
        words = [one.word for one in text.pieces]
        if words[1:2] == ["FROM"]:
            field, value = words[0], text.written(2, len(words))
        elif len(arguments) == 2:
            field, value = arguments[0].strip("'").upper(), arguments[1]
        else:
            return None
        whole = (
            value if value.startswith("(") and Text(value).closing(0) == len(Text(value).pieces) - 1 else f"({value})"
        )
        return {"DAY": whole, "DAYS": whole, "EPOCH": f"({whole} * 86400)"}.get(field)

    return rewrite


def _round(said: str) -> Rewrite | None:
    if "(double precision, integer)" not in said and "(real, integer)" not in said:
        return None
    return lambda sql, call, arguments: f"round(({arguments[0]})::numeric, {arguments[1]})"


def _of_uuid(said: str) -> Rewrite | None:
    if "(uuid)" not in said:
        return None
    function = said.partition("function ")[2].partition("(")[0].rpartition(".")[2]
    return lambda sql, call, arguments: f"{function}(({arguments[0]})::text)::uuid"

"""Extensions that a server does not have, and types, classes and access methods that come with them."""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import Message
from msgspec import Struct

from seachange.repairs.case import Case
from seachange.repairs.leaving import left_out
from seachange.repairs.missing import is_lost, missing
from seachange.repairs.refusal import Refusal
from seachange.repairs.repair import Outcome, Question, Repair
from seachange.sql import tree
from seachange.sql.clauses import Text
from seachange.sql.edit import Edit
from seachange.sql.nodes import CreateExtensionStmt, IndexStmt, Node, TypeName
from seachange.sql.quote import name as quoted


class Known(Struct, frozen=True):
    """An extension: Debian's package of it, and its types, each with what keeps its values as they are written."""

    package: str = "postgresql-contrib"
    types: dict[str, str] = {}
    classes: tuple[str, ...] = ()


EXTENSIONS: dict[str, Known] = {
    "postgis": Known("postgresql-{}-postgis-3", {"geography": "text", "geometry": "text"}),
    "vector": Known("postgresql-{}-pgvector", {"vector": "real[]", "halfvec": "real[]"}, ("hnsw", "ivfflat")),
    "citext": Known(types={"citext": "text"}),
    "hstore": Known(types={"hstore": "jsonb"}),
    "ltree": Known(types={"ltree": "text"}),
    "pg_trgm": Known(classes=("gin_trgm_ops", "gist_trgm_ops")),
    "timescaledb": Known("timescaledb-2-postgresql-{}"),
    "pg_cron": Known("postgresql-{}-cron"),
    "pg_partman": Known("postgresql-{}-partman"),
}


def mend(refusal: Refusal, case: Case) -> Iterator[Question]:
    if isinstance(case.node, CreateExtensionStmt) and refusal.code in ("0A000", "58P01", "42704", "XX000"):
        yield _unavailable(case, str(case.node.extname))
        return
    lacks = missing(refusal)
    if lacks and lacks[0] in ("type", "operator class", "access method") and not is_lost(case, *lacks):
        yield from _member(case, lacks[0], lacks[1][-1])
    elif refusal.code == "42704" and "has no default operator class" in refusal.said:
        yield from _no_class(refusal, case)


def _unavailable(case: Case, extension: str) -> Question:
    repair = Repair(
        name="leave-out",
        does=f"The extension {extension} is left out, for this server does not have it.",
        follows=f"Nothing of {extension} is there. {_to_have(case, extension)}",
        outcome=Outcome.REMOVED,
        text="",
    )
    asks = f"The extension {extension} cannot be installed here. {_to_have(case, extension)}"
    return Question(f"unavailable-extension {extension}", asks, (repair,), open=True)


def _to_have(case: Case, extension: str) -> str:
    known = EXTENSIONS.get(extension)
    package = known.package.format(case.version // 10000) if known else ""
    told = f"On Debian the package {package} has it. " if package else ""
    return f"{told}Install it on the server and adapt the script again, to keep what needs it."


def _member(case: Case, sort: str, name: str) -> Iterator[Question]:
    extension = next((one for one, known in EXTENSIONS.items() if name in (*known.types, *known.classes)), "")
    asks = f"There is no {sort} {name} here"
    asks += f", which the extension {extension} has. {_to_have(case, extension)}" if extension else "."
    repairs = [_installed(extension, name)] if extension in case.extensions else []
    if sort == "type":
        repairs += _types(case, extension, name)
    elif isinstance(case.node, IndexStmt):
        repairs += _plain(case, name) if sort == "operator class" else []
        repairs.append(left_out(case, f"there is no {sort} {name} here"))
    if repairs:
        yield Question(f"missing-{sort.replace(' ', '-')} {name}", asks, tuple(repairs), open=True)


def _installed(extension: str, name: str) -> Repair:
    sql = f"CREATE EXTENSION IF NOT EXISTS {quoted(extension)}"
    return Repair(name="install", does=f"The extension {extension} is installed for {name}.", before=(sql,))


def _types(case: Case, extension: str, name: str) -> Iterator[Repair]:
    if name in case.maps:
        yield _called(case, name, case.maps[name], f"map:{case.maps[name]}", "")
        return
    instead = EXTENSIONS[extension].types[name] if extension else "text"
    later = f" With {extension}, ALTER COLUMN … TYPE {name} makes it what was meant." if extension == "postgis" else ""
    follows = f"Values are kept as they are written and not checked, and no function of {name} works on them.{later}"
    called = _called(case, name, instead, instead, follows)
    if called.text != case.text:
        yield called
        yield left_out(case, f"there is no type {name} here")


def _called(case: Case, name: str, new: str, answer: str, follows: str) -> Repair:
    text, node = Text(case.text), case.node
    found = (one for one in (tree.walk(node) if node is not None else ()) if isinstance(one, TypeName))
    edits = {_type(text, one, new) for one in found if one.names and one.names[-1].string.sval == name}
    does = f"{name} is {new}, for there is no type {name} here."
    return Repair(name=answer, does=does, follows=follows, text=text.changed(edits))


def _type(text: Text, written: Node, new: str) -> Edit:
    """The name of a type with its modifier; what makes it an array stays."""
    at = text.at(written.location) + 2 * (len(written.names) - 1)
    if at + 1 < len(text.pieces) and text.pieces[at + 1].word == "(":
        at = text.closing(at + 1)
    return Edit(written.location, text.pieces[at].end, new)


def _plain(case: Case, name: str) -> Iterator[Repair]:
    """A B-tree over the same columns."""
    text = Text(case.text)
    edits = [Edit(one.start - 1, one.end, "") for one in text.pieces if one.word == name.upper()]
    using = next((i for i, one in enumerate(text.pieces) if one.word == "USING"), None)
    if using is not None:
        edits.append(Edit(text.pieces[using].start, text.pieces[using + 2].start, ""))
    yield Repair(
        name="btree",
        does=f"A plain index over the same columns, for there is no operator class {name} here.",
        follows="It serves searches for equal values only, and long texts do not fit into it.",
        text=text.changed(edits),
    )


def _no_class(refusal: Refusal, case: Case) -> Iterator[Question]:
    """An index of a method that has no way with the type; often one that came in place of another type."""
    node: Message | None = case.node
    if not isinstance(node, IndexStmt):
        return
    method = str(node.access_method)
    repair = left_out(case, f"an index with {method} cannot have a column of this type")
    shown = str(node.idxname) or f"of {node.relation.relname}"
    yield Question(f"no-operator-class {shown}", f"{refusal.said}.", (repair,), open=True)

"""The text of an adapted script, read again, is what was run; what was not changed is the same byte for byte."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seachange.adapt.draft import Done, Drafts, drafts
from seachange.adapt.writing import files
from seachange.repairs.refusal import Refusal
from seachange.repairs.repair import Question, Repair
from seachange.sql.migration import Written, taken_apart

STATEMENTS = (
    "CREATE TABLE a (id integer) /* within */",
    "SELECT 'a;b', $$;$$",
    "DO $x$ BEGIN\n  NULL;\nEND $x$",
    "CREATE VIEW v AS\n  SELECT 1 -- one;\n  AS x",
    "SELECT 'é'",
)
REPAIRS = (
    None,
    Repair(name="change", does="It is another.", text="SELECT 2 -- another\n, 3"),
    Repair(name="leave-out", does="It is left out.", text=""),
    Repair(name="before", does="Something comes before.", before=("SELECT 'before'",)),
    Repair(name="after", does="Something comes after.", after=("SELECT 'after'",)),
)
BEHIND = (";", ";\n", "; -- remark\n", " ;  ", ";\n\n-- about the next\n", ";\r\n", "; /* a\n b */ ")
PIECES = st.tuples(st.sampled_from(STATEMENTS), st.sampled_from(BEHIND), st.sampled_from(REPAIRS))


def repaired(script: Drafts, repairs: list[Repair | None]) -> Drafts:
    """From the end, so that numbers stay what they are."""
    for number in reversed(range(len(repairs))):
        if repair := repairs[number]:
            done = Done(Question("key", "Asked.", (repair,)), repair, Refusal(code="", said="no"))
            script = script.repaired(number, done)
    return script


@given(
    st.lists(PIECES, min_size=1, max_size=6),
    st.sampled_from(["", "\n", " -- the end", "\n-- the end\n"]),
    st.booleans(),
)
def test_what_is_written_is_what_was_run(
    pieces: list[tuple[str, str, Repair | None]],
    end: str,
    ended: bool,
) -> None:
    text = "".join(statement + behind for statement, behind, _ in pieces)
    if not ended:
        text = text.rstrip().rpartition(";")[0] if pieces[-1][1].startswith((";", " ;")) else text
        if text.count("\n") and not text.strip():
            return
    raw = (text + end).encode()
    script = drafts([taken_apart(raw, "script.sql")])
    if [one.text for one in script.all] != [statement for statement, _, _ in pieces]:
        return
    script = repaired(script, [repair for _, _, repair in pieces])
    out = files(script)["script.sql"]
    again = taken_apart(out, "script.sql")
    assert [_said(one) for one in again.up] == [_plain(one.text) for one in script.all if one.text], out.decode()
    for draft in script.all:
        if not draft.changed:
            assert draft.text.encode() in out
    if not any(draft.changed for draft in script.all):
        assert out == raw


def _said(one: Written) -> str:
    return _plain(one.text)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").removesuffix(" -- the end")

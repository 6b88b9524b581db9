"""A script tried on a state, with the first answer to every question, or with those that are given."""

from __future__ import annotations

from collections.abc import Mapping

import psycopg

from seachange.adapt.draft import Drafts, drafts
from seachange.adapt.trial import Wish, attempt
from seachange.postgres.attempts import Attempts
from seachange.postgres.extract import extract
from seachange.repairs.repair import Question, Repair
from seachange.sql.migration import taken_apart

SECONDS = 30


def mended(
    database: str,
    state: str,
    script: str,
    answers: Mapping[str, str] | None = None,
    maps: Mapping[str, str] | None = None,
) -> Drafts:
    """`script` after a pass over it in a database that holds `state`."""

    def decide(question: Question) -> Repair:
        wanted = (answers or {}).get(question.key)
        return next((one for one in question.repairs if one.name == wanted), question.repairs[0])

    with psycopg.connect(database, autocommit=True) as session:
        session.execute(state.encode())
        wish = Wish(extract(session), decide, maps or {})
        return attempt(Attempts(session, SECONDS), drafts([taken_apart(script.encode(), "script.sql")]), wish)


def texts(found: Drafts) -> list[str]:
    """The statements as they are run."""
    return [draft.text for draft in found.all if draft.text]


def keys(found: Drafts) -> list[str]:
    """The questions that were answered, in order."""
    return [done.question.key for draft in found.all for done in draft.done if not draft.added]

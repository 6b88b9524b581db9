"""Publications and subscriptions.  No publisher is ever called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seachange.catalog.facts.outside import Publication, PublishedSchema, PublishedTable, Subscription
from seachange.rules.addresses import block
from seachange.rules.columns import locked
from seachange.rules.rule import REBUILD, Alteration, Context, Rule, Steps
from seachange.rules.secrets import HIDDEN, without_secrets
from seachange.sql.quote import listed, literal, name, path
from seachange.step import Lock, Risk, Stage, Step


def create_publication(publication: Publication, around: Context) -> Steps:
    everything = " FOR ALL TABLES" if publication.all_tables else ""
    options = _published(publication, Publication(publication.names))
    yield Step(
        sql=f"CREATE PUBLICATION {path(publication.names)}{everything} WITH ({options})",
        stage=Stage.PRIVILEGES,
        makes=frozenset({publication.ref}),
    )


def _published(new: Publication, old: Publication) -> str:
    said = [f"publish = {literal(', '.join(new.publish))}"]
    if new.via_partition_root != old.via_partition_root:
        said.append(f"publish_via_partition_root = {_word(new.via_partition_root)}")
    if new.generated_columns != old.generated_columns:
        said.append(f"publish_generated_columns = {new.generated_columns or 'none'}")
    return ", ".join(said)


def _word(value: bool) -> str:
    return "true" if value else "false"


def alter_publication(old: Publication, new: Publication, around: Context) -> Steps:
    yield Step(
        sql=f"ALTER PUBLICATION {path(new.names)} SET ({_published(new, old)})",
        stage=Stage.PRIVILEGES,
        alters=frozenset({new.ref}),
        risks=frozenset({Risk.BREAKS_CLIENTS}),
    )


def drop_publication(publication: Publication, around: Context) -> Steps:
    yield Step(
        sql=f"DROP PUBLICATION {path(publication.names)}",
        stage=Stage.REMOVE,
        takes=frozenset({publication.ref}),
        risks=frozenset({Risk.BREAKS_CLIENTS}),
    )


def publish_table(table: PublishedTable, around: Context) -> Steps:
    columns = f" ({listed(table.columns)})" if table.columns else ""
    where = f" WHERE ({table.where})" if table.where else ""
    yield Step(
        sql=f"ALTER PUBLICATION {name(table.args[0])} ADD TABLE ONLY {path(table.names)}{columns}{where}",
        stage=Stage.PRIVILEGES,
        makes=frozenset({table.ref}),
        locks=locked(table.names, around, Lock.SHARE_UPDATE_EXCLUSIVE),
    )


def withdraw_table(table: PublishedTable, around: Context) -> Steps:
    yield Step(
        sql=f"ALTER PUBLICATION {name(table.args[0])} DROP TABLE ONLY {path(table.names)}",
        stage=Stage.REMOVE,
        takes=frozenset({table.ref}),
        locks=locked(table.names, around, Lock.SHARE_UPDATE_EXCLUSIVE),
        risks=frozenset({Risk.BREAKS_CLIENTS}),
    )


def publish_schema(schema: PublishedSchema, around: Context) -> Steps:
    yield Step(
        sql=f"ALTER PUBLICATION {name(schema.args[0])} ADD TABLES IN SCHEMA {path(schema.names)}",
        stage=Stage.PRIVILEGES,
        makes=frozenset({schema.ref}),
    )


def withdraw_schema(schema: PublishedSchema, around: Context) -> Steps:
    yield Step(
        sql=f"ALTER PUBLICATION {name(schema.args[0])} DROP TABLES IN SCHEMA {path(schema.names)}",
        stage=Stage.REMOVE,
        takes=frozenset({schema.ref}),
        risks=frozenset({Risk.BREAKS_CLIENTS}),
    )


ALTERABLE = (
    *("binary", "streaming", "disable_on_error", "password_required"),
    *("run_as_owner", "origin", "synchronous_commit"),
)
"""Options of a subscription that can be changed without its publisher."""
OPTIONS = (*ALTERABLE, "two_phase", "failover")


def create_subscription(subscription: Subscription, around: Context) -> Steps:
    """Made without calling the publisher: which tables there are, REFRESH PUBLICATION asks it later."""
    born = Subscription(subscription.names)
    options = ["connect = false", f"slot_name = {_slot(subscription)}", *_options(born, subscription, OPTIONS)]
    publications = listed(subscription.publications)
    yield Step(
        sql=f"CREATE SUBSCRIPTION {path(subscription.names)} CONNECTION {_connection(subscription)} "
        f"PUBLICATION {publications} WITH ({', '.join(options)})",
        stage=Stage.PRIVILEGES,
        makes=frozenset({subscription.ref}),
        why=_why(subscription),
    )
    if subscription.enabled:
        yield _alter(subscription, "ENABLE", around)


def _slot(subscription: Subscription) -> str:
    return "NONE" if subscription.slot is None else literal(subscription.slot)


def _connection(subscription: Subscription) -> str:
    return literal(without_secrets(subscription.connection or ""))


def _why(subscription: Subscription) -> str:
    if subscription.connection is None:
        return "The connection string could not be read: set it by hand."
    secret = " Secrets are never read: set those of the connection string by hand." * (
        HIDDEN in subscription.connection
    )
    return "The publisher is not called: create the slot there, then REFRESH PUBLICATION." + secret


def _options(old: Subscription, new: Subscription, options: tuple[str, ...]) -> list[str]:
    return [
        f"{option} = {_said(getattr(new, option))}"
        for option in options
        if getattr(new, option) != getattr(old, option)
    ]


def _said(value: bool | str) -> str:
    return _word(value) if isinstance(value, bool) else literal(value)


def _alter(subscription: Subscription, action: str, around: Context, **more: Any) -> Step:
    return Step(
        sql=f"ALTER SUBSCRIPTION {path(subscription.names)} {action}",
        stage=Stage.PRIVILEGES,
        alters=frozenset({subscription.ref}),
        **more,
    )


def reconnect(old: Subscription, new: Subscription, around: Context) -> Steps:
    yield _alter(new, f"CONNECTION {_connection(new)}", around, why=_why(new))


def subscribe(old: Subscription, new: Subscription, around: Context) -> Steps:
    yield _alter(new, f"SET PUBLICATION {listed(new.publications)} WITH (refresh = false)", around, why=_why(new))


def set_options(old: Subscription, new: Subscription, around: Context) -> Steps:
    yield _alter(new, f"SET ({', '.join(_options(old, new, ALTERABLE))})", around)


def switch(old: Subscription, new: Subscription, around: Context) -> Steps:
    """What cannot change while it runs: whether it runs, and its slot."""
    actions = [f"SET (slot_name = {_slot(new)})"] if new.slot != old.slot else []
    if new.enabled != old.enabled or actions:
        actions = [*(["DISABLE"] if old.enabled else []), *actions, *(["ENABLE"] if new.enabled else [])]
    yield Step(
        sql=block(f"ALTER SUBSCRIPTION {path(new.names)} {action}" for action in actions),
        stage=Stage.PRIVILEGES,
        alters=frozenset({new.ref}),
    )


def drop_subscription(subscription: Subscription, around: Context) -> Steps:
    """Its slot on the publisher is left, for no publisher is called."""
    label = path(subscription.names)
    actions = (f"ALTER SUBSCRIPTION {label} DISABLE", f"ALTER SUBSCRIPTION {label} SET (slot_name = NONE)")
    yield Step(
        sql=block((*(actions if subscription.slot is not None else ()), f"DROP SUBSCRIPTION {label}")),
        stage=Stage.REMOVE,
        takes=frozenset({subscription.ref}),
        risks=frozenset({Risk.BREAKS_CLIENTS}),
        why="" if subscription.slot is None else f"The publisher keeps the slot {subscription.slot}: drop it there.",
    )


RULES: Mapping[str, Rule[Any]] = {
    "publication": Rule[Publication](
        create_publication,
        drop_publication,
        {
            "all_tables": REBUILD,
            **dict.fromkeys(("publish", "via_partition_root", "generated_columns"), Alteration(alter_publication)),
        },
    ),
    "publication relation": Rule[PublishedTable](publish_table, withdraw_table, {"columns": REBUILD, "where": REBUILD}),
    "publication namespace": Rule[PublishedSchema](publish_schema, withdraw_schema, {}),
    "subscription": Rule[Subscription](
        create_subscription,
        drop_subscription,
        {
            "connection": Alteration(reconnect),
            "publications": Alteration(subscribe),
            **dict.fromkeys(("enabled", "slot"), Alteration(switch)),
            **dict.fromkeys(ALTERABLE, Alteration(set_options)),
            **dict.fromkeys(("two_phase", "failover"), REBUILD),
        },
    ),
}

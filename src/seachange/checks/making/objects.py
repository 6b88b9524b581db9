"""Views, indexes, sequences, types, routines, triggers, policies, schemas: what is made beside tables."""

from __future__ import annotations

from msgspec.structs import replace

from seachange.catalog.facts import Fact
from seachange.catalog.facts.outside import Extension
from seachange.catalog.facts.relations import (
    CompositeTypeColumn,
    Index,
    MaterializedView,
    Policy,
    Rule,
    Schema,
    Sequence,
    Statistics,
    Trigger,
    View,
    ViewColumn,
)
from seachange.catalog.facts.types import CompositeType, Domain, DomainConstraint, Enum, Range
from seachange.catalog.ref import Ref
from seachange.checks.doing.deed import is_partitioned
from seachange.checks.making import columns, queries
from seachange.checks.making.dropping import named
from seachange.checks.making.facts import changed, chosen, gone, made, names, part_of_index, placed
from seachange.checks.typed import type_of
from seachange.checks.world import World
from seachange.sql import tree
from seachange.sql.nodes import (
    CONSTR_CHECK,
    CONSTR_DEFAULT,
    CONSTR_NOTNULL,
    AlterDomainStmt,
    AlterEnumStmt,
    AlterPolicyStmt,
    AlterSeqStmt,
    CompositeTypeStmt,
    Constraint,
    CreateDomainStmt,
    CreateEnumStmt,
    CreateExtensionStmt,
    CreatePolicyStmt,
    CreateRangeStmt,
    CreateSchemaStmt,
    CreateSeqStmt,
    CreateStatsStmt,
    CreateTrigStmt,
    IndexStmt,
    Node,
    RefreshMatViewStmt,
    RoleSpec,
    RuleStmt,
    ViewStmt,
)
from seachange.sql.quote import path as quoted


def create_view(statement: ViewStmt, world: World) -> World:
    old = world.relation(statement.view)
    place = old.names if isinstance(old, View) and statement.replace else world.place(statement.view)
    query = tree.inner(statement.query)
    labels = names(statement.aliases)
    output = queries.output(query, world)
    given = [(labels[at] if at < len(labels) else label, type) for at, (label, type) in enumerate(output)]
    options = tuple(f"{each.def_elem.defname}={_word(each.def_elem.arg) or 'true'}" for each in statement.options)
    view = View(place, definition=tree.statement(query), options=options)
    columns = (ViewColumn((*place, label), position=at, type=type) for at, (label, type) in enumerate(given, 1))
    kept = changed if isinstance(old, View) else made
    return world.after(kept(view, *columns))


def _word(value: Node) -> str:
    node = value.WhichOneof("node")
    inside = getattr(value, node) if node else None
    return str(getattr(inside, "sval", getattr(inside, "ival", getattr(inside, "boolval", "")))).lower()


def create_index(statement: IndexStmt, world: World) -> World:
    table = world.path(statement.relation)
    keys = [each.index_elem for each in statement.index_params]
    parts = tuple(each.name or _called(each.expr) for each in keys)
    label = statement.idxname or chosen(table, (*parts, "idx"), world, relation=True)
    if statement.if_not_exists and world.at((table[0], label)) is not None:
        return world
    index = Index(
        (table[0], label),
        table=table,
        method=statement.access_method or "btree",
        unique=statement.unique,
        columns=tuple(each.name for each in keys),
        keys=tuple(each.name or tree.text(each.expr) for each in keys) if any(not each.name for each in keys) else (),
        include=tuple(each.index_elem.name for each in statement.index_including_params),
        predicate=f"({tree.text(statement.where_clause)})" if statement.HasField("where_clause") else None,
        nulls_not_distinct=statement.nulls_not_distinct,
    )
    world = world.after(made(index))
    for below in world.family(table)[1:] if statement.relation.inh and is_partitioned(table, world) else ():
        world = world.after(part_of_index(index, below, world))
    return world


def _called(expression: Node) -> str:
    """What PostgreSQL calls a part of a key that is an expression."""
    node = tree.inner(expression)
    found = names(getattr(node, "funcname", ()))
    return found[-1] if found else "expr"


def refresh(statement: RefreshMatViewStmt, world: World) -> World:
    fact = world.relation(statement.relation)
    if not isinstance(fact, MaterializedView):
        return world
    return world.after(changed(replace(fact, populated=not statement.skip_data)))


def create_sequence(statement: CreateSeqStmt, world: World) -> World:
    if statement.if_not_exists and world.relation(statement.sequence) is not None:
        return world
    sequence = Sequence(world.place(statement.sequence))
    return world.after(made(_counting(sequence, statement, world)))


def alter_sequence(statement: AlterSeqStmt, world: World) -> World:
    fact = world.relation(statement.sequence)
    return world.after(changed(_counting(fact, statement, world))) if isinstance(fact, Sequence) else world


def _counting(sequence: Sequence, statement: CreateSeqStmt | AlterSeqStmt, world: World) -> Sequence:
    for each in statement.options:
        option = each.def_elem
        if option.defname == "as":
            sequence = replace(sequence, type=type_of(option.arg.type_name, world))
        elif option.defname == "owned_by":
            *table, column = names(option.arg.list.items)
            owner = world.path(named(tuple(table))) if table else None
            sequence = replace(sequence, owned_by=owner, owned_by_column=column if table else None)
    return sequence


def create_enum(statement: CreateEnumStmt, world: World) -> World:
    return world.after(made(Enum(placed(names(statement.type_name), world), labels=names(statement.vals))))


def alter_enum(statement: AlterEnumStmt, world: World) -> World:
    fact = world.type(names(statement.type_name))
    if not isinstance(fact, Enum):
        return world
    labels = list(fact.labels)
    if statement.old_val:
        labels = [statement.new_val if each == statement.old_val else each for each in labels]
    elif statement.new_val not in labels:
        near = statement.new_val_neighbor
        at = labels.index(near) + statement.new_val_is_after if near in labels else len(labels)
        labels.insert(at, statement.new_val)
    return world.after(changed(replace(fact, labels=tuple(labels))))


def create_composite(statement: CompositeTypeStmt, world: World) -> World:
    place = world.place(statement.typevar)
    found = (each.column_def for each in statement.coldeflist)
    parts = (columns.column(place, node, world, at, CompositeTypeColumn) for at, node in enumerate(found, 1))
    return world.after(made(CompositeType(place), *parts))


def create_range(statement: CreateRangeStmt, world: World) -> World:
    subtype = next(
        (each.def_elem.arg.type_name for each in statement.params if each.def_elem.defname == "subtype"), None
    )
    place = placed(names(statement.type_name), world)
    return world.after(made(Range(place, subtype=type_of(subtype, world) if subtype is not None else "")))


def create_domain(statement: CreateDomainStmt, world: World) -> World:
    place = placed(names(statement.domainname), world)
    sorts = {each.constraint.contype: each.constraint for each in statement.constraints}
    default = sorts.get(CONSTR_DEFAULT)
    domain = Domain(
        place,
        type=type_of(statement.type_name, world),
        collation=quoted(names(statement.coll_clause.collname)) if statement.HasField("coll_clause") else None,
        default=tree.text(default.raw_expr) if default is not None else None,
        not_null=CONSTR_NOTNULL in sorts,
    )
    world = world.after(made(domain))
    for each in statement.constraints:
        if each.constraint.contype == CONSTR_CHECK:
            world = world.after(made(_domain_check(domain, each.constraint, world)))
    return world


def _domain_check(domain: Domain, node: Constraint, world: World) -> DomainConstraint:
    label = node.conname
    number = 0
    while not label or (not node.conname and world.get(Ref("domain constraint", (*domain.names, label)))):
        label = f"{domain.names[-1]}_check{number or ''}"
        number += 1
    text = f"({tree.text(node.raw_expr)})"
    return DomainConstraint((*domain.names, label), expression=text, validated=not node.skip_validation)


def alter_domain(statement: AlterDomainStmt, world: World) -> World:
    domain = world.type(names(statement.type_name))
    if not isinstance(domain, Domain):
        return world
    ref = Ref("domain constraint", (*domain.names, statement.name))
    match statement.subtype:
        case "T":
            given = statement.HasField("def")
            return world.after(
                changed(replace(domain, default=tree.text(getattr(statement, "def")) if given else None))
            )
        case "N" | "O":
            return world.after(changed(replace(domain, not_null=statement.subtype == "O")))
        case "C":
            return world.after(made(_domain_check(domain, getattr(statement, "def").constraint, world)))
        case "X":
            return world.after(gone(ref))
        case "V" if isinstance(found := world.get(ref), DomainConstraint):
            return world.after(changed(replace(found, validated=True)))
    return world


def create_trigger(statement: CreateTrigStmt, world: World) -> World:
    table = world.path(statement.relation)
    function = names(statement.funcname)
    fact = Trigger((*table, statement.trigname), definition=tree.statement(statement), function=quoted(function))
    return world.after(made(fact))


def create_rule(statement: RuleStmt, world: World) -> World:
    return world.after(
        made(Rule((*world.path(statement.relation), statement.rulename), definition=tree.statement(statement)))
    )


def create_policy(statement: CreatePolicyStmt, world: World) -> World:
    fact = Policy(
        (*world.path(statement.table), statement.policy_name),
        command=statement.cmd_name or "all",
        permissive=statement.permissive,
        roles=tuple(_role(each.role_spec) for each in statement.roles) or ("public",),
        using=f"({tree.text(statement.qual)})" if statement.HasField("qual") else None,
        check=f"({tree.text(statement.with_check)})" if statement.HasField("with_check") else None,
    )
    return world.after(made(fact))


def _role(spec: RoleSpec) -> str:
    return spec.rolename or "public"


def alter_policy(statement: AlterPolicyStmt, world: World) -> World:
    fact = world.get(Ref("policy", (*world.path(statement.table), statement.policy_name)))
    if not isinstance(fact, Policy):
        return world
    if statement.roles:
        fact = replace(fact, roles=tuple(_role(each.role_spec) for each in statement.roles))
    if statement.HasField("qual"):
        fact = replace(fact, using=f"({tree.text(statement.qual)})")
    if statement.HasField("with_check"):
        fact = replace(fact, check=f"({tree.text(statement.with_check)})")
    return world.after(changed(fact))


def create_extension(statement: CreateExtensionStmt, world: World) -> World:
    fact = Extension((statement.extname,))
    return world if statement.if_not_exists and world.get(fact.ref) else world.after(made(fact))


def create_statistics(statement: CreateStatsStmt, world: World) -> World:
    if not statement.defnames:
        return world
    table = world.path(statement.relations[0].range_var)
    return world.after(made(Statistics(placed(names(statement.defnames), world), table=table)))


def create_schema(statement: CreateSchemaStmt, world: World) -> World:
    fact: Fact = Schema((statement.schemaname or statement.authrole.rolename,))
    return world if statement.if_not_exists and world.get(fact.ref) else world.after(made(fact))

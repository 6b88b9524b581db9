"""Types, and what makes values comparable, convertible and searchable."""

from __future__ import annotations

from seachange.catalog.facts.fact import Fact


class Enum(Fact, frozen=True, tag="enum"):
    """An enumerated type; the order of its labels is the order of its values."""

    labels: tuple[str, ...] = ()


class CompositeType(Fact, frozen=True, tag="composite type"):
    """A composite type; its attributes are facts of their own."""


class Domain(Fact, frozen=True, tag="domain"):
    """A domain."""

    type: str = ""
    collation: str | None = None
    default: str | None = None
    not_null: bool = False


class DomainConstraint(Fact, frozen=True, tag="domain constraint"):
    """A constraint of a domain."""

    type: str = "check"
    expression: str | None = None
    validated: bool = True


class Range(Fact, frozen=True, tag="range"):
    """A range type, with the multirange type that comes with it."""

    subtype: str = ""
    operator_class: str | None = None
    collation: str | None = None
    canonical: str | None = None
    difference: str | None = None
    multirange: str | None = None


class BaseType(Fact, frozen=True, tag="base type"):
    """A base type; a shell where `defined` is false."""

    defined: bool = True
    input: str | None = None
    output: str | None = None
    receive: str | None = None
    send: str | None = None
    typmod_in: str | None = None
    typmod_out: str | None = None
    analyze: str | None = None
    subscript: str | None = None
    length: int = -1
    by_value: bool = False
    alignment: str = "int4"
    storage: str = "plain"
    category: str = "U"
    preferred: bool = False
    default: str | None = None
    element: str | None = None
    delimiter: str = ","
    collatable: bool = False


class Cast(Fact, frozen=True, tag="cast"):
    """A cast; `args` is the target type."""

    schemaless = True

    method: str = "function"
    function: str | None = None
    context: str = "explicit"


class Operator(Fact, frozen=True, tag="operator"):
    """An operator; `args` are its left and right types, `-` for none."""

    function: str | None = None
    commutator: str | None = None
    negator: str | None = None
    restrict: str | None = None
    join: str | None = None
    hashes: bool = False
    merges: bool = False


class OperatorFamily(Fact, frozen=True, tag="operator family"):
    """An operator family; `args` is its access method."""


class OperatorClass(Fact, frozen=True, tag="operator class"):
    """An operator class; `args` is its access method."""

    family: str = ""
    type: str = ""
    default: bool = False
    stored: str | None = None


class FamilyOperator(Fact, frozen=True, tag="operator of access method"):
    """An operator in a family; `args` are access method, strategy and both types."""

    operator: str = ""
    sort_family: str | None = None
    operator_class: str | None = None


class FamilyFunction(Fact, frozen=True, tag="function of access method"):
    """A support function in a family; `args` are access method, number and both types."""

    function: str = ""
    operator_class: str | None = None


class AccessMethod(Fact, frozen=True, tag="access method"):
    """An access method of tables or indexes."""

    schemaless = True

    type: str = "index"
    handler: str = ""


class Collation(Fact, frozen=True, tag="collation"):
    """A collation.  Its encoding is the database's, or any; nobody can ask for another."""

    aside = frozenset({"encoding"})

    provider: str = "libc"
    locale: str | None = None
    ctype: str | None = None
    rules: str | None = None
    deterministic: bool = True
    encoding: str | None = None


class Conversion(Fact, frozen=True, tag="conversion"):
    """An encoding conversion."""

    source: str = ""
    target: str = ""
    function: str = ""
    default: bool = False


class TextSearchConfiguration(Fact, frozen=True, tag="text search configuration"):
    """A text search configuration; its mappings are facts of their own."""

    parser: str = ""


class TextSearchMapping(Fact, frozen=True, tag="text search mapping"):
    """The dictionaries that a configuration asks, in order, for one type of token."""

    dictionaries: tuple[str, ...] = ()


class TextSearchDictionary(Fact, frozen=True, tag="text search dictionary"):
    """A text search dictionary."""

    template: str = ""
    options: str | None = None


class TextSearchParser(Fact, frozen=True, tag="text search parser"):
    """A text search parser."""

    start: str = ""
    token: str = ""
    end: str = ""
    headline: str | None = None
    lextypes: str = ""


class TextSearchTemplate(Fact, frozen=True, tag="text search template"):
    """A text search template."""

    init: str | None = None
    lexize: str = ""

"""Conditions: JSON trees of comparisons, read once and held against the facts of a run.

A tree is `{"all": [...]}`, `{"any": [...]}`, `{"not": {...}}` or a comparison like
`{"field": "client.tags", "operator": "contains", "value": "VIP"}`. There is no language to parse
and nothing to loop over, so a condition costs at most its own size.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from automation.conditions.rules.values import (
    OPERATORS,
    Kind,
    Unreadable,
    compare,
    expected,
    observed,
)
from chassis.errors import FieldError, Invalid

DEEPEST: Final = 8
MOST_NODES: Final = 100

KindOf = Callable[[str], Kind | None]
Facts = Mapping[str, Any]


class InvalidCondition(Invalid):
    """The tree cannot be read; `errors` names the place."""

    code = "invalid_condition"
    detail = "The condition cannot be read."

    def __init__(self, place: str, code: str, message: str) -> None:
        super().__init__(errors=(FieldError(place, code, message),))


@dataclass(frozen=True, slots=True)
class Comparison:
    """One field held against one value."""

    field: str
    operator: str
    value: Any
    kind: Kind
    target: Any


@dataclass(frozen=True, slots=True)
class Group:
    """All of them (`all`), or at least one (`any`)."""

    word: str
    members: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """The opposite."""

    member: "Condition"


Condition = Comparison | Group | Negation


@dataclass(frozen=True, slots=True)
class Finding:
    """One comparison and what was found: why a condition holds or does not."""

    field: str
    operator: str
    value: Any
    actual: Any
    holds: bool


def parse(tree: Any, kind_of: KindOf, place: str = "condition") -> Condition:
    """Read a tree; `kind_of` knows the fields. Raises InvalidCondition."""
    budget = iter(range(MOST_NODES))
    return _parse(tree, kind_of, place, (1, budget))


def holds(condition: Condition, facts: Facts) -> bool:
    """Whether the condition is true of the facts (`{"client": {...}, "event": {...}}`)."""
    if isinstance(condition, Comparison):
        return _compare(condition, facts)[1]
    if isinstance(condition, Negation):
        return not holds(condition.member, facts)
    test = all if condition.word == "all" else any
    return test(holds(member, facts) for member in condition.members)


def explain(condition: Condition, facts: Facts) -> list[Finding]:
    """Every comparison of the tree with what was found, in the order written."""
    findings = []
    for comparison in comparisons(condition):
        actual, result = _compare(comparison, facts)
        findings.append(
            Finding(comparison.field, comparison.operator, comparison.value, actual, result)
        )
    return findings


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """The leaves of the tree."""
    if isinstance(condition, Comparison):
        yield condition
    elif isinstance(condition, Negation):
        yield from comparisons(condition.member)
    else:
        for member in condition.members:
            yield from comparisons(member)


def value_of(facts: Facts, field: str) -> Any:
    """The fact a dotted name stands for, or None."""
    found: Any = facts
    for part in field.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(part)
    return found


def _parse(tree: Any, kind_of: KindOf, place: str, limits: tuple[int, Iterator[int]]) -> Condition:
    depth, budget = limits
    if depth > DEEPEST or next(budget, None) is None:
        raise InvalidCondition(place, "too_complex", "The condition is too large or too deep.")
    if not isinstance(tree, dict):
        raise InvalidCondition(place, "not_an_object", "This must be an object.")
    if len(tree) == 1 and (word := next(iter(tree))) in ("all", "any", "not"):
        return _parse_group(word, tree[word], kind_of, (place, (depth + 1, budget)))
    return _parse_comparison(tree, kind_of, place)


def _parse_group(
    word: str, content: Any, kind_of: KindOf, where: tuple[str, tuple[int, Iterator[int]]]
) -> Condition:
    place, limits = where
    if word == "not":
        return Negation(_parse(content, kind_of, f"{place}.not", limits))
    if not isinstance(content, list) or not content:
        message = "This must be a list of at least one condition."
        raise InvalidCondition(f"{place}.{word}", "not_a_list", message)
    return Group(word, tuple(
        _parse(member, kind_of, f"{place}.{word}.{number}", limits)
        for number, member in enumerate(content)
    ))  # fmt: skip


def _parse_comparison(tree: dict[str, Any], kind_of: KindOf, place: str) -> Comparison:
    if extra := set(tree) - {"field", "operator", "value"}:
        name = sorted(map(str, extra))[0]
        raise InvalidCondition(f"{place}.{name}", "unknown_field", "There is no such field.")
    field, operator = tree.get("field"), tree.get("operator")
    kind = kind_of(field) if isinstance(field, str) else None
    if kind is None or not isinstance(field, str):
        message = "The catalogue has no such field for this event."
        raise InvalidCondition(f"{place}.field", "unknown_field", message)
    if not isinstance(operator, str) or operator not in OPERATORS[kind]:
        message = "This operator does not fit the field."
        raise InvalidCondition(f"{place}.operator", "unknown_operator", message)
    try:
        target = expected(kind, operator, tree.get("value"))
    except Unreadable:
        message = "This value does not fit the field and the operator."
        raise InvalidCondition(f"{place}.value", "unfit_value", message) from None
    return Comparison(field, operator, tree.get("value"), kind, target)


def _compare(comparison: Comparison, facts: Facts) -> tuple[Any, bool]:
    raw = value_of(facts, comparison.field)
    actual = observed(comparison.kind, raw)
    return raw, compare(comparison.kind, comparison.operator, actual, comparison.target)

"""Conditions: read, held against facts, bounded."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.catalogue.rules.catalogue import fields_of
from automation.conditions.rules.tree import InvalidCondition, explain, holds, parse
from automation.conditions.rules.values import NEGATIONS, OPERATORS, Kind, compare, expected

FACTS = {
    "client": {
        "name": "عبدالله الأحمد", "tags": ["VIP", "جديد"], "serial": 12, "is_archived": False,
        "birth_date": "1990-05-01", "folder_id": "0192a000-0000-7000-8000-000000000001",
        "phones": [{"number": "0501234567", "e164": "+966501234567"}],
        "staff": [{"user_id": "u1", "role": "owner"}], "source": "",
    },
    "event": {"type": "clients.client.tagged", "time": "2026-01-15T12:00:00Z", "tags": ["VIP"]},
}  # fmt: skip
KIND_OF = fields_of("clients.client.tagged")


def check(field: str, operator: str, value: Any = None) -> bool:
    tree = {"field": field, "operator": operator, "value": value}
    return holds(parse(tree, KIND_OF), FACTS)


@pytest.mark.parametrize(
    ("field", "operator", "value", "result"),
    [
        ("client.name", "eq", "عبدالله الأحمد", True),
        ("client.name", "contains", "عبدالله الاحمد", True),
        ("client.name", "starts_with", "عَبدالله", True),
        ("client.name", "ends_with", "احمد", True),
        ("client.name", "in", ["x", "عبدالله الأحمد"], True),
        ("client.name", "not_in", ["x"], True),
        ("client.tags", "contains", "VIP", True),
        ("client.tags", "not_contains", "VIP", False),
        ("client.tags", "contains_any", ["x", "VIP"], True),
        ("client.tags", "contains_all", ["x", "VIP"], False),
        ("client.serial", "gt", 11, True),
        ("client.serial", "between", [1, "12.0"], True),
        ("client.serial", "lt", "12", False),
        ("client.is_archived", "eq", False, True),
        ("client.is_archived", "exists", True, True),
        ("client.birth_date", "lt", "2000-01-01", True),
        ("client.folder_id", "eq", "0192A000-0000-7000-8000-000000000001", True),
        ("client.phones", "contains", "+966501234567", True),
        ("client.staff", "contains", "u1", True),
        ("client.source", "exists", False, True),
        ("client.source", "exists", None, False),
        ("client.source", "eq", "", False),
        ("client.source", "ne", "expo", True),
        ("event.time", "gte", "2026-01-15T15:00:00+03:00", True),
        ("event.tags", "contains", "VIP", True),
        ("event.data.tags", "contains", "VIP", False),
    ],
)
def test_a_comparison(field: str, operator: str, value: Any, result: bool) -> None:
    """AU-04, AU-06: conditions over what an event and its client say."""
    assert check(field, operator, value) is result


def ask(field: str, operator: str, value: Any = None, **more: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value, **more}


@pytest.mark.parametrize(
    ("tree", "place", "code"),
    [
        (ask("client.nothing", "eq", 1), "field", "unknown_field"),
        (ask("client.name", "gt", "a"), "operator", "unknown_operator"),
        (ask("client.serial", "gt", "a"), "value", "unfit_value"),
        (ask("client.serial", "gt", True), "value", "unfit_value"),
        (ask("client.serial", "eq", "1e999999999"), "value", "unfit_value"),
        (ask("client.birth_date", "between", ["2020-01-01"]), "value", "unfit_value"),
        ({"all": []}, "all", "not_a_list"),
        ({"any": [{"not": 5}]}, "any.0.not", "not_an_object"),
        (ask("client.name", "eq", "a", x=1), "x", "unknown_field"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_place(tree: Any, place: str, code: str) -> None:
    with pytest.raises(InvalidCondition) as refused:
        parse(tree, KIND_OF)
    [error] = refused.value.errors
    assert (error.field, error.code) == (f"condition.{place}", code)


def test_a_tree_is_bounded_in_depth_and_size() -> None:
    leaf: Any = {"field": "client.name", "operator": "exists"}
    deep = leaf
    for _ in range(8):
        deep = {"not": deep}
    for tree in (deep, {"all": [leaf] * 100}):
        with pytest.raises(InvalidCondition) as refused:
            parse(tree, KIND_OF)
        assert refused.value.errors[0].code == "too_complex"
    parse({"all": [leaf] * 99}, KIND_OF)


def test_unknown_contents_of_an_event_may_be_asked_for() -> None:
    """AU-09: events of services that came later."""
    tree = {"field": "event.amount", "operator": "gte", "value": 100}
    condition = parse(tree, fields_of("warehouse.parcel.sent"))
    assert holds(condition, {"event": {"amount": "250.00"}})
    assert not holds(condition, {"event": {"amount": "cheque"}})
    assert not holds(condition, {"event": {}})


def test_every_comparison_is_explained() -> None:
    tree = {"any": [{"field": "client.name", "operator": "eq", "value": "x"},
                    {"not": {"field": "client.serial", "operator": "gt", "value": 1}}]}  # fmt: skip
    first, second = explain(parse(tree, KIND_OF), FACTS)
    assert (first.actual, first.holds) == ("عبدالله الأحمد", False)
    assert (second.actual, second.holds) == (12, True)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
leaves = st.fixed_dictionaries({
    "field": st.sampled_from(["client.name", "client.tags", "client.serial", "event.time", "x"]),
    "operator": st.sampled_from(sorted({o for words in OPERATORS.values() for o in words})),
    "value": json_values,
})  # fmt: skip
trees = st.recursive(
    leaves | json_values,
    lambda inner: (
        st.fixed_dictionaries({"not": inner})
        | st.dictionaries(st.sampled_from(["all", "any"]), st.lists(inner, max_size=4), max_size=1)
    ),
    max_leaves=10,
)


@given(trees, st.dictionaries(st.sampled_from(["client", "event"]), json_values))
def test_any_json_is_read_or_refused_and_never_fails_on_any_facts(tree: Any, facts: Any) -> None:
    try:
        condition = parse(tree, KIND_OF)
    except InvalidCondition:
        return
    assert holds(condition, facts) in (True, False)
    assert holds(parse({"not": tree}, KIND_OF), facts) is not holds(condition, facts) or _deep(tree)


def _deep(tree: Any) -> bool:
    return str(tree).count("{") >= 8


@given(st.sampled_from(sorted(Kind)), json_values, json_values)
def test_negative_operators_are_the_exact_opposite(kind: Kind, actual: Any, value: Any) -> None:
    for negative, positive in NEGATIONS.items():
        if negative not in OPERATORS[kind]:
            continue
        try:
            target = expected(kind, positive, value)
        except ValueError:
            continue
        found = None if not isinstance(actual, str) else actual
        assert compare(kind, negative, found, target) is not compare(kind, positive, found, target)

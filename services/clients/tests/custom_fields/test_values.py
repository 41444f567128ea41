"""The pure rules of custom fields' values."""

import string
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chassis.errors import Invalid
from clients.custom_fields.rules.definitions import Definition, Definitions, Type, options_after
from clients.custom_fields.rules.filters import field_filters, shape_of
from clients.custom_fields.rules.reading import Refused, parse
from clients.custom_fields.rules.values import changed, created, position

FOLDER, OTHER = UUID(int=1), UUID(int=2)
OPTIONS = [
    {"key": "dry", "label": {"ar": "جافة", "en": "Dry"}},
    {"key": "old", "label": {"en": "Old"}, "archived": True},
]


def field(kind: Type, key: str = "x", **more: Any) -> Definition:
    options = OPTIONS if kind in ("choice", "multi_choice") else []
    return Definition(UUID(int=hash(key) % 2**64), key, kind, options=options, **more)


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("text", "  نص ", "نص"), ("long_text", "a\nb", "a\nb"), ("number", "+012.50", "12.5"),
        ("number", "-0.0", "0"), ("number", "100", "100"), ("money", "115.00", "115.00"),
        ("money", "7", "7.00"), ("date", "2026-05-17", "2026-05-17"),
        ("date", "1447-09-01 هـ", "2026-02-18"), ("date", "١/٩/١٤٤٧هـ", "2026-02-18"),
        ("date", "1447-09-01", "2026-02-18"), ("date", "1850-01-31", "1850-01-31"),
        ("datetime", "2026-05-17T12:30:00+03:00", "2026-05-17T09:30:00Z"),
        ("follow_up_time", "2026-05-17T09:30:00Z", "2026-05-17T09:30:00Z"),
        ("boolean", False, False), ("choice", "dry", "dry"),
        ("multi_choice", ["dry", "dry"], ["dry"]), ("url", "https://a.sa/x", "https://a.sa/x"),
        ("phone", "٠٥٠ ١٢٣ ٤٥٦٧", "+966501234567"), ("email", "A@Example.com", "a@example.com"),
    ],
)  # fmt: skip
def test_values_are_kept_in_one_form(kind: Type, typed: Any, kept: Any) -> None:
    """CL-46, CL-47, CL-51, CL-52, CL-53"""
    asked = field(kind, currency="SAR")
    assert parse(asked, typed, "SA") == kept
    assert parse(asked, kept, "SA") == kept


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("text", 7), ("text", " "), ("text", "x" * 501), ("text", "a\0b"), ("number", 12.5),
        ("number", "1e3"), ("number", "1.1234567"), ("number", "1" * 13), ("number", "NaN"),
        ("money", "1.005"), ("money", "1" * 13), ("date", "17/05/2026"), ("date", "2026-02-30"),
        ("date", "1447-02-30"), ("date", "1447-02-30 AH"),
        ("date", "1300-01-01 AH"), ("date", "1447-13-01 AH"),
        ("date", "20260517"), ("datetime", "2026-05-17"), ("datetime", "2026-05-17T09:30:00"),
        ("datetime", "0001-01-01T00:00:00+03:00"), ("boolean", "true"), ("boolean", 1),
        ("choice", "wet"), ("choice", "old"), ("choice", ["dry"]), ("multi_choice", "dry"),
        ("multi_choice", []), ("multi_choice", [["dry"]]), ("url", "javascript:alert(1)"),
        ("phone", "call me"), ("email", "nobody"),
    ],
)  # fmt: skip
def test_what_is_no_value_is_refused(kind: Type, typed: Any) -> None:
    """CL-28, CL-46, CL-47, CL-51, CL-52"""
    with pytest.raises(Refused):
        parse(field(kind, currency="SAR"), typed, "SA")


_EVERY: list[Type] = [
    "text", "long_text", "number", "money", "date", "datetime", "follow_up_time", "boolean",
    "choice", "multi_choice", "url", "id_number", "phone", "email",
]  # fmt: skip
_ANYTHING = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text()
    | some.text(string.digits + "+-.:TZ", max_size=25),
    lambda inner: some.lists(inner, max_size=3), max_leaves=4,
)  # fmt: skip


@given(some.sampled_from(_EVERY), _ANYTHING)
def test_anything_is_read_or_refused_and_reading_again_changes_nothing(
    kind: Type, typed: Any
) -> None:
    asked = field(kind, currency="KWD")
    try:
        kept = parse(asked, typed, "SA")
    except Refused:
        return
    assert parse(asked, kept, "EG") == kept


@given(some.decimals(-(10**11), 10**11, places=6), some.decimals(-(10**11), 10**11, places=6))
def test_numbers_stand_in_their_order(one: Decimal, two: Decimal) -> None:
    number = field("number")
    first, second = (position(number, parse(number, f"{value:f}", "SA")) for value in (one, two))
    assert (first < second, first == second) == (one < two, one == two)


@given(some.datetimes(timezones=some.just(UTC)), some.datetimes(timezones=some.just(UTC)))
def test_moments_stand_in_their_order(one: datetime, two: datetime) -> None:
    moment = field("datetime")
    first, second = (position(moment, parse(moment, v.isoformat(), "SA")) for v in (one, two))
    assert (first < second, first == second) == (one < two, one == two)


def no_prints(_: str, __: str) -> list[bytes]:
    return []


def refusal(call: Any, *given: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        call(*given)
    return {error.field: error.code for error in refused.value.errors}


def test_a_new_client_gets_defaults_and_needs_what_its_folder_asks() -> None:
    """CL-28, CL-54"""
    fields = Definitions([
        field("text", "needed", required=True), field("text", "there", required=True,
        folder_ids=[OTHER]), field("choice", "skin", default="dry", required=True),
        field("text", "gone", required=True, is_archived=True),
    ])  # fmt: skip
    assert created(fields, FOLDER, {"needed": "x"}, "SA") == {"needed": "x", "skin": "dry"}
    assert refusal(created, fields, FOLDER, {"needed": None, "skin": None}, "SA") == {
        "custom_fields.needed": "required", "custom_fields.skin": "required",
    }  # fmt: skip
    wrong = {"there": "x", "gone": "x", "nope": "x", "skin": "wet"}
    assert refusal(created, fields, FOLDER, wrong, "SA") == {
        "custom_fields.there": "field_not_in_folder", "custom_fields.gone": "field_archived",
        "custom_fields.nope": "unknown_field", "custom_fields.skin": "unknown_option",
        "custom_fields.needed": "required",
    }  # fmt: skip


def test_a_change_is_merged_and_leaves_what_it_does_not_name() -> None:
    """CL-28"""
    fields = Definitions([
        field("text", "a"), field("text", "b", required=True), field("choice", "c"),
        field("text", "gone", is_archived=True),
    ])  # fmt: skip
    stored = {"a": "1", "b": "2", "c": "old", "gone": "3"}
    after = changed(fields, FOLDER, stored, {"a": None, "c": "old", "gone": None}, "SA")
    assert after == {"b": "2", "c": "old"}
    assert changed(fields, FOLDER, stored, {}, "SA") == stored
    assert refusal(changed, fields, FOLDER, stored, {"b": None}, "SA") == {
        "custom_fields.b": "required"
    }
    assert refusal(changed, fields, FOLDER, stored, None, "SA") == {"custom_fields.b": "required"}
    assert refusal(changed, fields, FOLDER, stored, {"gone": "x", "zz": None}, "SA") == {
        "custom_fields.gone": "field_archived", "custom_fields.zz": "unknown_field",
    }  # fmt: skip


def test_options_left_out_are_archived() -> None:
    """CL-52"""
    after = options_after("choice", OPTIONS, [{"key": "new", "label": {"en": "New"}}])
    assert [(option["key"], option.get("archived", False)) for option in after] == [
        ("new", False), ("dry", True), ("old", True),
    ]  # fmt: skip


def test_filters_have_one_shape_whatever_they_ask() -> None:
    fields = Definitions([
        field("choice", "skin"), field("number", "age"), field("number", "age_from"),
        field("boolean", "vip"),
    ])  # fmt: skip
    given = {"skin": ["dry", "old", "none"], "age_to": ["30"], "age_from": ["4"], "vip": ["true"]}
    found = field_filters(fields, given, "SA", no_prints)
    assert [(one.field_key, one.shape.key) for one in found] == [
        ("age", "custom.0:0:0:0:1:0"), ("age_from", "custom.1:1:0:0:0:0"),
        ("skin", "custom.2:2:1:0:0:0"), ("vip", "custom.3:1:0:0:0:0"),
    ]  # fmt: skip
    assert [shape_of(one.shape.key) for one in found] == [one.shape for one in found]
    assert found[0].binds()["custom_0_high"] == 30_000_000
    wrong = {"skin": ["wet"], "age_to": ["x"], "vip": ["1"], "skin_from": ["dry"], "": ["x"]}
    assert refusal(field_filters, fields, wrong, "SA", no_prints) == {
        "custom.skin": "unknown_option", "custom.age_to": "not_a_number",
        "custom.vip": "not_a_boolean", "custom.skin_from": "unknown_field",
        "custom.": "unknown_field",
    }  # fmt: skip

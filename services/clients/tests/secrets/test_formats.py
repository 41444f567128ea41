"""The forms of identity numbers, and how much of one is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from clients.secrets.rules.formats import HIDDEN, Format, bare, has_form, masked


@pytest.mark.parametrize(
    ("form", "typed"),
    [
        ("sa_national_id", "1058529940"), ("sa_national_id", "١٠٠١٢٤٤٠١٩"),
        ("sa_national_id", "1058 529-940"), ("sa_iqama", "2000000006"),
        ("sa_national_id_or_iqama", "2000000006"), ("sa_national_id_or_iqama", "1058529940"),
        ("eg_national_id", "29009121201812"), ("eg_national_id", "30105150123456"),
        ("sa_commercial_register", "1010101010"), ("sa_commercial_register", "7001234567"),
    ],
)  # fmt: skip
def test_numbers_of_a_form(form: Format, typed: str) -> None:
    """CL-49"""
    assert has_form(bare(typed) or "", form)


@pytest.mark.parametrize(
    ("form", "typed"),
    [
        ("sa_national_id", "1058529941"), ("sa_national_id", "2000000006"),
        ("sa_national_id", "105852994"), ("sa_iqama", "1058529940"), ("sa_iqama", "2000000007"),
        ("eg_national_id", "19009121201812"), ("eg_national_id", "29013121201812"),
        ("eg_national_id", "29002301201812"), ("eg_national_id", "29009129901812"),
        ("eg_national_id", "2900912120181"), ("sa_commercial_register", "101010101"),
        ("sa_commercial_register", "0010101010"),
    ],
)  # fmt: skip
def test_numbers_of_another_form(form: Format, typed: str) -> None:
    """CL-49"""
    assert not has_form(bare(typed) or "", form)


@given(some.integers(0, 9), some.integers(1, 9), some.text("0123456789", min_size=10, max_size=10))
def test_one_wrong_digit_is_noticed(place: int, more: int, number: str) -> None:
    """CL-49: what Luhn promises."""
    wrong = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
    forms: list[Format] = ["sa_national_id_or_iqama"]
    assert not all(has_form(one, forms[0]) for one in (number, wrong))


@given(some.text(min_size=1))
def test_at_most_four_characters_and_half_of_a_value_are_shown(value: str) -> None:
    """CL-49"""
    shown = masked(value).removeprefix(HIDDEN)
    assert value.endswith(shown)
    assert len(shown) == min(4, len(value) // 2)


@pytest.mark.parametrize("typed", ["", "12", "x" * 41, "12 34!", "••••1234", "<b>1234"])
def test_what_is_no_number_at_all(typed: str) -> None:
    assert bare(typed) is None

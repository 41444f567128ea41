"""Ids sort by the time they were made and are read in one form only."""

from uuid import UUID

import pytest

from chassis.ids import new_id, parse_id


def test_new_ids_are_version_7_and_increase() -> None:
    made = [new_id() for _ in range(2000)]
    assert made == sorted(set(made))
    assert {(type(one), one.version) for one in made} == {(UUID, 7)}


def test_an_id_is_read_back() -> None:
    made = new_id()
    assert parse_id(str(made)) == parse_id(str(made).upper()) == made


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "{01890a5d-ac96-774b-bcce-b302099a8057}",
        "01890a5dac96774bbcceb302099a8057",
        "urn:uuid:01890a5d-ac96-774b-bcce-b302099a8057",
    ],
)
def test_other_forms_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"UUID|written like"):
        parse_id(text)

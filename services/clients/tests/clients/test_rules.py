"""Rules of clients: what is typed, how it is kept and how it is found."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.folding import fold_compact
from clients.clients.rules import contacts, staff
from clients.clients.rules.filters import filters_of
from clients.clients.rules.search import dialled, shape_of, text_filter, word_patterns
from clients.tags import rules as tags
from refs import phones

_ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهويأإآىةؤئ ًٌٍَُِّْـ"
_names = st.text(alphabet=_ARABIC + "abcXYZ 0123٤٥%_\\", min_size=1, max_size=40)


def _matches(pattern: str, text: str) -> bool:
    """LIKE, as far as a pattern of ours goes: the text between two wildcards."""
    plain = pattern[1:-1].replace("\\%", "%").replace("\\_", "_").replace("\\\\", "\\")
    return plain in text


@given(_names, st.data())
def test_every_part_of_a_name_finds_it(name: str, data: st.DataObject) -> None:
    """CL-05: prefix and middle of a word, however many spaces the typed text has."""
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start + 1, len(name)))
    kept = fold_compact(name)
    for patterns in word_patterns(name[start:end])[-1:]:
        assert all(_matches(pattern, kept) for pattern in patterns)


@given(_names)
def test_wildcards_are_taken_literally(name: str) -> None:
    for patterns in word_patterns(name):
        for pattern in patterns:
            inner = pattern[1:-1].replace("\\\\", "").replace("\\%", "").replace("\\_", "")
            assert not set(inner) & {"%", "_", "\\"}


@pytest.mark.parametrize(
    ("typed", "looked_for"),
    [
        ("0501234567", "501234567"), ("+966 50 123 4567", "966501234567"),
        ("٠٥٠١٢٣٤٥٦٧", "501234567"), ("00966501234567", "966501234567"),
        ("1234567", "1234567"), ("000123", "000123"), ("+96650", "96650"), ("0", "0"),
    ],
)  # fmt: skip
def test_a_number_is_looked_for_by_what_all_forms_share(typed: str, looked_for: str) -> None:
    """CL-17"""
    assert dialled(typed) == looked_for
    assert word_patterns(typed) == ((f"%{looked_for}%",),)


def test_digits_with_dashes_may_be_a_phone_or_a_code() -> None:
    assert word_patterns("2024-0017") == (("%20240017%",), ("%2024-0017%",))


@settings(deadline=None)  # timed on busy machines too
@given(st.integers(500000000, 599999999))
def test_a_mobile_number_is_found_in_every_form(number: int) -> None:
    """CL-17: what is typed occurs in what is kept, for numbers that can exist or not."""
    kept = contacts.phone_keys(contacts.stored_phones([_phone(f"0{number}")], "SA"))
    for written in (f"0{number}", f"+966{number}", f"00966{number}", f"{number}"[-6:]):
        assert phones.normalize(f"0{number}", "SA") is None or dialled(written) in kept[0]


def test_the_first_marked_number_is_primary_else_the_first() -> None:
    """CL-44"""
    marked = [_phone("1234"), _phone("2345", primary=True), _phone("3456", primary=True)]
    assert [p["primary"] for p in contacts.stored_phones(marked, "SA")] == [False, True, False]
    assert [p["primary"] for p in contacts.stored_phones(marked[:1], "SA")] == [True]


def test_a_number_that_cannot_be_dialled_is_kept_and_found_as_typed() -> None:
    stored = contacts.stored_phones([_phone("تحويلة 9200")], "SA")
    assert stored[0]["e164"] is None
    assert contacts.phone_keys(stored) == ["9200"]


def test_owners_and_collaborators_edit_and_watchers_watch() -> None:
    """CL-67"""
    one, two, three = (str(uuid4()) for _ in range(3))
    team = staff.assigned((), [
        {"user_id": one, "role": "owner"}, {"user_id": two, "role": "watcher"},
        {"user_id": three, "role": "collaborator"},
    ])  # fmt: skip
    assert staff.editor_ids(team) == [UUID(one), UUID(three)]
    assert staff.staff_ids(team) == [UUID(one), UUID(two), UUID(three)]
    again = staff.assigned(team, [{"user_id": two, "role": "owner"}])
    assert [member["role"] for member in again] == ["owner", "owner", "collaborator"]
    assert staff.released(again, [UUID(one)]) == again[1:]


@given(st.lists(_names, max_size=6), st.lists(_names, max_size=6))
def test_a_tag_is_on_a_client_once(present: list[str], more: list[str]) -> None:
    """CL-74"""
    keys = [tags.key_of(tag) for tag in tags.added(present, more)]
    assert len(keys) == len(set(keys))
    assert set(keys) == {tags.key_of(tag) for tag in present + more}
    assert tags.removed(tags.added(present, more), present + more) == []


def test_a_filter_names_its_shape() -> None:
    found = text_filter("name", ["عبد الله", "سارة"])
    assert found is not None
    assert found.key == "name:2/1"
    assert shape_of(found.key) == ("name", [2, 1])
    assert set(found.binds()) == {"name_0_0", "name_0_1", "name_1_0"}


def test_none_stands_for_an_empty_field() -> None:
    """CL-07, CL-13"""
    given = {"category_id": ["none"], "tag": ["VIP", "none"], "phone": ["none"], "archived": False}
    expected = {
        "category_id_none": True, "tag_or_none": ["VIP"], "phone_none": True, "archived": False,
    }  # fmt: skip
    assert filters_of(given) == (expected, [])


def test_a_text_with_nothing_to_look_for_finds_nothing() -> None:
    assert filters_of({"phone": ["abc"]}) == ({"nothing": True}, [])
    assert filters_of({"q": "  "}) == ({}, [])


def _phone(number: str, primary: bool = False) -> dict[str, object]:
    return {"number": number, "label": None, "primary": primary, "opt_out": False}

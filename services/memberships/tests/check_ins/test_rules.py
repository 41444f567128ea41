"""Who may come in."""

from itertools import combinations_with_replacement, permutations
from typing import Final
from uuid import UUID

import pytest

from chassis.ids import new_id
from memberships.check_ins.rules import Admission, NotAdmitted, Standing, admit, named
from memberships.defaults.rules import Attendance

STATUSES: Final = (
    "active", "grace", "frozen", "suspended", "pending_payment", "upcoming", "expired",
    "cancelled",
)  # fmt: skip


def admission(rule: Attendance, *statuses: str, with_grace: bool = False) -> tuple[str, str | None]:
    """By a membership of which status somebody comes in, and why not."""
    standings = [Standing(new_id(), one) for one in statuses]
    found: Admission = admit(rule, standings, with_grace=with_grace)
    return found.standing.status if found.standing else "", found.refusal


@pytest.mark.parametrize(
    ("rule", "statuses", "expected"),
    [
        (Attendance.EVERYBODY, (), ("", None)),
        (Attendance.MEMBERS, (), ("", "not_a_member")),
        (Attendance.ACTIVE, (), ("", "not_a_member")),
        (Attendance.ACTIVE, ("active",), ("active", None)),
        (Attendance.ACTIVE, ("expired", "active"), ("active", None)),
        (Attendance.ACTIVE, ("grace",), ("grace", "membership_expired")),
        (Attendance.ACTIVE, ("expired",), ("expired", "membership_expired")),
        (Attendance.ACTIVE, ("pending_payment",), ("pending_payment", "membership_unpaid")),
        (Attendance.ACTIVE, ("upcoming",), ("upcoming", "membership_upcoming")),
        (Attendance.ACTIVE, ("cancelled",), ("cancelled", "membership_cancelled")),
        (Attendance.MEMBERS, ("expired",), ("expired", None)),
        (Attendance.MEMBERS, ("cancelled",), ("cancelled", "membership_cancelled")),
        (Attendance.EVERYBODY, ("cancelled",), ("cancelled", None)),
        (Attendance.EVERYBODY, ("frozen",), ("frozen", "membership_frozen")),
        (Attendance.MEMBERS, ("expired", "suspended"), ("suspended", "membership_suspended")),
        (Attendance.EVERYBODY, ("frozen", "active"), ("active", None)),
    ],
)
def test_who_may_come_in(
    rule: Attendance, statuses: tuple[str, ...], expected: tuple[str, str | None]
) -> None:
    """ME-20: everybody, members, or who has an active membership."""
    assert admission(rule, *statuses) == expected


def test_the_days_of_tolerance_count_where_the_company_says_so() -> None:
    """ME-20"""
    assert admission(Attendance.ACTIVE, "grace", with_grace=True) == ("grace", None)
    assert admission(Attendance.ACTIVE, "frozen", "grace", with_grace=True) == ("grace", None)


def test_what_is_told_does_not_depend_on_the_order() -> None:
    """ME-07, ME-20: nobody comes in by what rests; each refusal has words of its own."""
    for rule in Attendance:
        for statuses in combinations_with_replacement(STATUSES, 3):
            [found] = {admission(rule, *one)[1] is None for one in permutations(statuses)}
            is_covered = "active" in statuses
            if {"frozen", "suspended"} & set(statuses):
                assert found == is_covered
            if is_covered:
                assert found
            codes = {admission(rule, *one)[1] for one in permutations(statuses)} - {None}
            assert codes <= NotAdmitted.reasons.keys()


def test_a_code_may_be_an_address_that_ends_with_the_clients_id() -> None:
    """ME-20: as a printed QR code has it."""
    client_id = new_id()
    for text in (
        f"https://diwan.test/v1/clients/{client_id}",
        str(client_id).upper(),
        f"x/{client_id}/",
    ):
        assert named(text) == UUID(str(client_id))
    for text in ("C-0017", f"{client_id}x", f"x{client_id}", ""):
        assert named(text) is None

"""Why a membership is what it is today: each fact with its figures, in both languages."""

from typing import Any

import pytest

from chassis.ids import new_id
from chassis.testing.person import Person
from memberships.explanations.rules.words import _TEXTS, said
from services.memberships.tests.factories import remember_client
from services.memberships.tests.memberships.holding import (
    MEMBERSHIPS,
    freeze,
    hold,
    on_the,
    pay,
)

START = "2026-01-31"


async def _explained(person: Person, membership_id: str) -> dict[str, Any]:
    return await person.get(f"{MEMBERSHIPS}/{membership_id}/explain")


def _figures(found: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one["figures"] for one in found["steps"] if one["kind"] == kind]


async def test_the_chain_of_facts_leads_to_the_renewal_date(owner: Person) -> None:
    """ME-03, ME-04: opening 14"""
    async with on_the(owner, START):
        made = await hold(owner, START, "2026-03-12", "2026-07-01")
    async with on_the(owner, "2026-07-10"):
        await freeze(owner, made, "2026-02-10", "2026-02-19")
        await freeze(owner, made, "2026-07-20", "2026-07-20", extend=False)
        await pay(owner, made, 2, paid=False)
        await pay(owner, made, 2, paid=True)
        await owner.post(f"{MEMBERSHIPS}/{made}/cancel")
        found = await _explained(owner, made)
    assert (found["status"], found["renewal_date"], found["today"]) == (
        "active", "2026-08-01", "2026-07-10"
    )  # fmt: skip
    assert [one["kind"] for one in found["steps"]] == [
        "begun", "asked", "paid", "first", "covers_skipping", "asked", "paid", "follows", "covers",
        "asked", "paid", "anew", "covers", "freeze", "freeze_lost", "ends_with_period", "is_active",
    ]  # fmt: skip
    first, second, third = [
        one for one in found["steps"] if one["kind"].startswith("covers")
    ]  # fmt: skip
    assert first["figures"] == {
        "number": "1", "length": "28", "anchor": START, "nominal_from": START,
        "nominal_to": "2026-02-28", "skipped": "10", "starts_on": START, "ends_on": "2026-03-10",
    }  # fmt: skip
    assert first["text"]["en"] == (
        "By the calendar period 1 has 28 days, from 2026-01-31 to before 2026-02-28, counted from"
        " 2026-01-31. With 10 frozen days skipped it covers 2026-01-31 to before 2026-03-10."
    )
    assert "مجمّدة" in first["text"]["ar"]
    assert (second["figures"]["nominal_to"], second["figures"]["ends_on"]) == (
        "2026-03-31", "2026-04-10"
    )  # fmt: skip
    assert third["figures"]["anchor"] == "2026-07-01"


async def test_a_period_says_why_it_begins_when_it_does(owner: Person) -> None:
    """ME-06"""
    async with on_the(owner, "2026-07-01"):
        made = await hold(owner, START, "2026-03-02", "2026-07-01")
        found = await _explained(owner, made)
    [follows], [anew] = _figures(found, "follows"), _figures(found, "anew")
    assert (follows["reached"], follows["asked_on"], follows["tolerance_days"]) == (
        "2026-02-28", "2026-03-02", "7"
    )  # fmt: skip
    assert anew["reached"] == "2026-03-31"
    begun = found["steps"][0]
    assert begun["source"]["type"] == "package"
    assert (begun["by"], "شهري" in begun["text"]["en"]) == ("user:x", True)


@pytest.mark.parametrize(("day", "status"), [
    ("2026-02-28", "grace"), ("2026-03-07", "expired"), ("2026-01-20", "upcoming"),
])  # fmt: skip
async def test_each_status_says_why(owner: Person, day: str, status: str) -> None:
    """ME-04"""
    async with on_the(owner, day):
        made = await hold(owner, START)
        found = await _explained(owner, made)
        assert (found["status"], found["steps"][-1]["kind"]) == (status, f"is_{status}")
        await pay(owner, made, 1, paid=False)
        found = await _explained(owner, made)
        assert [one["kind"] for one in found["steps"]] == [
            "begun", "asked", "unpaid", "is_pending_payment",
        ]  # fmt: skip


async def test_what_a_suspension_makes_unknown_is_said(owner: Person) -> None:
    """ME-07"""
    async with on_the(owner, "2026-02-10"):
        made = await hold(owner, START, "2026-02-05")
        await owner.post(f"{MEMBERSHIPS}/{made}/suspend")
        found = await _explained(owner, made)
    assert found["renewal_date"] is None
    assert [one["kind"] for one in found["steps"]][3:] == [
        "first", "covers_until", "asked", "paid", "waits", "suspension_open", "is_suspended",
    ]  # fmt: skip


async def test_only_who_sees_the_client_is_told(owner: Person) -> None:
    """GW-02: and of a merged one, the survivor."""
    sara, omar = [await remember_client(owner) for _ in range(2)]
    made = await hold(owner, START, client_id=omar)
    await remember_client(owner, id=str(omar), version=2, merged_into=str(sara))
    found = await _explained(owner, made)
    assert (found["client_id"], found["url"]) == (str(sara), f"/v1/clients/{sara}")
    missing = (404, "membership_not_found")
    assert await owner.refused("GET", f"{MEMBERSHIPS}/{new_id()}/explain") == missing
    async with owner.colleague("memberships:read", visibility="assigned") as stranger:
        assert await stranger.refused("GET", f"{MEMBERSHIPS}/{made}/explain") == missing


def test_every_step_has_its_words() -> None:
    for name in _TEXTS:
        figures = dict.fromkeys((
            "number", "asked_on", "count", "starts_on", "ends_on", "reached", "tolerance_days",
            "length", "nominal_from", "nominal_to", "anchor", "skipped", "from", "to", "days",
            "cancelled_on", "today", "covered_from", "renewal_date", "start_date", "package",
        ), "1") | {"unit": "hijri_month"}  # fmt: skip
        words = said(name, figures)
        assert all("{" not in text for text in words.values())

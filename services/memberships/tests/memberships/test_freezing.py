"""Frozen and suspended memberships: the same days in whatever order one comes to them."""

import asyncio
from datetime import date, timedelta
from itertools import permutations

from chassis.ids import new_id
from chassis.testing.person import Person
from services.memberships.tests.conftest import Events
from services.memberships.tests.memberships.holding import (
    MEMBERSHIPS,
    freeze,
    hold,
    on_the,
    pay,
    shown,
)

START = "2026-01-31"
OVERLAPS = (409, "freeze_overlaps")


async def test_a_freeze_is_kept_moved_and_taken_back(owner: Person, events: Events) -> None:
    """ME-07"""
    async with on_the(owner, "2026-02-01"):
        made = await hold(owner, START)
        path = f"{MEMBERSHIPS}/{made}/freezes"
        body = {"id": str(new_id()), "from": "2026-02-10", "to": "2026-02-19", "extend": True,
                "reason": "سفر"}  # fmt: skip
        answer = await owner.http.post(path, json=body)
        one = answer.json()
        assert (answer.status_code, answer.headers["location"]) == (201, f"{path}/{body['id']}")
        assert {name: one[name] for name in body} == body
        assert (one["kind"], one["membership_id"]) == ("freeze", made)
        again = await owner.http.post(path, json=body)
        assert (again.status_code, again.json()) == (200, one)
        assert await shown(owner, made) == ("active", "2026-03-10")
        found = (await owner.get(f"{MEMBERSHIPS}/{made}"))["freeze"]
        assert found == {name: one[name] for name in ("id", "kind", "from", "to", "extend")}
    async with on_the(owner, "2026-02-12"):
        assert await shown(owner, made) == ("frozen", "2026-03-10")
        # Back early: yesterday was the last frozen day.
        moved = await owner.patch(f"{path}/{one['id']}", {"to": "2026-02-11"})
        assert (moved["to"], moved["version"]) == ("2026-02-11", 2)
        assert await shown(owner, made) == ("active", "2026-03-02")
        await owner.patch(f"{path}/{one['id']}", {"extend": False})
        assert await shown(owner, made) == ("active", "2026-02-28")
        await owner.delete(f"{path}/{one['id']}")
        assert await owner.ids(path) == []
        assert await owner.refused("DELETE", f"{path}/{one['id']}") == (404, "freeze_not_found")
    told = [one["type"].rpartition(".")[2] for one in await events(owner.caller)
            if one["type"].startswith("memberships.membership.")]  # fmt: skip
    assert told == [
        "created", "started", "renewal_date_changed", "frozen", "renewal_date_changed",
        "updated", "renewal_date_changed", "updated", "renewal_date_changed", "unfrozen",
    ]  # fmt: skip


async def test_no_day_is_frozen_twice(owner: Person) -> None:
    """ME-07: neither by another freeze nor by a suspension."""
    async with on_the(owner, "2026-02-01"):
        made = await hold(owner, START)
        path = f"{MEMBERSHIPS}/{made}/freezes"
        one = await freeze(owner, made, "2026-02-10", "2026-02-12")
        other = await freeze(owner, made, "2026-02-14", "2026-02-15")
        for since, until in (
            ("2026-02-12", "2026-02-13"), ("2026-02-01", "2026-02-10"),
            ("2026-02-11", "2026-02-11"), ("2026-02-01", "2026-03-01"),
        ):  # fmt: skip
            found = await owner.refused("POST", path, {"from": since, "to": until})
            assert found == OVERLAPS
        assert await owner.refused("PATCH", f"{path}/{one['id']}", {"to": "2026-02-14"}) == OVERLAPS
        await owner.patch(f"{path}/{one['id']}", {"to": "2026-02-13"})
    async with on_the(owner, "2026-02-10"):
        assert await owner.refused("POST", f"{MEMBERSHIPS}/{made}/suspend") == OVERLAPS
        for each in (one, other):
            await owner.delete(f"{path}/{each['id']}")
        await owner.post(f"{MEMBERSHIPS}/{made}/suspend", {"reason": "إصابة"})
        over = {"from": "2026-02-09", "to": "2026-02-11"}
        assert await owner.refused("POST", path, over) == OVERLAPS
        await freeze(owner, made, "2026-01-10", "2026-01-12")


async def test_a_suspension_may_come_over_what_is_planned(owner: Person) -> None:
    """ME-07: a freeze planned for later keeps nobody from suspending today; what of it is still to
    come once that is resumed holds, and each day is skipped once.
    """
    async with on_the(owner, "2026-02-10"):
        made = await hold(owner, START)
        path = f"{MEMBERSHIPS}/{made}"
        planned = await freeze(owner, made, "2026-02-18", "2026-02-21")
        await owner.post(f"{path}/suspend")
        later = await freeze(owner, made, "2026-02-25", "2026-02-26")
    async with on_the(owner, "2026-02-20"):
        found = await owner.post(f"{path}/resume")
        # Ten days of the suspension, two that are left of one freeze, and the two of the other.
        assert (found["status"], found["renewal_date"]) == ("frozen", "2026-03-14")
        place = f"{path}/freezes/{planned['id']}"
        await owner.patch(place, {"to": "2026-02-20"})
        assert (await shown(owner, made))[1] == "2026-03-13"
        body = {"to": later["to"]}
        assert await owner.refused("PATCH", place, body) == OVERLAPS


async def test_what_does_not_hold_names_its_field(owner: Person) -> None:
    made = await hold(owner, START)
    path = f"{MEMBERSHIPS}/{made}/freezes"
    one = await freeze(owner, made, "2026-02-10", "2026-02-12")
    place = f"{path}/{one['id']}"
    body = {"from": "2026-03-10", "to": "2026-03-12"}
    for method, where, wrong, code, field in (
        ("POST", path, {"to": "2026-03-01"}, "validation_failed", "from"),
        ("POST", path, body | {"to": "2026-03-09"}, "ends_before_start", "to"),
        ("POST", path, body | {"reason": " "}, "validation_failed", "reason"),
        ("PATCH", place, {"from": "2026-02-13"}, "ends_before_start", "to"),
        ("PATCH", place, {"from": None}, "validation_failed", "from"),
        ("PATCH", place, {"kind": "suspension"}, "validation_failed", "kind"),
    ):  # fmt: skip
        assert await owner.wrong(method, where, wrong) == (code, [field])
    other = await hold(owner, START)
    elsewhere = f"{MEMBERSHIPS}/{other}/freezes/{one['id']}"
    assert await owner.refused("PATCH", elsewhere, {"to": "2026-02-11"}) == (
        404, "freeze_not_found"
    )  # fmt: skip


async def test_freezes_payments_and_their_order_make_no_difference(owner: Person) -> None:
    """ME-07: added, moved, removed, paid and reopened in any order."""
    async with on_the(owner, "2026-02-01"):
        plain = await hold(owner, START, "2026-02-20")
        for since, until in (("2026-02-05", "2026-02-09"), ("2026-03-20", "2026-04-02")):
            await freeze(owner, plain, since, until)
        expected = (await owner.get(f"{MEMBERSHIPS}/{plain}/periods"))["items"]
        days = [(one["starts_on"], one["ends_on"]) for one in expected]
        for order in permutations(range(4)):
            made = await hold(owner, START, "2026-02-20")
            await pay(owner, made, 2, paid=False)
            wrong = await freeze(owner, made, "2026-02-01", "2026-02-03")
            for step in order:
                if step == 0:
                    await freeze(owner, made, "2026-03-20", "2026-04-02")
                elif step == 1:
                    await pay(owner, made, 2, paid=True)
                elif step == 2:
                    place = f"{MEMBERSHIPS}/{made}/freezes/{wrong['id']}"
                    await owner.patch(place, {"from": "2026-02-05", "to": "2026-02-09"})
                else:
                    await pay(owner, made, 1, paid=False)
                    await pay(owner, made, 1, paid=True)
            found = (await owner.get(f"{MEMBERSHIPS}/{made}/periods"))["items"]
            assert [(one["starts_on"], one["ends_on"]) for one in found] == days, order


async def test_a_suspended_membership_goes_on_where_it_stopped(
    owner: Person, events: Events
) -> None:
    """ME-07"""
    async with on_the(owner, "2026-02-10"):
        made = await hold(owner, START)
        path = f"{MEMBERSHIPS}/{made}"
        assert await owner.refused("POST", f"{path}/resume") == (409, "membership_not_suspended")
        found = await owner.post(f"{path}/suspend", {"reason": "إصابة"})
        assert (found["status"], found["renewal_date"]) == ("suspended", None)
        assert (found["freeze"]["kind"], found["freeze"]["to"]) == ("suspension", None)
        # Once more changes nothing.
        assert await owner.post(f"{path}/suspend") == found
        [one] = (await owner.get(f"{path}/freezes"))["items"]
        assert (one["reason"], one["from"], one["extend"]) == ("إصابة", "2026-02-10", True)
        place = f"{path}/freezes/{one['id']}"
        for method in ("PATCH", "DELETE"):
            body = {"to": "2026-02-11"} if method == "PATCH" else None
            assert await owner.refused(method, place, body) == (409, "membership_suspended")
    async with on_the(owner, "2026-05-01"):
        assert await shown(owner, made) == ("suspended", None)
        found = await owner.post(f"{path}/resume")
        # Eighteen of its days were left.
        assert (found["status"], found["renewal_date"]) == ("active", "2026-05-19")
        assert (found["freeze"], found["period"]["ends_on"]) == (None, "2026-05-19")
        assert await owner.wrong("PATCH", place, {"extend": False}) == (
            "suspension_extends", ["extend"]
        )  # fmt: skip
        await owner.patch(place, {"to": "2026-04-29"})
        assert await shown(owner, made) == ("active", "2026-05-18")
    asked = [f"memberships.membership.{verb}" for verb in ("suspended", "resumed")]
    told = [one for one in await events(owner.caller) if one["type"] in asked]
    assert [one["data"]["membership"]["status"] for one in told] == ["suspended", "active"]
    assert {one["clientid"] for one in told} == {found["client_id"]}


async def test_what_was_suspended_today_was_not_suspended(owner: Person) -> None:
    async with on_the(owner, "2026-02-10"):
        made = await hold(owner, START)
        path = f"{MEMBERSHIPS}/{made}"
        await owner.post(f"{path}/suspend")
        found = await owner.post(f"{path}/resume")
        assert (found["status"], found["renewal_date"]) == ("active", "2026-02-28")
        assert await owner.ids(f"{path}/freezes") == []
    async with on_the(owner, "2026-06-01"):
        assert await owner.refused("POST", f"{path}/suspend") == (409, "membership_expired")


async def test_freezes_at_once_do_not_overlap(owner: Person) -> None:
    """ME-07: whatever races, each day is frozen once."""
    made = await hold(owner, START)
    path = f"{MEMBERSHIPS}/{made}/freezes"
    first = date(2026, 2, 5)
    bodies = [
        {"from": (first + timedelta(place)).isoformat(),
         "to": (first + timedelta(place + 3)).isoformat(), "extend": True}
        for place in range(10)
    ]  # fmt: skip
    answers = await asyncio.gather(*(owner.http.post(path, json=body) for body in bodies))
    kept = [one.json() for one in answers if one.status_code == 201]
    assert {one.status_code for one in answers} <= {201, 409}
    days = [date.fromisoformat(one["from"]) + timedelta(n) for one in kept for n in range(4)]
    assert len(days) == len(set(days))
    ends = date(2026, 2, 28) + timedelta(len(days))
    async with on_the(owner, "2026-02-01"):
        assert (await shown(owner, made))[1] == ends.isoformat()

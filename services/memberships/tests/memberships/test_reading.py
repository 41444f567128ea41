"""Memberships as they are read: their status of today, and the lists."""

from datetime import date, timedelta
from typing import Any

from chassis.ids import new_id
from chassis.testing.person import Person
from memberships.memberships.repository.rows import MembershipRepository
from memberships.memberships.rules.status import status
from memberships.memberships.use_cases.looking import known_of_each
from memberships.proof.repository import FIRST
from services.memberships.tests.factories import make_credit_type, make_package, remember_client
from services.memberships.tests.memberships.holding import (
    MEMBERSHIPS,
    freeze,
    hold,
    live_in,
    on_the,
    pay,
    shown,
)

START = "2026-01-31"


async def test_a_membership_is_read_with_what_it_follows_from(owner: Person) -> None:
    """ME-01 to ME-05"""
    sessions = (await make_credit_type(owner))["id"]
    package = await make_package(owner, joining_fee="50.00", credits=[
        {"credit_type_id": sessions, "amount": "8"}
    ])  # fmt: skip
    client_id = await remember_client(owner)
    async with on_the(owner, START):
        made = await hold(owner, START, client_id=client_id, package=package, auto_renew=True)
        await owner.patch(f"/v1/packages/{package['id']}", {"price": "999.00", "name": "other"})
        found = await owner.get(f"{MEMBERSHIPS}/{made}")
    assert found["client_id"] == str(client_id)
    assert found["url"] == f"/v1/clients/{client_id}"
    assert (found["status"], found["start_date"], found["renewal_date"]) == (
        "active", START, "2026-02-28"
    )  # fmt: skip
    sold = found["package"]
    assert (sold["price"], sold["joining_fee"], sold["version"]) == ("300.00", "50.00", 1)
    assert sold["name"] == {"ar": "شهري"}
    assert sold["credits"][0]["amount"] == "8"
    assert (found["auto_renew"], found["freeze"], found["cancelled_on"]) == (True, None, None)
    period = found["period"]
    assert (period["number"], period["starts_on"], period["ends_on"]) == (1, START, "2026-02-28")
    assert period["granted_at"] == "2026-01-31T09:00:00.000000Z"
    [listed] = (await owner.get(f"{MEMBERSHIPS}/{made}/periods"))["items"]
    assert (listed["asked_on"], listed["membership_id"], listed["id"]) == (
        START,
        made,
        period["id"],
    )
    # What was sold is not removed.
    place = f"/v1/packages/{package['id']}"
    assert await owner.refused("DELETE", place) == (409, "package_in_use")


async def test_a_status_is_that_of_today(owner: Person) -> None:
    """ME-03, ME-04, ME-06: from the first day until the tolerance is over."""
    async with on_the(owner, "2026-01-20"):
        made = await hold(owner, START, tolerance_days=7)
    for day, found in (
        ("2026-01-30", "upcoming"), ("2026-01-31", "active"), ("2026-02-27", "active"),
        ("2026-02-28", "grace"), ("2026-03-06", "grace"), ("2026-03-07", "expired"),
    ):  # fmt: skip
        async with on_the(owner, day):
            assert await shown(owner, made) == (found, "2026-02-28")
            assert await owner.ids(MEMBERSHIPS, status=found) == [made]
    await owner.patch("/v1/settings/memberships", {"tolerance_days": 8})
    async with on_the(owner, "2026-03-07"):
        assert await shown(owner, made) == ("grace", "2026-02-28")


async def test_a_day_is_one_of_the_companys(owner: Person) -> None:
    """ME-04: at midnight where the company is, not in London."""
    made = await hold(owner, START)
    for timezone, hour, found in (
        ("Pacific/Kiritimati", 9, "upcoming"), ("Pacific/Kiritimati", 10, "active"),
        ("America/Los_Angeles", 9, "upcoming"), ("Asia/Riyadh", 20, "upcoming"),
        ("Asia/Riyadh", 21, "active"),
    ):  # fmt: skip
        other = owner.service.caller()
        async with owner.service.http(other) as http:
            somebody = Person(owner.service, other, http)
            await live_in(somebody, timezone)
            made = await hold(somebody, START)
            async with on_the(somebody, "2026-01-30", hour):
                assert (await shown(somebody, made))[0] == found, (timezone, hour)


async def test_memberships_are_listed_by_all_they_are_asked_for(owner: Person) -> None:
    """ME-01"""
    sara, omar = [await remember_client(owner) for _ in range(2)]
    yearly = await make_package(owner, period={"unit": "year", "count": 1})
    async with on_the(owner, "2026-01-10"):
        a = await hold(owner, "2026-01-01", client_id=sara, auto_renew=True, external_id="a-1")
        b = await hold(owner, "2026-01-05", client_id=omar, package=yearly)
        c = await hold(owner, "2026-03-01", client_id=sara)
        await pay(owner, c, 1, paid=False)
        for asked, expected in (
            ({"client_id": str(sara)}, [a, c]), ({"package_id": yearly["id"]}, [b]),
            ({"status": ["active", "pending_payment"]}, [a, b, c]),
            ({"status": "pending_payment"}, [c]), ({"auto_renew": True}, [a]),
            ({"external_id": "a-1"}, [a]), ({"renewal_date_from": "2026-02-02"}, [b]),
            ({"renewal_date_to": "2026-02-02"}, [a]), ({"start_date_from": "2026-01-05"}, [b, c]),
            ({"start_date_to": "2026-01-05"}, [a]), ({"cancelled_on_from": "2026-01-01"}, []),
            ({"created_from": "2026-01-11T00:00:00Z"}, []), ({"client_id": str(new_id())}, []),
            ({"updated_to": "2026-01-11T00:00:00Z"}, [a, b, c]),
        ):  # fmt: skip
            found = await owner.ids(MEMBERSHIPS, sort="start_date", **asked)
            assert found == expected, asked
        assert await owner.ids(MEMBERSHIPS, sort="renewal_date") == [a, b, c]
        first = await owner.get(MEMBERSHIPS, sort="-renewal_date", limit=1)
        rest = await owner.get(MEMBERSHIPS, sort="-renewal_date", limit=5,
                               cursor=first["next_cursor"])  # fmt: skip
        assert [one["id"] for one in (*first["items"], *rest["items"])] == [c, b, a]
    assert await owner.refused("GET", f"{MEMBERSHIPS}?sort=status") == (422, "validation_failed")


async def test_the_status_of_the_lists_is_that_of_the_rules(owner: Person) -> None:
    """ME-04: for every history there is, on every day around it, SQL and rules say the same."""
    async with on_the(owner, "2026-01-20"):
        made = [await hold(owner, START), await hold(owner, START, "2026-01-20"),
                await hold(owner, "2026-03-01")]  # fmt: skip
        await freeze(owner, made[0], "2026-02-05", "2026-02-09")
        await freeze(owner, made[0], "2026-02-28", "2026-03-03", extend=False)
        await freeze(owner, made[1], "2026-04-02", "2026-04-28")
        await pay(owner, made[2], 1, paid=False)
    async with on_the(owner, "2026-02-25"):
        last = await hold(owner, START)
        await owner.post(f"{MEMBERSHIPS}/{last}/suspend")
        planned = await hold(owner, START, "2026-02-20")
        await owner.post(f"{MEMBERSHIPS}/{planned}/cancel")
    day = date(2026, 2, 25)
    for place in range(60):
        await _agree(owner, day + timedelta(place))
    async with on_the(owner, "2026-04-26"):
        # It had run out, and is asked for while it is frozen.
        again = await hold(owner, START, "2026-04-26")
        await freeze(owner, again, "2026-04-20", "2026-05-05")
    for place in range(60, 110):
        await _agree(owner, day + timedelta(place))


async def _agree(owner: Person, day: date) -> None:
    async with on_the(owner, day.isoformat()):
        listed = (await owner.get(MEMBERSHIPS, limit=50))["items"]
        async with owner.service.context.database.work(owner.caller) as work:
            some = await MembershipRepository(work).some(FIRST, 50)
            known = await known_of_each(work, some)
    expected: dict[str, Any] = {str(i): status(day, one.facts) for i, one in known.items()}
    assert {one["id"]: one["status"] for one in listed} == expected, day


async def test_only_who_sees_the_client_sees_its_membership(owner: Person) -> None:
    """GW-02: lists, single reads and changes; 404 for who does not."""
    made = await hold(owner, START)
    frozen = await freeze(owner, made, "2026-02-01", "2026-02-02")
    path = f"{MEMBERSHIPS}/{made}"
    async with owner.colleague(
        "memberships:read", "memberships:write", visibility="assigned"
    ) as stranger:
        assert await stranger.ids(MEMBERSHIPS) == []
        for method, place, body in (
            ("GET", path, None), ("GET", f"{path}/periods", None), ("GET", f"{path}/freezes", None),
            ("PATCH", path, {"note": "x"}), ("POST", f"{path}/suspend", None),
            ("POST", f"{path}/resume", None), ("POST", f"{path}/cancel", None),
            ("POST", f"{path}/reinstate", None),
            ("POST", f"{path}/freezes", {"from": "2026-02-05", "to": "2026-02-05"}),
            ("PATCH", f"{path}/freezes/{frozen['id']}", {"to": "2026-02-03"}),
            ("DELETE", f"{path}/freezes/{frozen['id']}", None),
        ):  # fmt: skip
            found = await stranger.refused(method, place, body)
            assert found == (404, "membership_not_found"), (method, place)
    async with owner.colleague("memberships:read") as reader:
        assert await reader.ids(MEMBERSHIPS) == [made]
        for method, place, body in (
            ("PATCH", path, {"note": "x"}), ("POST", f"{path}/suspend", None),
            ("DELETE", f"{path}/freezes/{frozen['id']}", None),
        ):  # fmt: skip
            assert await reader.refused(method, place, body) == (403, "forbidden")


async def test_a_merged_clients_membership_is_its_survivors(owner: Person) -> None:
    """CL-64"""
    sara, omar = [await remember_client(owner) for _ in range(2)]
    made = await hold(owner, START, client_id=omar)
    await freeze(owner, made, "2026-02-01", "2026-02-02")
    await remember_client(owner, id=str(omar), version=2, merged_into=str(sara))
    path = f"{MEMBERSHIPS}/{made}"
    assert (await owner.get(path))["client_id"] == str(sara)
    for whose in (sara, omar):
        assert await owner.ids(MEMBERSHIPS, client_id=str(whose)) == [made]
    for place in ("periods", "freezes"):
        [one] = (await owner.get(f"{path}/{place}"))["items"]
        assert (one["client_id"], one["url"]) == (str(sara), f"/v1/clients/{sara}")

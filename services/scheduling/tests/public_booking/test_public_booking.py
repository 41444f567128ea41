"""Anybody books, without an account."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from chassis.ids import new_id
from chassis.testing.clock import FrozenClock
from scheduling.public_booking import rules
from services.scheduling.tests.factories import Json, Person, remember_client
from services.scheduling.tests.staffed import AT_NINE, Others, make_booking, make_service, settle


@pytest.fixture
async def stranger(owner: Person) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody without an account, at a company that lets the public book."""
    await owner.patch("/v1/settings/scheduling", {"public_booking": True})
    async with owner.service.http() as http:
        http.base_url = httpx.URL(f"http://diwan.test/v1/public/booking/{owner.caller.tenant_id}/")
        yield http


async def public_service(owner: Person, **fields: Any) -> Json:
    fields = {"price": "50.00", "deposit": "10.00"} | fields
    return await make_service(owner, public=True, slot_minutes=30, **fields)


async def hold(stranger: httpx.AsyncClient, service: Json, **fields: Any) -> Json:
    body = {"service_id": service["id"], "starts_at": AT_NINE} | fields
    response = await stranger.post("holds", json=body)
    assert response.status_code == 201, response.text
    found: Json = response.json()
    return found


async def code(stranger: httpx.AsyncClient, path: str, body: Json) -> str:
    response = await stranger.post(path, json=body)
    assert not response.is_success, response.text
    return str(response.json()["code"])


async def test_what_is_public_is_shown(owner: Person, stranger: httpx.AsyncClient) -> None:
    """SC-06"""
    service = await public_service(owner)
    await make_service(owner)
    shown = (await stranger.get(str(stranger.base_url).rstrip("/"))).json()
    assert [one["id"] for one in shown["services"]] == [service["id"]]
    assert shown["services"][0]["staff"][0]["name"] == "موظف 0"
    assert shown["services"][0]["price"] == "50.00" and shown["services"][0]["deposit"] == "10.00"
    assert shown["services"][0]["policy"]["cancel_notice_minutes"] == 1_440
    slots = (await stranger.get("slots", params={"service_id": service["id"]})).json()
    assert slots["items"][0]["staff_ids"] == service["staff_ids"]


async def test_a_company_that_did_not_say_so_shows_nothing(owner: Person) -> None:
    async with owner.service.http() as http:
        for tenant in (owner.caller.tenant_id, "01890a5d-ac96-774b-bcce-b302099a8057"):
            answer = await http.get(f"/v1/public/booking/{tenant}")
            assert answer.status_code == 404


async def test_somebody_new_books(
    owner: Person, stranger: httpx.AsyncClient, others: Others
) -> None:
    """SC-06: hold → request → confirmed; quick-create of the client."""
    service = await public_service(owner)
    held = await hold(stranger, service)
    assert held["status"] == "held" and held["held_until"] == "2031-03-09T08:15:00Z"
    assert await code(stranger, "holds", {"service_id": service["id"], "starts_at": AT_NINE}) == (
        "session_full"
    )
    client_id = await remember_client(owner)
    others.phones["0501234567"] = client_id
    given = {"token": held["token"], "name": "سارة", "phone": "0501234567", "note": "أول مرة"}
    made = await stranger.post("bookings", json=given)
    assert made.status_code == 201 and made.json()["status"] == "requested"
    again = await stranger.post("bookings", json=given)
    assert again.status_code == 200 and again.json()["status"] == "requested"
    [booking] = (await owner.get("/v1/bookings", source="public"))["items"]
    assert booking["client_id"] == str(client_id) and booking["created_by"] == "booking:public"
    await owner.post(f"/v1/bookings/{booking['id']}/confirm")
    seen = (await stranger.get(f"bookings/{made.json()['token']}")).json()
    assert seen["status"] == "confirmed" and seen["free_until"] == "2031-03-09T09:00:00Z"


async def test_somebody_nobody_knows_is_told_the_same(
    owner: Person, stranger: httpx.AsyncClient, others: Others
) -> None:
    """SC-06: whether a phone is known is told nobody, by no answer and by no refusal."""
    service = await public_service(owner, capacity=5)
    others.phones["0501234567"] = await remember_client(owner)
    answers = []
    for phone in ("0501234567", "0507654321"):
        held = await hold(stranger, service)
        given = {"token": held["token"], "name": "سارة", "phone": phone}
        wrong = await stranger.post("bookings", json=given | {"email": "nobody"})
        assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "email")
        made = await stranger.post("bookings", json=given)
        answers.append((made.status_code, made.json() | {"token": ""}))
    assert answers[0] == answers[1] and len(others.clients) == 1


async def test_whose_answer_was_lost_books_once(
    owner: Person, stranger: httpx.AsyncClient, others: Others
) -> None:
    """GW-08: quick-create of the client once, whatever is sent again."""
    held = await hold(stranger, await public_service(owner))
    given = {"token": held["token"], "name": "سارة", "phone": "0501234567"}
    others.loses_answers = True
    assert await code(stranger, "bookings", given) == "unavailable"
    others.loses_answers = False
    both = await asyncio.gather(*(stranger.post("bookings", json=given) for _ in range(2)))
    assert sorted(one.status_code for one in both) == [200, 201] and len(others.clients) == 1
    [booking] = (await owner.get("/v1/bookings", source="public"))["items"]
    assert booking["client_id"] == str(next(iter(others.clients)))


async def test_seats_are_held_once_for_an_id_or_a_key(
    owner: Person, stranger: httpx.AsyncClient
) -> None:
    """GW-08: also where both come at once."""
    service = await public_service(owner, capacity=9)
    body: Json = {"service_id": service["id"], "starts_at": AT_NINE}
    for given, headers, reused in (
        ({"id": str(new_id())}, {}, "id_taken"),
        ({}, {"Idempotency-Key": "1"}, "idempotency_key_reused"),
    ):  # fmt: skip
        sent = (stranger.post("holds", json=body | given, headers=headers) for _ in range(3))
        answers = await asyncio.gather(*sent)
        assert sorted(one.status_code for one in answers) == [200, 200, 201]
        other = await stranger.post("holds", json=body | given | {"seats": 2}, headers=headers)
        assert other.json()["code"] == reused
    listed = await owner.get("/v1/bookings", status="held", count=True)
    assert listed["total"] == 2


async def test_the_public_books_only_what_is_offered(
    owner: Person, stranger: httpx.AsyncClient
) -> None:
    """SC-05: notice and horizon; and only at the beginning of a slot."""
    service = await public_service(owner, policy={"notice_minutes": 120, "horizon_days": 2})
    hidden = await make_service(owner)
    body = {"service_id": service["id"], "starts_at": AT_NINE}
    for wrong in (
        {"starts_at": "2031-03-10T09:10:00Z"}, {"starts_at": "2031-03-09T09:30:00Z"},
        {"starts_at": "2031-03-12T09:00:00Z"},
    ):  # fmt: skip
        assert await code(stranger, "holds", body | wrong) == "slot_not_offered"
    gone = await public_service(owner, active=False)
    for one in (hidden["id"], gone["id"], str(owner.caller.tenant_id)):
        assert await code(stranger, "holds", body | {"service_id": one}) == (
            "booking_service_not_found"
        )
    await hold(stranger, service)


async def test_a_hold_that_is_over_makes_no_client(
    owner: Person, stranger: httpx.AsyncClient, others: Others, clock: FrozenClock
) -> None:
    held = await hold(stranger, await public_service(owner))
    clock.now += timedelta(minutes=16)
    given = {"token": held["token"], "name": "سارة", "phone": "0501234567"}
    assert await code(stranger, "bookings", given) == "hold_over"
    assert not others.clients


async def test_what_is_confirmed_by_itself_is_cancelled_by_its_link(
    owner: Person, stranger: httpx.AsyncClient, others: Others, clock: FrozenClock
) -> None:
    """SC-06: policy and notice period."""
    service = await public_service(
        owner, policy={"auto_confirm": True, "cancel_notice_minutes": 60}
    )  # fmt: skip
    held = await hold(stranger, service)
    given = {"token": held["token"], "name": "سارة", "phone": "0501234567"}
    made = (await stranger.post("bookings", json=given)).json()
    assert made["status"] == "confirmed" and made["free_until"] == "2031-03-10T08:00:00Z"
    clock.now = datetime.fromisoformat("2031-03-10T08:30:00Z")
    path = f"bookings/{made['token']}/cancel"
    both = [(await stranger.post(path)).json()["status"] for _ in range(2)]
    assert both == ["cancelled", "cancelled"]
    [booking] = (await owner.get("/v1/bookings"))["items"]
    assert not booking["is_late"] and booking["client_id"] == str(next(iter(others.clients)))
    await hold(stranger, service, starts_at="2031-03-11T09:00:00Z")


@pytest.mark.parametrize(
    ("confirms_itself", "staff", "expected"),
    [(False, [], []), (True, [], []), (False, ["confirm"], ["consumed"]),
     (False, ["attend"], ["consumed"]), (True, ["attend"], ["consumed"]),
     (True, ["no-show"], []), (False, ["no-show"], []),
     (False, ["confirm", "no-show"], ["consumed"])],
)  # fmt: skip
async def test_who_knows_a_phone_spends_nobodys_credit(
    owner: Person, stranger: httpx.AsyncClient, others: Others, clock: FrozenClock,
    confirms_itself: bool, staff: list[str], expected: list[str],
) -> None:  # fmt: skip
    """SC-06: a client's credit is taken by what staff have promised, or by their coming."""
    service = await public_service(
        owner, credit_type_id=str(new_id()), policy={"auto_confirm": confirms_itself}
    )
    others.phones["0501234567"] = await remember_client(owner)
    held = await hold(stranger, service)
    given = {"token": held["token"], "name": "غريب", "phone": "0501234567"}
    token = (await stranger.post("bookings", json=given)).json()["token"]
    await settle(owner)
    assert not others.holds
    [booking] = (await owner.get("/v1/bookings"))["items"]
    for step in staff:
        if step != "confirm":
            clock.now = datetime.fromisoformat(AT_NINE) + timedelta(minutes=5)
        await owner.post(f"/v1/bookings/{booking['id']}/{step}")
    if staff in ([], ["confirm"]):
        clock.now = datetime.fromisoformat(AT_NINE) - timedelta(minutes=5)
        gone = await stranger.post(f"bookings/{token}/cancel")
        assert gone.json()["status"] == "cancelled"
        found = await owner.get(f"/v1/bookings/{booking['id']}")
        assert found["is_late"] == bool(staff)
    await settle(owner)
    await settle(owner)
    assert others.statuses() == expected


async def test_a_client_confirms_and_cancels_by_a_link(
    owner: Person, stranger: httpx.AsyncClient
) -> None:
    """SC-06: client can confirm."""
    service = await public_service(owner)
    made = await make_booking(owner, service, status="requested")
    link = await owner.post(f"/v1/bookings/{made['id']}/link")
    confirmed = await stranger.post(f"bookings/{link['token']}/confirm")
    assert confirmed.json()["status"] == "confirmed"
    gone = await stranger.post(f"bookings/{link['token']}/cancel", json={"reason": "مشغول"})
    assert gone.json()["status"] == "cancelled"
    found = await owner.get(f"/v1/bookings/{made['id']}")
    assert found["reason"] == "مشغول" and not found["is_late"]


async def test_what_a_client_asked_for_is_not_theirs_to_promise(
    owner: Person, stranger: httpx.AsyncClient, others: Others
) -> None:
    held = await hold(stranger, await public_service(owner))
    others.phones["0501234567"] = await remember_client(owner)
    given = {"token": held["token"], "name": "سارة", "phone": "0501234567"}
    made = (await stranger.post("bookings", json=given)).json()
    assert await code(stranger, f"bookings/{made['token']}/confirm", {}) == "not_by_client"


async def test_a_token_leads_to_one_company_alone(
    owner: Person, stranger: httpx.AsyncClient
) -> None:
    """GW-02"""
    held = await hold(stranger, await public_service(owner))
    other = owner.service.caller()
    async with owner.service.http() as http:
        for token in (held["token"], "nothing-that-was-ever-sealed"):
            path = f"/v1/public/booking/{other.tenant_id}/bookings/{token}"
            assert (await http.get(path)).status_code == 404


async def test_nobody_learns_of_what_another_holds_by_its_id(
    owner: Person, stranger: httpx.AsyncClient
) -> None:
    """GW-03: what staff see of a booking leads nobody to its token."""
    body: Json = {"service_id": (await public_service(owner, capacity=9))["id"],
                  "starts_at": AT_NINE}  # fmt: skip
    mine = await stranger.post("holds", json=body | {"id": str(new_id())})
    [seen] = await owner.ids("/v1/bookings")
    again = await stranger.post("holds", json=body | {"id": seen})
    assert again.status_code == 201 and again.json()["token"] != mine.json()["token"]
    assert len(await owner.ids("/v1/bookings")) == 2


async def test_only_so_much_is_held_at_once(
    owner: Person, stranger: httpx.AsyncClient, others: Others, clock: FrozenClock
) -> None:
    """GW-09: until it is said who comes, or given up, or over."""
    service = await public_service(owner, capacity=20)
    body = {"service_id": service["id"], "starts_at": AT_NINE}
    held = [await hold(stranger, service, seats=2) for _ in range(rules.MOST_HELD)]
    assert await code(stranger, "holds", body) == "too_many_held"
    await stranger.post(f"bookings/{held[0]['token']}/cancel")
    await hold(stranger, service)
    given = {"token": held[1]["token"], "name": "سارة", "phone": "0501234567"}
    await stranger.post("bookings", json=given)
    await hold(stranger, service)
    assert await code(stranger, "holds", body) == "too_many_held"
    clock.advance(minutes=16)
    await hold(stranger, service)
    assert await code(stranger, "holds", body | {"seats": 11}) == "validation_failed"


async def test_what_has_begun_is_not_cancelled_by_its_link(
    owner: Person, stranger: httpx.AsyncClient, clock: FrozenClock
) -> None:
    made = await make_booking(owner, await public_service(owner))
    link = await owner.post(f"/v1/bookings/{made['id']}/link")
    clock.now = datetime.fromisoformat(AT_NINE)
    assert await code(stranger, f"bookings/{link['token']}/cancel", {}) == "booking_begun"
    gone = await owner.post(f"/v1/bookings/{made['id']}/cancel")
    assert gone["status"] == "cancelled"


async def test_a_link_leads_nowhere_90_days_after_its_booking(
    owner: Person, stranger: httpx.AsyncClient, clock: FrozenClock
) -> None:
    """GW-03: as one that was never given."""
    made = await make_booking(owner, await public_service(owner))
    token = (await owner.post(f"/v1/bookings/{made['id']}/link"))["token"]
    clock.now = datetime.fromisoformat("2031-03-10T10:00:00Z") + timedelta(days=90, seconds=-1)
    assert (await stranger.get(f"bookings/{token}")).status_code == 200
    clock.advance(seconds=1)

    async def answers(token: str) -> list[Json]:
        given = {"token": token, "name": "سارة", "phone": "0501234567"}
        found = [
            await stranger.get(f"bookings/{token}"),
            await stranger.post(f"bookings/{token}/confirm"),
            await stranger.post(f"bookings/{token}/cancel"),
            await stranger.post("bookings", json=given),
        ]
        return [one.json() | {"trace_id": "", "instance": ""} for one in found]

    over = await answers(token)
    assert [one["status"] for one in over] == [404] * 4
    assert over == await answers("nothing-that-was-ever-sealed")


async def test_who_asks_too_often_is_held_up(
    owner: Person, stranger: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GW-09: counted by address."""
    service = await public_service(owner, capacity=9)
    monkeypatch.setattr(rules, "HOLDS_PER_ADDRESS", 2)
    for _ in range(2):
        await hold(stranger, service)
    body = {"service_id": service["id"], "starts_at": AT_NINE}
    refused = await stranger.post("holds", json=body)
    assert refused.status_code == 429 and refused.headers["Retry-After"] == "60"

"""What can be booked."""

from chassis.testing.harness import Harness
from services.scheduling.tests.factories import Json, Person, make_resource
from services.scheduling.tests.staffed import make_booking, make_service, remember_users


async def test_a_service_is_described_with_its_terms(owner: Person) -> None:
    """SC-06: price, staff, resources, capacity, deposit, policy."""
    room = await make_resource(owner)
    made = await make_service(
        owner, name={"ar": "علاج", "en": "Therapy"}, price="250.00", currency="SAR",
        deposit="50.00", capacity=3, buffer_after=15, resource_ids=[room["id"]],
        policy={"notice_minutes": 60, "auto_confirm": True},
    )  # fmt: skip
    assert made["price"] == "250.00" and made["deposit"] == "50.00" and made["capacity"] == 3
    assert made["policy"]["notice_minutes"] == 60 and made["policy"]["horizon_days"] == 60
    assert made["policy"]["auto_confirm"] and made["credit_amount"] == "1"
    listed = await owner.get("/v1/booking-services", resource_id=room["id"])
    assert [one["id"] for one in listed["items"]] == [made["id"]]


async def test_of_the_policy_what_is_named_is_changed(owner: Person) -> None:
    made = await make_service(owner, price="10.00")
    path = f"/v1/booking-services/{made['id']}"
    changed = await owner.patch(path, {"policy": {"hold_minutes": 5}, "price": None})
    assert changed["policy"] == made["policy"] | {"hold_minutes": 5}
    assert changed["price"] is None and changed["version"] == 2


async def test_what_cannot_be_is_refused_by_its_field(owner: Person) -> None:
    [user_id] = await remember_users(owner, 1)
    body: Json = {"name": "جلسة", "duration_minutes": 60}
    nobody = "01890a5d-ac96-774b-bcce-b302099a8057"
    wrong: list[tuple[Json, str]] = [
        ({"duration_minutes": 0}, "duration_minutes"), ({"capacity": 0}, "capacity"),
        ({"price": "1.234", "currency": "SAR"}, "price"), ({"currency": "XAU"}, "currency"),
        ({"price": "10.00", "deposit": "11.00"}, "deposit"), ({"deposit": "1.00"}, "deposit"),
        ({"staff_ids": [nobody]}, "staff_ids.0"), ({"resource_ids": [nobody]}, "resource_ids"),
        ({"staff_ids": [str(user_id)] * 2}, "staff_ids.1"),
        ({"credit_amount": "0.00"}, "credit_amount"),
        ({"policy": {"horizon": 3}}, "policy.horizon"),
        ({"name": {}}, "name"),
    ]  # fmt: skip
    for given, name in wrong:
        _, fields = await owner.wrong("POST", "/v1/booking-services", body | given)
        assert fields == [name], given


async def test_what_was_booked_stays(owner: Person) -> None:
    made = await make_service(owner)
    path = f"/v1/booking-services/{made['id']}"
    await make_booking(owner, made, any_time=True)
    assert await owner.refused("DELETE", path) == (409, "booking_service_in_use")
    await owner.patch(path, {"active": False})
    again = {"service_id": made["id"], "starts_at": "2031-03-11T09:00:00Z", "status": "held"}
    assert await owner.refused("POST", "/v1/bookings", again) == (409, "booking_service_inactive")


async def test_another_company_sees_none(owner: Person, service: Harness) -> None:
    """GW-02"""
    made = await make_service(owner, external_id="therapy")
    async with service.http(service.caller()) as http:
        assert (await http.get(f"/v1/booking-services/{made['id']}")).status_code == 404
        body = {"name": "ع", "duration_minutes": 30, "external_id": "therapy"}
        assert (await http.post("/v1/booking-services", json=body)).status_code == 201
    twice = {"name": "ع", "duration_minutes": 30, "external_id": "therapy"}
    assert await owner.refused("POST", "/v1/booking-services", twice) == (409, "external_id_taken")

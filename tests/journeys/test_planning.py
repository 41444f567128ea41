"""Stories of appointments: planned, shared, confirmed, moved and told of."""

import asyncio
import re
from uuid import uuid4

from chassis.testing.eventually import eventually
from tests.product import Json, Person, Product


async def _staff_of(owner: Person) -> str:
    me = await owner.get("/v1/me")
    return str(me["user"]["id"])


async def test_a_client_confirms_what_was_mailed_to_them(product: Product) -> None:
    """SC-01, SC-02, SC-08, SC-09: the link of the mail leads to their appointment; what becomes of
    it stands on their record.
    """
    owner = await product.sign_up()
    address = f"{uuid4().hex}@example.com"
    client = await owner.post("/v1/clients", {"name": "سارة", "emails": [{"address": address}]})
    [action, *_] = (await owner.get("/v1/actions?subject=appointment"))["items"]
    made = await owner.post("/v1/appointments", {
        "client_id": client["id"], "staff_ids": [await _staff_of(owner)],
        "action_id": action["id"], "starts_at": "2999-03-01T09:00:00Z", "duration_minutes": 45,
        "shared_with_client": True,
    })  # fmt: skip

    async def link() -> str:
        texts = [mail["text"] for mail in await product.mails_to(address)]
        found = [one for text in texts for one in re.findall(r"/v1/public/appointments/\S+", text)]
        return found[0] if found else ""

    path = await eventually(link)
    seen = (await product.http.get(path)).json()
    assert (seen["what"], seen["status"]) == (action["name"]["ar"], "scheduled")
    answer = await product.http.post(f"{path}/confirm")
    assert answer.json()["status"] == "confirmed"
    moved = {"starts_at": "2999-03-02T09:00:00Z", "reason": "طلبت ذلك"}
    await owner.post(f"/v1/appointments/{made['id']}/reschedule", moved)

    async def is_told() -> bool:
        told = await owner.events_of(client["id"])
        verbs = ("scheduled", "viewed", "confirmed", "rescheduled")
        found = await owner.get(f"/v1/clients/{client['id']}")
        is_next = (found["next_appointment_at"] or "").startswith("2999-03-02T09:00")
        return is_next and all(f"scheduling.appointment.{verb}" in told for verb in verbs)

    await eventually(is_told)


async def test_the_next_of_a_series_is_on_the_record(product: Product) -> None:
    """SC-01, SC-09, CL-38: told once, however often it comes."""
    owner = await product.sign_up()
    client = await owner.post("/v1/clients", {"name": "سارة"})
    made = await owner.post("/v1/appointments", {
        "client_id": client["id"], "starts_at": "2999-03-01T09:00:00Z",
        "recurrence": "FREQ=WEEKLY;COUNT=3",
    })  # fmt: skip

    async def is_next(day: str) -> bool:
        found = await owner.get(f"/v1/clients/{client['id']}")
        return (found["next_appointment_at"] or "").startswith(day)

    await eventually(lambda: is_next("2999-03-01"))
    await owner.post(f"/v1/appointments/{made['id']}/cancel")
    await eventually(lambda: is_next("2999-03-08"))
    told = await owner.events_of(client["id"])
    assert told.count("scheduling.appointment_series.scheduled") == 1
    assert "scheduling.appointment.scheduled" not in told


async def test_of_all_who_race_for_a_slot_one_has_it(product: Product) -> None:
    """SC-06: through the gateway; the others are told when everybody is free."""
    owner = await product.sign_up()
    client = await owner.post("/v1/clients", {"name": "سارة"})
    body: Json = {
        "client_id": client["id"], "staff_ids": [await _staff_of(owner)],
        "starts_at": "2999-03-01T09:00:00Z", "duration_minutes": 30,
    }  # fmt: skip
    answers = await asyncio.gather(
        *(owner.ask("POST", "/v1/appointments", json=body) for _ in range(24))
    )
    assert sorted(one.status_code for one in answers) == [201] + [409] * 23
    refused = next(one for one in answers if one.status_code == 409).json()
    assert refused["code"] == "slot_taken"
    await owner.post("/v1/appointments", {
        **{name: value for name, value in body.items() if name != "duration_minutes"},
        **refused["nearest"][0],
    })  # fmt: skip

"""Stories of bookings: by strangers and by staff, until what was booked is paid for."""

import asyncio
from uuid import uuid4

from chassis.testing.eventually import eventually
from tests.product import Json, Person, Product


async def _service(owner: Person, **fields: object) -> Json:
    """What everybody may book with the owner, who works whenever they are nowhere else."""
    settings = {"public_booking": True}
    answer = await owner.ask("PATCH", "/v1/settings/scheduling", json=settings)
    assert answer.is_success, answer.text
    me = await owner.get("/v1/me")
    return await owner.post("/v1/booking-services", {
        "name": "استشارة", "duration_minutes": 60, "slot_minutes": 60, "public": True,
        "price": "100.00", "deposit": "20.00", "currency": "SAR",
        "staff_ids": [me["user"]["id"]], **fields,
    })  # fmt: skip


async def _held(product: Product, owner: Person, service: Json) -> Json:
    """The last of the times that are offered, held by somebody without an account."""
    company = f"/v1/public/booking/{owner.tenant['id']}"
    free = await product.http.get(f"{company}/slots", params={"service_id": service["id"]})
    wanted = {"service_id": service["id"], "starts_at": free.json()["items"][-1]["starts_at"]}
    held = await product.http.post(f"{company}/holds", json=wanted | {"id": str(uuid4())})
    assert held.status_code == 201, held.text
    found: Json = held.json()
    return found


async def test_a_stranger_books_and_is_billed(product: Product) -> None:
    """SC-06, SC-07: what is offered is held, asked for and confirmed; who is new is taken down
    once, who is known by their phone is found; then they are invoiced.
    """
    owner = await product.sign_up()
    service = await _service(owner)
    company = f"/v1/public/booking/{owner.tenant['id']}"
    shown = (await product.http.get(company)).json()
    assert [one["id"] for one in shown["services"]] == [service["id"]]
    held = await _held(product, owner, service)
    given = {"token": held["token"], "name": "نورة", "phone": "0501112244"}
    sent = (product.http.post(f"{company}/bookings", json=given) for _ in range(3))
    answers = await asyncio.gather(*sent)
    assert sorted(one.status_code for one in answers) == [200, 200, 201]
    [client] = (await owner.get("/v1/clients"))["items"]
    assert (client["name"], client["source"]) == ("نورة", "booking")
    [booking] = (await owner.get("/v1/bookings"))["items"]
    assert booking["client_id"] == client["id"] and booking["status"] == "requested"
    await owner.post(f"/v1/bookings/{booking['id']}/confirm")
    seen = await product.http.get(f"{company}/bookings/{held['token']}")
    assert seen.json()["status"] == "confirmed"
    await owner.post(f"/v1/bookings/{booking['id']}/invoice")

    async def invoiced() -> str:
        return str((await owner.get(f"/v1/bookings/{booking['id']}"))["invoice_id"] or "")

    invoice = await owner.get(f"/v1/invoices/{await eventually(invoiced)}")
    assert (invoice["client_id"], invoice["total"]) == (client["id"], "100.00")
    again = await _held(product, owner, service)
    known = {"token": again["token"], "name": "نورة", "phone": "+966 50 111 2244"}
    assert (await product.http.post(f"{company}/bookings", json=known)).status_code == 201
    assert len((await owner.get("/v1/clients"))["items"]) == 1
    gone = await product.http.post(f"{company}/bookings/{again['token']}/cancel", json={})
    assert gone.json()["status"] == "cancelled"
    await owner.sees(client["id"], "scheduling.booking.requested", "scheduling.booking.cancelled")


async def test_staff_book_for_somebody_new(product: Product) -> None:
    """SC-07: service → free slot → quick-create → attended → invoice."""
    owner = await product.sign_up()
    service = await _service(owner)
    [slot, *_] = (await owner.get("/v1/slots", service_id=service["id"]))["items"]
    made = await owner.post("/v1/bookings", {
        "service_id": service["id"], "starts_at": slot["starts_at"],
        "client": {"name": "سارة", "phone": "٠٥٠١٢٣٤٥٦٧", "email": "sara@example.com"},
    })  # fmt: skip
    client = await owner.get(f"/v1/clients/{made['client_id']}")
    assert client["phones"][0]["e164"] == "+966501234567"
    done = await owner.post(f"/v1/bookings/{made['id']}/attend")
    assert done["status"] == "attended"

"""How tests bring clients in beside one by one: background work, imports, public forms."""

from typing import TYPE_CHECKING
from uuid import uuid4

from chassis.testing.eventually import eventually
from tests.product import form_of

if TYPE_CHECKING:
    from tests.world import World


async def job(world: "World") -> str:
    """Background work that is done: an action on all clients with a tag that nobody has."""
    body = {"filter": {"tag": [world.word]}, "action": {"type": "archive"}}
    job = await world.made("/v1/clients/bulk", body, key="job_id")

    async def done() -> bool:
        return bool((await world.person.get(f"/v1/jobs/{job}"))["status"] == "done")

    await eventually(done)
    return job


async def import_(world: "World") -> str:
    """A file taken in, of rows that are all refused: no clients of its own are left behind."""
    form = form_of({"file": f"name,phone\n{world.word},x\n"})
    answer = await world.person.ask("POST", "/v1/imports", **form)
    assert answer.status_code == 202, answer.text
    job: str = answer.json()["job_id"]

    async def done() -> bool:
        return bool((await world.person.get(f"/v1/jobs/{job}"))["status"] == "done")

    await eventually(done)
    return job


async def product_import(world: "World") -> str:
    """A file of products taken in, of rows that are all refused."""
    return await _import(world, "/v1/products/imports", f"name,tax\n{world.word},x\n")


async def invoice_import(world: "World") -> str:
    """A file of open invoices taken in, of nobody who is known."""
    file = f"client code,number,date,total\n{world.word},1,2024-01-01,5\n"
    return await _import(world, "/v1/invoices/imports", file)


async def credit_charge_import(world: "World") -> str:
    """A file of credit taken in, of nobody who is known."""
    file = f"client code,credit type,amount\n{world.word},x,5\n"
    return await _import(world, "/v1/credit-charges/imports", file)


async def membership_import(world: "World") -> str:
    """A file of memberships taken in, of nobody who is known."""
    file = f"client code,package,start date,renewal date\n{world.word},x,2026-01-01,2999-01-01\n"
    return await _import(world, "/v1/memberships/imports", file)


async def calendar_import(world: "World") -> str:
    """A calendar taken in, of nobody who is known."""
    lines = (
        "BEGIN:VCALENDAR", "BEGIN:VEVENT", f"UID:{world.word}", "DTSTART:29980101T090000Z",
        f"SUMMARY:{world.word}", "END:VEVENT", "END:VCALENDAR", "",
    )  # fmt: skip
    return await _import(world, "/v1/calendars/imports", "\r\n".join(lines))


async def _import(world: "World", path: str, file: str) -> str:
    answer = await world.person.ask("POST", path, **form_of({"file": file}))
    assert answer.status_code == 202, answer.text
    made: str = answer.json()["job_id"]

    async def done() -> bool:
        return bool((await world.person.get(f"{path}/{made}"))["status"] == "done")

    await eventually(done)
    return made


IMPORTS = {
    "import_id": import_, "product_import_id": product_import,
    "invoice_import_id": invoice_import, "credit_charge_import_id": credit_charge_import,
    "membership_import_id": membership_import, "calendar_import_id": calendar_import,
}  # fmt: skip
FORM = {"fields": [
    {"name": "name", "path": "name", "label": "الاسم", "required": True},
    {"name": "mobile", "path": "phones.number", "label": "الجوال"},
]}  # fmt: skip


async def form_key(world: "World") -> str:
    return await world.made("/v1/forms", {"name": world.text(), **FORM}, key="key")


async def client_external_id(world: "World") -> str:
    """What a partner calls the world's client; another one's where that has a name already."""
    known, client_id = f"{world.word}-{uuid4().hex[:8]}", world.ids["client_id"]
    if (await world.person.get(f"/v1/clients/{client_id}"))["external_id"] is None:
        path = f"/v1/clients/{client_id}"
        answer = await world.person.ask("PATCH", path, json={"external_id": known})
        assert answer.is_success, answer.text
        return known
    body = {"name": world.text(), "folder_id": world.ids["folder_id"], "external_id": known}
    return await world.made("/v1/clients", body, key="external_id")

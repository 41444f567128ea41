"""Other services meet somebody: whoever is there by their phone is found, in any written form."""

import asyncio
from collections.abc import Sequence
from uuid import uuid4

import pytest
from diwan.clients.v1 import clients_pb2

from chassis.errors import Invalid
from clients.clients.servicer import Clients
from services.clients.tests.factories import Person


async def meet(owner: Person, phone: str, **given: str) -> str:
    request = clients_pb2.CreateClientRequest(
        **{"id": str(uuid4()), "name": "سارة"} | given, phone=phone, unless_phone_known=True
    )
    context = owner.service.context
    async with context.database.work(owner.caller) as work:
        answer = await Clients(context).CreateClient(work, request)
    return str(answer.client.id)


async def total(owner: Person) -> int:
    found: int = (await owner.get("/v1/clients", count=True))["total"]
    return found


async def test_who_is_there_by_their_phone_is_found(owner: Person) -> None:
    """SC-07: in any written form; of several who came first."""
    first = await owner.make_client(phones=[{"number": "0501234567"}])
    await owner.make_client("أخرى", phones=[{"number": "+966501234567"}])
    spellings: Sequence[str] = (
        "0501234567", "+966 50 123 4567", "٠٥٠١٢٣٤٥٦٧", "966501234567", "00966-50-1234567",
    )  # fmt: skip
    assert {await meet(owner, one) for one in spellings} == {first["id"]}
    other = await meet(owner, "0501234568")
    assert other != first["id"] and await total(owner) == 3
    assert await meet(owner, "+966501234568", name="نورة") == other
    await owner.post(f"{first['url']}/archive")
    assert await meet(owner, "0501234567") not in (first["id"], other)


async def test_what_is_said_is_looked_at_whether_somebody_is_known_or_not(owner: Person) -> None:
    """Nobody learns from a refusal whose phone is known."""
    await owner.make_client(phones=[{"number": "0501234567"}])
    for phone in ("0501234567", "0507654321"):
        with pytest.raises(Invalid) as refused:
            await meet(owner, phone, email="nobody")
        assert refused.value.errors[0].field.startswith("emails")


async def test_of_many_who_meet_somebody_at_once_one_takes_them_down(owner: Person) -> None:
    met = await asyncio.gather(*(meet(owner, "0501234567") for _ in range(12)))
    assert len(set(met)) == 1 and await total(owner) == 1


async def test_nobody_is_asked_for_what_the_company_requires_besides(owner: Person) -> None:
    """Who books has no form in front of them; staff ask later."""
    field = {"key": "blood", "label": "فصيلة الدم", "type": "text", "required": True}
    await owner.post("/v1/custom-fields", field)
    client_id = await meet(owner, "0501234567")
    assert (await owner.get(f"/v1/clients/{client_id}"))["custom_fields"] == {}

"""A story through the gateway: two records of one client become one in every service."""

from typing import Final

from chassis.testing.eventually import eventually
from tests.product import Json, Person, Product

_LETTER: Final = {"channel": "email", "subject": "س", "body": "ص"}


async def test_a_merged_client_is_its_survivor_in_every_service(product: Product) -> None:
    """CL-78, CO-06: messages and runs of both, sent and started before and after; and undone."""
    person = await product.sign_up("عيادة النور")
    double, client = [await _client(person, name) for name in ("محمد", "Mohamed")]
    await _run(person, double)
    first = await person.post("/v1/messages", _LETTER | {"client_id": double["id"]})
    merge = await person.post(f"/v1/clients/{double['id']}/merge", {"into_id": client["id"]})

    async def followed() -> bool:
        messages = await _about(person, "/v1/messages", client)
        return len(await _about(person, "/v1/runs", client)) == 1 and messages == {first["id"]}

    await eventually(followed)
    second = await person.post("/v1/messages", _LETTER | {"client_id": double["id"]})
    assert second["client_id"] == client["id"]
    assert await _about(person, "/v1/messages", double) == {first["id"], second["id"]}
    await person.sees(double["id"], "clients.client.merged", "clients.client.redirected")
    await person.post(f"/v1/merges/{merge['id']}/undo")

    async def parted() -> bool:
        of_both = [await _about(person, "/v1/messages", one) for one in (double, client)]
        return of_both == [{first["id"]}, {second["id"]}]

    await eventually(parted)


async def _client(person: Person, name: str) -> Json:
    emails = [{"address": f"m{len(name)}@example.com"}]
    return await person.post("/v1/clients", {"name": name, "emails": emails})


async def _run(person: Person, client: Json) -> None:
    """A flow that waits, started once automation has heard of the client."""
    flow = await person.post("/v1/flows", {
        "name": "تجربة", "enabled": True, "trigger": {"manual": True},
        "steps": [{"type": "wait", "days": 3}],
    })  # fmt: skip

    async def started() -> bool:
        body = {"client_id": client["id"]}
        return bool((await person.ask("POST", f"/v1/flows/{flow['id']}/run", json=body)).is_success)

    await eventually(started)


async def _about(person: Person, path: str, client: Json) -> set[str]:
    return {item["id"] for item in (await person.get(path, client_id=client["id"]))["items"]}

"""Insurance switched on, and what is insured."""

from typing import Any

from services.clients.tests.factories import Json, Person

POLICIES, CLAIMS = "/v1/insurance/policies", "/v1/insurance/claims"
PROVIDERS = "/v1/insurance/providers"


async def switch(owner: Person, enabled: bool = True) -> None:
    """Turn the section on or off in the company's own layout."""
    listed = (await owner.get("/v1/layouts"))["items"]
    layout = next(one for one in listed if one["folder_id"] is None)
    sections = [
        {"key": one["key"], "enabled": enabled if one["key"] == "insurance" else one["enabled"]}
        for one in layout["sections"]
    ]
    await owner.patch(f"/v1/layouts/{layout['id']}", {"sections": sections})


async def add_provider(owner: Person, **more: Any) -> Json:
    return await owner.post(PROVIDERS, {"name": "شركة التأمين", **more})


async def insure(person: Person, client: Json, provider: Json, **more: Any) -> Json:
    return await person.post(POLICIES, {
        "client_id": client["id"], "provider_id": provider["id"], "number": "P-1",
        "starts_on": "2026-01-01", "currency": "SAR", **more,
    })  # fmt: skip


async def claim(person: Person, policy: Json, **more: Any) -> Json:
    body = {"policy_id": policy["id"], "claimed_on": "2026-02-01", "amount": "115.00", **more}
    return await person.post(CLAIMS, body)


async def insured(owner: Person, **more: Any) -> tuple[Json, Json]:
    """A client with a policy, and that policy."""
    await switch(owner)
    client = await owner.make_client()
    return client, await insure(owner, client, await add_provider(owner), **more)

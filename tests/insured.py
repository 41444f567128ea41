"""How tests bring insurance in: the section switched on, an insurer, policies and claims."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.world import World


async def provider(world: "World") -> str:
    return await world.made("/v1/insurance/providers", {"name": world.text()})


async def policy(world: "World") -> str:
    await _switch_on(world)
    return await world.made("/v1/insurance/policies", {
        "client_id": world.ids["client_id"], "provider_id": world.ids["provider_id"],
        "number": world.text(), "starts_on": "2026-01-01", "currency": "SAR",
    })  # fmt: skip


async def claim(world: "World") -> str:
    return await world.made("/v1/insurance/claims", {
        "policy_id": world.ids["policy_id"], "claimed_on": "2026-02-01", "amount": "115.00",
        "note": world.text(),
    })  # fmt: skip


async def claim_after(world: "World", *steps: str) -> str:
    """A claim that has come so far."""
    made = await claim(world)
    for step in steps:
        await world.person.post(f"/v1/insurance/claims/{made}/{step}", {})
    return made


async def _switch_on(world: "World") -> None:
    """Have the company's own layout show the section."""
    listed = (await world.person.get("/v1/layouts", limit=200))["items"]
    layout = next(one for one in listed if one["folder_id"] is None)
    names = ("key", "enabled", "group", "label")
    sections = [{name: one[name] for name in names} for one in layout["sections"]]
    section = next(one for one in sections if one["key"] == "insurance")
    if section["enabled"]:
        return
    section["enabled"] = True
    answer = await world.person.ask(
        "PATCH", f"/v1/layouts/{layout['id']}", json={"sections": sections}
    )
    assert answer.is_success, answer.text

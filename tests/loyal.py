"""Makers of what clients do with their memberships: for tests/world.py."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.world import World


async def check_in(world: "World") -> str:
    """Somebody comes in, where everybody may."""
    said = {"attendance": "everybody"}
    answer = await world.person.ask("PATCH", "/v1/settings/memberships", json=said)
    assert answer.status_code == 200, answer.text
    client_id = await world.fresh("client_id")
    return await world.made("/v1/check-ins", {"client_id": client_id})

"""Events stay with their tenant."""

from local.stack import Stack
from tests.events import published
from tests.security.test_tenants import leaks
from tests.world import World


async def test_every_subject_ends_with_the_tenant_of_the_event(stack: Stack, world: World) -> None:
    """GW-07: so that a stream can be partitioned, and read, by tenant."""
    found = await published(stack)
    assert len(found) > 20
    for one in found:
        assert one.subject == f"events.{one.body['type']}.{one.body['tenantid']}"


async def test_no_event_of_a_tenant_tells_of_another(
    stack: Stack, world: World, other_world: World
) -> None:
    """GW-04, GW-07: neither ids nor texts."""
    found = await published(stack, other_world.ids["tenant_id"])
    assert len(found) > 10
    assert not [one.text for one in found if leaks(one.text, world)]


async def test_events_carry_no_secret(stack: Stack, world: World) -> None:
    """GW-08: keys, passwords and one-time tokens never leave in the open."""
    for one in await published(stack, world.ids["tenant_id"]):
        assert "dwn_" not in one.text
        assert "a-long-enough-password" not in one.text

"""The services' inner doors, tried directly: a network position alone opens none of them."""

import pytest

from local.stack import Stack
from tests.rpcs import Rpc, every_rpc, signed
from tests.security.test_tenants import leaks
from tests.world import World

RPCS = list(every_rpc())
each_rpc = pytest.mark.parametrize("rpc", RPCS, ids=[rpc.path for rpc in RPCS])
_REFUSED = {"UNAUTHENTICATED", "PERMISSION_DENIED"}


def is_refused(answer: str) -> bool:
    """As a whole, or each part of it by itself."""
    return not answer.startswith("OK") or ("problem {" in answer and "invoice {" not in answer)


def address(stack: Stack, rpc: Rpc) -> str:
    return stack.replicas(rpc.service)[0].grpc_address


@each_rpc
async def test_bare_identity_is_refused(stack: Stack, world: World, rpc: Rpc) -> None:
    """GW-04, GW-07: naming oneself or a tenant is no proof."""
    request = rpc.request(world.ids)
    claims = {"x-tenant-id": world.ids["tenant_id"], "x-principal": "service:automation"}
    for metadata in ({}, claims, claims | {"authorization": "Bearer service:automation"}):
        answer = await rpc.ask(address(stack, rpc), request, **metadata)
        assert answer in _REFUSED, answer


@each_rpc
async def test_forged_tokens_are_refused(stack: Stack, world: World, rpc: Rpc) -> None:
    """GW-04: signed with another key, for another service, expired, or living too long."""
    tenant = world.ids["tenant_id"]
    other = "comms" if rpc.service != "comms" else "clients"
    forged = [
        signed(stack, rpc.service, tenant=tenant, key="another-key-of-enough-bytes-to-be-taken"),
        signed(stack, other, tenant=tenant),
        signed(stack, rpc.service, tenant=tenant, lives=-30),
        signed(stack, rpc.service, tenant=tenant, lives=86_400),
        signed(stack, rpc.service, tenant=tenant, principal="service:automation"),
    ]
    for token in forged:
        bearer = {"authorization": f"Bearer {token}"}
        answer = await rpc.ask(address(stack, rpc), rpc.request(world.ids), **bearer)
        assert answer in _REFUSED, answer


@each_rpc
async def test_another_tenants_user_gets_nothing(
    stack: Stack, world: World, other_world: World, rpc: Rpc
) -> None:
    """GW-04, GW-07: a good token of another tenant finds none of this tenant's things."""
    bearer = {"authorization": f"Bearer {other_world.person.tokens['access_token']}"}
    answer = await rpc.ask(address(stack, rpc), rpc.request(world.ids), **bearer)
    assert is_refused(answer), answer
    assert not leaks(answer, world)


@each_rpc
async def test_a_service_that_acts_for_another_tenants_user_gets_nothing(
    stack: Stack, world: World, other_world: World, rpc: Rpc
) -> None:
    """GW-04: the tenant a service names is the one it gets, whatever ids it asks for."""
    token = signed(
        stack, rpc.service, principal=f"user:{other_world.ids['owner_id']}",
        tenant=other_world.ids["tenant_id"], on_behalf_of=other_world.ids["owner_id"],
    )  # fmt: skip
    bearer = {"authorization": f"Bearer {token}"}
    answer = await rpc.ask(address(stack, rpc), rpc.request(world.ids), **bearer)
    assert is_refused(answer), answer


async def test_no_rpc_passes_the_gateway(world: World) -> None:
    """The gateway knows no gRPC path."""
    for rpc in RPCS:
        answer = await world.product.http.post(
            rpc.path, content=b"\0\0\0\0\0", headers={"Content-Type": "application/grpc"}
        )
        assert answer.status_code in (404, 405), f"{rpc.path}: {answer.status_code}"

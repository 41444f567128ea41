"""What a role or a key does not hold, it does not get."""

import asyncio

import pytest

from tests.contracts.preparations import prepared
from tests.openapi import Operation
from tests.product import Person
from tests.security.test_tenants import leaks
from tests.world import World, joined, key_with

_REFUSED = (401, 403, 404)


@pytest.fixture(scope="module")
def every_permission(every_operation: list[Operation]) -> list[str]:
    """All that some operation asks for."""
    return sorted({o.permission for o in every_operation if o.is_guarded})


@pytest.fixture(scope="module")
async def keys_without(world: World, every_permission: list[str]) -> dict[str, Person]:
    """For each permission a key that holds all others."""
    others = {one: [o for o in every_permission if o != one] for one in every_permission}
    return {one: await key_with(world, rest) for one, rest in others.items()}


@pytest.fixture(scope="module")
async def nobody(world: World) -> Person:
    """A user whose role holds no permission."""
    role = await world.made(
        "/v1/roles", {"name": world.text(), "permissions": [], "visibility": "assigned"}
    )
    return (await joined(world, role))[1]


async def test_every_operation_refuses_a_key_without_its_permission(
    world: World, keys_without: dict[str, Person], every_operation: list[Operation]
) -> None:
    """GW-01, GW-04, GW-08: all other permissions together do not stand in for the one."""
    faults = []
    for operation in every_operation:
        if operation.is_guarded:
            asked = await world.ask(operation, fresh=False)
            answer = await asked.by(keys_without[operation.permission])
            if answer.status_code not in _REFUSED:
                faults.append(f"{operation.name}: {answer.status_code} {answer.text[:200]}")
    assert not faults, "\n".join(faults)


async def test_a_user_without_permissions_does_and_sees_nothing(
    world: World, nobody: Person, every_operation: list[Operation]
) -> None:
    """GW-01, GW-04: 403 for what exists for all to know, 404 for any single thing."""
    faults = []
    for operation in every_operation:
        if not operation.is_guarded:
            continue
        asked = await world.ask(operation, fresh=False)
        answer = await asked.by(nobody)
        expected = 404 if operation.path_names else 403
        if answer.status_code not in (expected, 403):
            faults.append(f"{operation.name}: {answer.status_code} {answer.text[:200]}")
        if leaks(answer.text.replace(asked.path, ""), world):
            faults.append(f"{operation.name}: leaks {answer.text[:200]}")
    assert not faults, "\n".join(faults)


# Right, and no lack of the permission: nobody gives away rights that they do not have, and a
# note belongs to who wrote it, as a file does to who added it; no key is an owner; and whose
# invoices are, is found among the clients that somebody reads.
_OWN_RULES = {
    "beyond_own_rights", "note_of_somebody_else", "file_of_somebody_else",
    "comment_of_somebody_else", "owners_only", "clients_unread",
}  # fmt: skip

# What is done to invoices takes the right to change them: points are redeemed on one and come back
# from it, a booking and hours of work are put on one. When others work is their manager's affair.
_NEEDED_TOO = {
    "POST /v1/loyalty/redemptions": ("memberships", "billing:read", "billing:write"),
    "POST /v1/loyalty/redemptions/{redemption_id}/cancel": ("memberships", "billing:write"),
    "POST /v1/bookings/{booking_id}/invoice": ("scheduling", "billing:write"),
    "POST /v1/time-entries/invoice": ("scheduling", "billing:write"),
} | dict.fromkeys(
    ("POST /v1/leaves", "PATCH /v1/leaves/{leave_id}", "DELETE /v1/leaves/{leave_id}",
     "PATCH /v1/staff/{user_id}/availability"), ("scheduling", "scheduling:manage"),
)  # fmt: skip


@pytest.mark.timeout(240)
async def test_every_operation_works_with_its_permission_alone(
    world: World, every_permission: list[str], every_operation: list[Operation]
) -> None:
    """GW-08: a key that holds just what the documents say is enough, reading apart."""
    enough = {
        one: await key_with(world, sorted({one, f"{one.split(':')[0]}:read"} & {*every_permission}))
        for one in every_permission
    }
    for name, (service, *others) in _NEEDED_TOO.items():
        enough[name] = await key_with(world, [f"{service}:read", f"{service}:write", *others])
    faults = []
    for operation in every_operation:
        if not operation.is_guarded:
            continue
        ready = await prepared(world, operation)
        answer = await ready.asked.by(enough.get(operation.name, enough[operation.permission]))
        refused = answer.status_code in (401, 403)
        if refused and answer.json()["code"] not in _OWN_RULES:
            faults.append(f"{operation.name}: {answer.status_code} {answer.text[:200]}")
    assert not faults, "\n".join(faults)


async def test_a_revoked_key_opens_nothing_more(world: World) -> None:
    """GW-08: on every service, at once."""
    made = await world.person.post(
        "/v1/api-keys", {"name": world.text(), "permissions": ["clients:read", "comms:read"]}
    )
    key = Person(world.product.http, "", {"access_token": made["secret"]}, world.person.tenant)
    paths = ("/v1/clients", "/v1/messages")
    assert [(await key.ask("GET", path)).status_code for path in paths] == [200, 200]
    gone = await world.person.ask("DELETE", f"/v1/api-keys/{made['id']}")
    assert gone.status_code == 204, gone.text
    async with asyncio.timeout(10):
        while {(await key.ask("GET", path)).status_code for path in paths} != {401}:
            await asyncio.sleep(0.05)


async def test_signing_out_ends_the_session_everywhere(world: World) -> None:
    """GW-05: a token that was good a moment ago is refused by every service."""
    _, person = await joined(world, world.ids["role_id"])
    assert (await person.ask("GET", "/v1/clients")).status_code == 200
    await person.ask("POST", "/v1/auth/logout")
    async with asyncio.timeout(10):
        while (await person.ask("GET", "/v1/clients")).status_code != 401:
            await asyncio.sleep(0.05)

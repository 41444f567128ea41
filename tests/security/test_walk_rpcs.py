"""The permission walk of the inner doors: every method of every service, for everybody."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

import pytest

from local.stack import Stack
from tests import members, sold
from tests.openapi import Operation
from tests.product import Json
from tests.rpcs import ONE_BY_ONE, Rpc, every_rpc, permissions, signed
from tests.security.stillness import nothing_happens
from tests.security.walk import bound, gathered, sees
from tests.shelves import PERSONAL, Base, Persona, Stage
from tests.world import World

pytestmark = pytest.mark.timeout(240)

# What is changed for good is made for the call alone: which id, and by whom.
_FRESH: Final[dict[str, tuple[str, Callable[[World], Awaitable[str]]]]] = {
    **dict.fromkeys(("IssueInvoice", "CancelDraft", "ApplyDiscount", "RemoveDiscount"),
                    ("invoice_id", sold.invoice)),
    "CreditInvoice": ("invoice_id", sold.issued_invoice),
    **dict.fromkeys(("Consume", "Release"), ("credit_hold_id", members.credit_hold)),
}  # fmt: skip
# Makes a client that nothing is known of yet, in a folder where who asks may do so: not who is only
# assigned to some.
_MAKES_CLIENTS: Final = {"CreateClient"}
_DENIED = {"UNAUTHENTICATED", "PERMISSION_DENIED"}
_UNKNOWN = {"NOT_FOUND", "INVALID_ARGUMENT"}


@dataclass(frozen=True)
class Call:
    """One method, asked for somebody with the ids of one shelf, and the statuses it may have."""

    rpc: Rpc
    persona: Persona
    shelf: Base
    expected: frozenset[str]

    @property
    def is_allowed(self) -> bool:
        return "OK" in self.expected


@pytest.fixture(scope="module")
def calls(stage: Stage) -> list[Call]:
    asked_for, everybody = permissions(), (*stage.personas, stage.stranger, stage.nobody)
    found = []
    for rpc in every_rpc():
        for shelf in stage.shelves if bound(stage, rpc.names) else stage.shelves[:1]:
            for persona in everybody:
                may_be = expected(stage, rpc, asked_for[rpc.path], persona, shelf)
                found.append(Call(rpc, persona, shelf, frozenset(may_be)))
    return found


def expected(stage: Stage, rpc: Rpc, permission: str, persona: Persona, shelf: Base) -> set[str]:
    if permission == "service_only" or persona is stage.nobody:
        return _DENIED
    if persona is stage.stranger and rpc.method.name in ONE_BY_ONE | _MAKES_CLIENTS:
        return {"OK"}
    if rpc.method.name in _MAKES_CLIENTS:
        may = persona.may(permission) and persona.name != "agent of assigned"
        return {"OK"} if may else {"PERMISSION_DENIED"}
    if persona is stage.stranger:
        assert rpc.names & stage.base.ids.keys(), f"{rpc.path} names nothing: who may ask it?"
        return _UNKNOWN
    if rpc.method.name in ONE_BY_ONE:
        return {"OK"} if persona.may(permission) else {"PERMISSION_DENIED"}
    is_visible = all(sees(stage, persona, shelf, name) for name in bound(stage, rpc.names))
    if not persona.may(permission):
        reading = f"{permission.partition(':')[0]}:read"
        return {"PERMISSION_DENIED"} if is_visible or not persona.may(reading) else _UNKNOWN
    return {"OK"} if is_visible else _UNKNOWN


async def faults_of(stack: Stack, stage: Stage, some: list[Call]) -> list[str]:
    async def ask(call: Call) -> list[str]:
        rpc, claims = call.rpc, claims_of(stage, call.persona)
        bearer = {} if claims is None else {
            "authorization": f"Bearer {signed(stack, rpc.service, **claims)}"
        }  # fmt: skip
        address = stack.replicas(rpc.service)[0].grpc_address
        answer = await rpc.ask(address, rpc.example(await ids_of(call)), **bearer)
        where = f"{rpc.path} by {call.persona.name} on {call.shelf.name}"
        faults = []
        if answer.split()[0] not in call.expected:
            faults.append(f"{where}: {answer[:200]} instead of {sorted(call.expected)}")
        if leaked := call.persona.leaked(answer):
            faults.append(f"{where}: leaks {leaked}")
        if call.is_allowed and answer.strip() == "OK":
            faults.append(f"{where}: an empty answer")
        if rpc.method.name.startswith("Get") and call.is_allowed:
            named = rpc.names & call.shelf.ids.keys()
            faults += [f"{where}: lacks {n}" for n in named if call.shelf.ids[n] not in answer]
        return faults

    return [fault for faults in await gathered(ask, some) for fault in faults]


async def ids_of(call: Call) -> dict[str, str]:
    """Those of the shelf; of what is changed for good one that is made for this call alone."""
    fresh = _FRESH.get(call.rpc.method.name)
    if fresh is None or not call.is_allowed:
        return call.shelf.ids
    name, make = fresh
    return call.shelf.ids | {name: await make(call.shelf)}


def claims_of(stage: Stage, persona: Persona) -> Json | None:
    """As a service names them that asks in their name."""
    if persona is stage.nobody:
        return None
    kind, _, identity = persona.principal.partition(":")
    claims: dict[str, Any] = {"principal": persona.principal, "tenant": persona.person.tenant["id"]}
    if kind == "user":
        return claims | {"on_behalf_of": identity}
    folders = [stage.shelf(name).ids["folder_id"] for name in sorted(persona.knows)]
    return claims | {
        "rights": {"permissions": sorted(persona.permissions), "visibility": "folders",
                   "folders": folders},
    }  # fmt: skip


async def test_a_refused_call_tells_and_changes_nothing(
    stack: Stack, stage: Stage, calls: list[Call], every_operation: list[Operation]
) -> None:
    """GW-02, GW-03, GW-04: whoever a service asks for gets no more than over HTTP."""
    refused = [one for one in calls if not one.is_allowed]
    assert len(refused) > 50
    async with nothing_happens(stack, stage, every_operation):
        faults = await faults_of(stack, stage, refused)
    assert not faults, "\n".join(faults)


async def test_an_allowed_call_answers(stack: Stack, stage: Stage, calls: list[Call]) -> None:
    """GW-02, GW-03"""
    allowed = [one for one in calls if one.is_allowed]
    services, answered = permissions(), {one.rpc.path for one in allowed}
    assert [
        rpc.path for rpc in every_rpc()
        if services[rpc.path] != "service_only" and not rpc.names & PERSONAL
        and rpc.path not in answered
    ] == []  # fmt: skip
    faults = await faults_of(stack, stage, allowed)
    assert not faults, "\n".join(faults)

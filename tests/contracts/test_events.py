"""What is published is what the contracts say."""

import importlib
from pathlib import Path

import pytest
from google.protobuf.json_format import ParseDict
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from local.stack import Stack
from tests.events import Published, published
from tests.product import Json, Product
from tests.rpcs import PROTOS
from tests.world import World

_ENVELOPE = {
    "specversion", "id", "type", "source", "subject", "time", "datacontenttype", "tenantid",
    "actor", "version", "depth", "data",
}  # fmt: skip


@pytest.fixture(scope="module")
async def asyncapi(shared_product: Product) -> Json:
    """The published description of all events."""
    answer = await shared_product.http.get("/asyncapi.json")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def payloads() -> dict[str, type[Message]]:
    """The message of each event type, as the comment above it in `events.proto` says."""
    found: dict[str, type[Message]] = {}
    for path in PROTOS.glob("diwan/*/v1/events.proto"):
        module = importlib.import_module(
            ".".join(path.relative_to(PROTOS).with_suffix("").parts) + "_pb2"
        )
        for name, types in _announced(path).items():
            message = GetMessageClass(module.DESCRIPTOR.message_types_by_name[name])
            found |= dict.fromkeys(types, message)
    return found


def _announced(path: Path) -> dict[str, list[str]]:
    types: list[str] = []
    found = {}
    for line in path.read_text().splitlines():
        if line.startswith("//"):
            words = line.removeprefix("//").replace(",", " ").replace(":", " ").split()
            types += [word for word in words if word.count(".") == 2]
        elif line.startswith("message "):
            found[line.split()[1]] = types
            types = []
    return found


async def test_every_event_is_its_contract(stack: Stack, world: World) -> None:
    """GW-07: one vocabulary; no field that the proto does not know, an envelope of CloudEvents."""
    known = payloads()
    events = await published(stack, world.ids["tenant_id"])
    assert {"edge.tenant.created", "clients.client.created", "comms.message.queued"} <= {
        one.body["type"] for one in events
    }
    faults = [fault for one in events for fault in _faults(one, known)]
    messages = [one.body for one in events if one.body["type"].startswith("comms.message.")]
    assert any("clientid" in body for body in messages)
    assert not faults, "\n".join(sorted(set(faults)))


def _faults(event: Published, known: dict[str, type[Message]]) -> list[str]:
    body = event.body
    kind = body["type"]
    faults = [f"{kind}: no {name}" for name in _ENVELOPE - body.keys()]
    # A message may also go to staff, or to an address: an invitation is about no client.
    if kind.startswith(("clients.client.", "automation.run.")):
        faults += [f"{kind}: no clientid"] if "clientid" not in body else []
    if event.headers.get("Nats-Msg-Id") != body["id"]:
        faults.append(f"{kind}: published under another id")
    if kind not in known:
        return [*faults, f"{kind}: no message in the protos"]
    try:
        ParseDict(body["data"], known[kind]())
    except Exception as error:
        faults.append(f"{kind}: {error}")
    return faults


async def test_every_event_is_described(stack: Stack, world: World, asyncapi: Json) -> None:
    """GW-07, GW-08: /asyncapi.json lists whatever the protos announce and services publish."""
    assert asyncapi["asyncapi"].startswith("3.")
    described = {channel["address"] for channel in asyncapi["channels"].values()}
    types = set(payloads()) | {one.body["type"] for one in await published(stack)}
    missing = [one for one in sorted(types) if f"events.{one}.{{tenant_id}}" not in described]
    assert not missing

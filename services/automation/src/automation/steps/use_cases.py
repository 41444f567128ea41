"""The effects of steps: what each asks of another service, and what a dry run imagines instead.

To add a step type: its class in `steps/rules/shapes.py`, what it asks in `peers.py`, a line here.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from automation.peers import Call, Peers, client_json

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step did; `client` tells, to who wants to know, how the client is after it."""

    output: Json
    client: Callable[[], Json] | None = None


Perform = Callable[[Peers, Call, Json], Awaitable[Outcome]]
Imagine = Callable[[Json, Json], Json]


@dataclass(frozen=True, slots=True)
class EffectType:
    """`perform` makes the effect; `imagine` gives the client as it would be, for a dry run."""

    perform: Perform
    imagine: Imagine


async def add_tags(peers: Peers, call: Call, asked: Json) -> Outcome:
    """Add tags to a client."""
    request = {"client_id": asked["client_id"], "add": asked["tags"]}
    client = await peers.tag_client(call, request)
    return Outcome({"tags": list(client.tags)}, partial(client_json, client))


async def remove_tags(peers: Peers, call: Call, asked: Json) -> Outcome:
    """Take tags from a client."""
    request = {"client_id": asked["client_id"], "remove": asked["tags"]}
    client = await peers.tag_client(call, request)
    return Outcome({"tags": list(client.tags)}, partial(client_json, client))


async def change_status(peers: Peers, call: Call, asked: Json) -> Outcome:
    """Choose one of the folder's statuses."""
    client = await peers.change_status(call, asked)
    return Outcome({"status_id": client.status_id}, partial(client_json, client))


async def move_folder(peers: Peers, call: Call, asked: Json) -> Outcome:
    """Move a client to another folder."""
    client = await peers.move_client(call, asked)
    output = {"folder_id": client.folder_id, "status_id": client.status_id}
    return Outcome(output, partial(client_json, client))


async def send_message(peers: Peers, call: Call, asked: Json) -> Outcome:
    """Queue a message."""
    return Outcome(await peers.send_message(call, asked))


async def notify(peers: Peers, call: Call, asked: Json) -> Outcome:
    """Tell staff inside the product."""
    return Outcome(await peers.notify(call, asked))


def _with_tags(client: Json, asked: Json) -> Json:
    return client | {"tags": list(dict.fromkeys([*_tags(client), *asked["tags"]]))}


def _without_tags(client: Json, asked: Json) -> Json:
    return client | {"tags": [tag for tag in _tags(client) if tag not in asked["tags"]]}


def _tags(client: Json) -> list[str]:
    """Those of a client that a user may have made up, and wrongly."""
    tags = client.get("tags")
    return [str(tag) for tag in tags] if isinstance(tags, list) else []


def _moved(client: Json, asked: Json) -> Json:
    # The folder's default status is the clients service's to know.
    place = {"folder_id": asked["folder_id"], "status_id": asked["status_id"]}
    return client | place


EFFECTS: Final[Mapping[str, EffectType]] = {
    "add_tags": EffectType(add_tags, _with_tags),
    "remove_tags": EffectType(remove_tags, _without_tags),
    "change_status": EffectType(
        change_status, lambda client, asked: client | {"status_id": asked["status_id"]}
    ),
    "move_folder": EffectType(move_folder, _moved),
    "send_message": EffectType(send_message, lambda client, _: client),
    "notify": EffectType(notify, lambda client, _: client),
}

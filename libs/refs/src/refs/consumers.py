"""Following the changes of people, of folder access and of clients."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from chassis.consumer import Consumers
from chassis.events import Event
from chassis.work import UnitOfWork
from refs import clients as memory
from refs import folders as tree
from refs import people as staff

# What changes who sees a client.
PLACING: Final = tuple(
    f"clients.client.{verb}"
    for verb in ("staff_assigned", "folder_changed", "merged", "unmerged", "redirected")
)


def people(service: str) -> Consumers:
    """Tenants, users, roles and teams."""
    consumers = Consumers(f"{service}-people")
    consumers.on("edge.tenant.>", "edge.user.>", "edge.role.>", "edge.team.>")(on_people_changed)
    return consumers


def folder_access(service: str) -> Consumers:
    """Who sees what: folders, their access, and where clients are and whose.

    Durables of their own, so that no backlog of other events delays a change of access.
    """
    consumers = Consumers(f"{service}-access")
    consumers.on("clients.folder.>")(on_folder_changed)
    consumers.together(*PLACING)(on_client_placed)
    return consumers


def clients(service: str) -> Consumers:
    """Clients, but for what `folder_access` follows."""
    consumers = Consumers(f"{service}-clients")
    consumers.together("clients.client.>", wanted=_is_other)(on_client_changed)
    return consumers


async def on_people_changed(work: UnitOfWork, event: Event) -> None:
    """Take over what identity says of one of its entities; kinds not remembered are ignored."""
    kind, is_deleted = event.type.split(".")[1], event.type.endswith(".deleted")
    found = event.data.get(kind)
    if not found:
        return
    if kind == "tenant":
        await staff.remember_tenant(work, found)
    elif kind == "user":
        await staff.remember_users(work, [found])
    elif kind == "role":
        await staff.remember_roles(work, [found], is_deleted=is_deleted)
    elif kind == "team":
        await staff.remember_teams(work, [found], is_deleted=is_deleted)


async def on_folder_changed(work: UnitOfWork, event: Event) -> None:
    """Take over a folder's place in the tree and, where they are given, its access entries."""
    folder = event.data | {"version": event.version}
    if event.type == "clients.folder.access_changed":
        await tree.remember_access(work, [folder])
    elif event.data.get("folder_id"):
        await tree.remember_places(work, [folder])


async def on_client_placed(work: UnitOfWork, events: Sequence[Event]) -> None:
    """Take over clients that came into other hands or another folder."""
    await on_client_changed(work, events)


async def _is_other(_: UnitOfWork, event: Event) -> bool:
    return event.type not in PLACING


async def on_client_changed(work: UnitOfWork, events: Sequence[Event]) -> None:
    """Take over each client as it was after its last change."""
    found = [
        # Who pays is told aside: not everybody who hears of the client sees that one.
        event.data["client"] | {"bill_to_id": event.aside}
        for event in events
        if event.data.get("client")
    ]
    newest = {one["id"]: one for one in sorted(found, key=_version)}
    await memory.remember_clients(work, list(newest.values()))


def _version(client: Mapping[str, Any]) -> int:
    return int(client["version"])

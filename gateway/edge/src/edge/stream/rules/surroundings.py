"""What decides about who sees what in one company, followed event by event."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from chassis.events import Event
from refs.clients import ClientRef, client_row
from refs.levels import Folder
from refs.visibility import Sight, folder_of

_MOST_PLACES: Final = 20_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a client is: what a sight is held against."""

    version: int
    folder_id: UUID
    staff_ids: tuple[UUID, ...]
    merged_into: UUID | None = None

    def is_seen_by(self, sight: Sight) -> bool:
        """Whether it lies within what somebody sees."""
        return sight.may_see(self.folder_id, self.staff_ids)


@dataclass(slots=True)
class Surroundings:
    """Folders, teams and the clients heard of; `age` grows whenever a sight may have changed."""

    folders: dict[UUID, Folder]
    teams: dict[UUID, frozenset[UUID]]
    places: OrderedDict[UUID, Place] = field(default_factory=OrderedDict)
    age: int = 0

    def follow(self, event: Event) -> None:
        """Take over what an event changes; they come in the stream's order."""
        if event.type.startswith("clients.folder."):
            self._follow_folder(event)
        elif event.type.startswith("edge.team."):
            self._follow_team(event)
        elif event.type.startswith("clients.client.") and (client := event.data.get("client")):
            self.learn(event.subject, place_of(client))

    def learn(self, client_id: UUID, place: Place) -> Place:
        """Take over where a client is, unless something newer is known; gives what holds."""
        known = self.places.get(client_id)
        if known is None or known.version < place.version:
            self.places[client_id] = known = place
            self.places.move_to_end(client_id)
            if len(self.places) > _MOST_PLACES:
                self.places.popitem(last=False)
        return known

    def _follow_folder(self, event: Event) -> None:
        # One that was removed stays known: what was hidden of it stays hidden.
        known = self.folders.get(event.subject, Folder())
        parent_id = UUID(event.data["parent_id"]) if event.data.get("parent_id") else None
        self.folders[event.subject] = replace(known, parent_id=parent_id)
        if event.type == "clients.folder.access_changed":
            given = {"parent_id": parent_id, "access": event.data.get("access", [])}
            self.folders[event.subject] = folder_of(given)
        self.age += 1

    def _follow_team(self, event: Event) -> None:
        members = event.data.get("team", {}).get("member_ids", ())
        is_gone = event.type.endswith(".deleted")
        self.teams[event.subject] = frozenset() if is_gone else frozenset(map(UUID, members))
        self.age += 1


def place_of(client: Mapping[str, Any]) -> Place:
    """A client's place from its proto JSON."""
    row = client_row(client)
    staff = tuple(UUID(one) for one in row["staff_ids"])
    merged = UUID(row["merged_into"]) if row["merged_into"] else None
    return Place(row["version"], UUID(row["folder_id"]), staff, merged)


def place_of_ref(ref: ClientRef) -> Place:
    """The same from what is remembered of it."""
    return Place(ref.version, ref.folder_id, tuple(ref.staff_ids), ref.merged_into)

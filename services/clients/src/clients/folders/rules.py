"""Folders and their statuses: what a company starts with, and what must hold among them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from chassis.errors import Conflict, Forbidden, Invalid, NotFound

MOST_STATUSES: Final = 100
# The place of what is added without one: last, and among others like it in order of age.
LAST: Final = 1_000
BLUE, GREEN, AMBER, RED, GREY = "#2f80ed", "#27ae60", "#f2994a", "#eb5757", "#828282"


@dataclass(frozen=True, slots=True)
class StartingStatus:
    """A status that a folder begins with."""

    ar: str
    en: str
    color: str
    is_closed: bool = False

    @property
    def name(self) -> dict[str, str]:
        """As stored."""
        return {"ar": self.ar, "en": self.en}


@dataclass(frozen=True, slots=True)
class StartingFolder:
    """A folder that a company begins with; its first status is the default."""

    ar: str
    en: str
    statuses: tuple[StartingStatus, ...]

    @property
    def name(self) -> dict[str, str]:
        """As stored."""
        return {"ar": self.ar, "en": self.en}


FIRST_STATUS: Final = StartingStatus("جديد", "New", BLUE)
# Requirement CL-85. The first folder takes the clients for whom none is named.
STARTING_FOLDERS: Final = (
    StartingFolder("عملاء محتملون", "Leads", (
        FIRST_STATUS,
        StartingStatus("تم التواصل", "Contacted", AMBER),
        StartingStatus("مؤهل", "Qualified", GREEN),
        StartingStatus("غير مهتم", "Not interested", GREY, is_closed=True),
    )),
    StartingFolder("عملاء نشطون", "Active", (
        StartingStatus("نشط", "Active", GREEN),
        StartingStatus("بحاجة إلى متابعة", "Needs follow-up", AMBER),
        StartingStatus("متوقف مؤقتًا", "On hold", GREY),
    )),
    StartingFolder("مغلقون", "Closed", (
        StartingStatus("مكتمل", "Completed", GREEN, is_closed=True),
        StartingStatus("ملغى", "Cancelled", GREY, is_closed=True),
        StartingStatus("خسرناه", "Lost", RED, is_closed=True),
    )),
)  # fmt: skip


class FolderNotFound(NotFound):
    """No such folder, or hidden from the caller."""

    code = "folder_not_found"
    detail = "There is no such folder."


class StatusNotFound(NotFound):
    """No such status in this folder."""

    code = "status_not_found"
    detail = "There is no such status in this folder."


class AccessNotManageable(Forbidden):
    """The caller neither sees all clients nor has the level `manage` on the folder."""

    code = "access_not_manageable"
    detail = "You may not decide who has access to this folder."


class OutsideOwnFolders(Forbidden):
    """The API key is limited to some folders, and the place is beside them."""

    code = "outside_own_folders"
    detail = "This key may only make folders inside its own."


class UnknownFolder(Invalid):
    """A body names a folder that is not there."""

    code = "unknown_folder"
    detail = "There is no such folder."


class StatusNotInFolder(Invalid):
    """A body names a status of another folder, or of none."""

    code = "status_not_in_folder"
    detail = "This status does not belong to the folder."


class FolderInCircle(Invalid):
    """A folder cannot be put into itself or into a folder inside it."""

    code = "folder_in_circle"
    detail = "A folder cannot be inside itself."


class FolderNotEmpty(Conflict):
    """Clients or folders are in it, archived ones too."""

    code = "folder_not_empty"
    detail = "Move what is in this folder elsewhere first."


class LastFolder(Conflict):
    """Every client is in a folder, so one must remain."""

    code = "last_folder"
    detail = "The last folder cannot be deleted."


class StatusInUse(Conflict):
    """Clients have this status."""

    code = "status_in_use"
    detail = "Give the clients with this status another one first."


class DefaultStatusNeeded(Conflict):
    """Each folder has one default status."""

    code = "default_status_needed"
    detail = "Make another status the default first."


class SeveralDefaults(Invalid):
    """A folder has one default status."""

    code = "several_defaults"
    detail = "Only one status can be the default."


class TooManyStatuses(Conflict):
    """A folder is not made for more."""

    code = "too_many_statuses"
    detail = "A folder has at most {most} statuses."


@dataclass(frozen=True, slots=True)
class Shelf:
    """What others need to know of a folder to put a client into it."""

    id: UUID
    parent_id: UUID | None
    default_status_id: UUID
    statuses: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Outline:
    """The folders of a company, those first that come first on the screen."""

    shelves: Mapping[UUID, Shelf]

    def shelf(self, folder_id: UUID) -> Shelf:
        """The folder; raises UnknownFolder."""
        if (found := self.shelves.get(folder_id)) is None:
            raise UnknownFolder(field="folder_id")
        return found

    def status(self, folder_id: UUID, status_id: UUID | None) -> UUID:
        """The status, or the folder's default; raises UnknownFolder and StatusNotInFolder."""
        shelf = self.shelf(folder_id)
        if status_id is None:
            return shelf.default_status_id
        if status_id not in shelf.statuses:
            raise StatusNotInFolder(field="status_id")
        return status_id

    def place(self, folder_id: UUID | None, status_id: UUID | None) -> tuple[UUID, UUID]:
        """Where a client goes: a status alone names its folder, nothing names the first one.

        Raises UnknownFolder and StatusNotInFolder.
        """
        if folder_id is None:
            folder_id = self._folder_of(status_id) if status_id else next(iter(self.shelves))
        return folder_id, self.status(folder_id, status_id)

    def first_of(self, wanted: Collection[UUID]) -> tuple[UUID, UUID] | None:
        """The first of these folders that there is, with its default status."""
        for shelf in self.shelves.values():
            if shelf.id in wanted:
                return shelf.id, shelf.default_status_id
        return None

    def _folder_of(self, status_id: UUID) -> UUID:
        for shelf in self.shelves.values():
            if status_id in shelf.statuses:
                return shelf.id
        raise StatusNotInFolder(field="status_id")

    def ancestors(self, folder_id: UUID | None) -> Iterator[UUID]:
        """The folder and those it is inside of, from the inside out."""
        seen: set[UUID] = set()
        while folder_id is not None and folder_id in self.shelves and folder_id not in seen:
            seen.add(folder_id)
            yield folder_id
            folder_id = self.shelves[folder_id].parent_id


def check_parent(outline: Outline, folder_id: UUID | None, parent_id: UUID | None) -> None:
    """Raises UnknownFolder and FolderInCircle."""
    if parent_id is None:
        return
    if parent_id not in outline.shelves:
        raise UnknownFolder(field="parent_id")
    if folder_id is not None and folder_id in outline.ancestors(parent_id):
        raise FolderInCircle(field="parent_id")


def default_place(flags: list[bool]) -> int:
    """Which of a folder's statuses is the default: the one marked, else the first."""
    if flags.count(True) > 1:
        raise SeveralDefaults(field="statuses")
    return flags.index(True) if True in flags else 0

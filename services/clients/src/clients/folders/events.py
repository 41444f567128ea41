"""What others hear of folders."""

from collections.abc import Sequence

from diwan.clients.v1 import clients_pb2, events_pb2

from chassis.events import Event, event
from clients.folders.tables import Folder


def folder_changed(verb: str, folder: Folder) -> Event:
    """clients.folder.created, updated or deleted."""
    payload = events_pb2.FolderChanged(
        folder_id=str(folder.id), name_ar=folder.name.get("ar") or "",
        name_en=folder.name.get("en") or "", parent_id=_text(folder),
    )  # fmt: skip
    return event(f"clients.folder.{verb}", payload, folder.id, folder.version).urgently()


def access_changed(folder: Folder, access: Sequence[dict[str, str]]) -> Event:
    """clients.folder.access_changed, with the whole list of entries."""
    payload = events_pb2.FolderAccessChanged(
        folder_id=str(folder.id), parent_id=_text(folder),
        access=[clients_pb2.FolderAccess(**entry) for entry in access],
    )  # fmt: skip
    return event("clients.folder.access_changed", payload, folder.id, folder.version).urgently()


def _text(folder: Folder) -> str:
    return str(folder.parent_id) if folder.parent_id else ""

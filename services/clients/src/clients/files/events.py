"""What others hear of files: what they are called and what they are, never their contents."""

from collections.abc import Sequence

from diwan.clients.v1 import events_pb2

from chassis.events import Event, event
from clients.files.tables import File, FileShare


def file_changed(verb: str, file: File, *, changed: Sequence[str] = ()) -> Event:
    """clients.file.added, updated, deleted, expiring or expired."""
    payload = events_pb2.FileChanged(file=_file(file), changed=sorted(changed))
    return event(f"clients.file.{verb}", payload, file.id, file.version, client_id=file.client_id)


def file_shared(file: File, share: FileShare) -> Event:
    """clients.file.shared: that a link was given out, never the link."""
    payload = events_pb2.FileShared(
        file=_file(file), share_id=str(share.id), expires_at=share.expires_at.isoformat(),
        max_downloads=share.max_downloads or 0, has_password=share.password_hash is not None,
    )  # fmt: skip
    return event("clients.file.shared", payload, file.id, file.version, client_id=file.client_id)


def _file(file: File) -> events_pb2.File:
    return events_pb2.File(
        id=str(file.id), version=file.version, client_id=str(file.client_id), author=file.author,
        name=file.name, kind=file.kind, type=file.type, size=file.size, tags=file.tags,
        number=file.number, archived=file.is_archived,
        expires_on=file.expires_on.isoformat() if file.expires_on else "",
    )  # fmt: skip

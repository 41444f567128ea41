"""What others hear of notes: their beginning, never the whole text."""

from collections.abc import Sequence
from uuid import UUID

from diwan.clients.v1 import events_pb2

from chassis.events import Event, event
from clients.notes import rules
from clients.notes.tables import Note


def note_changed(
    verb: str, note: Note, *, changed: Sequence[str] = (), mentioned: Sequence[UUID] = ()
) -> Event:
    """clients.note.added, updated or deleted, with who is mentioned now and was not before."""
    payload = events_pb2.NoteChanged(
        note=events_pb2.Note(
            id=str(note.id), version=note.version, client_id=str(note.client_id),
            author=note.author, preview=rules.preview(note.body), pinned=note.pinned,
            mentions=[str(user_id) for user_id in note.mentions],
        ),
        changed=sorted(changed), mentioned=[str(user_id) for user_id in mentioned],
    )  # fmt: skip
    return event(f"clients.note.{verb}", payload, note.id, note.version, client_id=note.client_id)

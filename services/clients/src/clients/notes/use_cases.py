"""What can be done with notes."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from chassis.caller import Caller
from chassis.work import UnitOfWork
from clients.clients.use_cases.checks import client_to_write
from clients.files.use_cases.changing import check_files
from clients.notes import events, rules
from clients.notes.repository import NoteRepository
from clients.notes.tables import Note
from refs.visibility import sight_for

Staff = Mapping[UUID, Caller]


async def add_note(work: UnitOfWork, values: dict[str, Any], staff: Staff) -> Note:
    """Write a note on a client; `staff` are the rights of those it mentions."""
    client_id = await _check_client(work, values["client_id"], values["mentions"], staff)
    await check_files(work, client_id, values["file_ids"])
    values |= {"client_id": client_id, "author": work.caller.principal}
    note, is_new = await NoteRepository(work).add_once(**values)
    if is_new:
        work.publish(events.note_changed("added", note, mentioned=note.mentions))
    return note


async def update_note(
    work: UnitOfWork, note_id: UUID, changes: Mapping[str, Any], staff: Staff
) -> Note:
    """Change a note: its author and managers may."""
    note = await _of_author(work, note_id)
    listed = changes.get("mentions", note.mentions)
    await _check_client(work, note.client_id, listed, staff, known=note.mentions)
    more = [one for one in changes.get("file_ids", ()) if one not in note.file_ids]
    await check_files(work, note.client_id, more)
    return await _change(work, note, changes)


async def pin_note(work: UnitOfWork, note_id: UUID, *, pinned: bool) -> Note:
    """Keep a note on top, or no longer: whoever may change the client may."""
    note = await NoteRepository(work).get_for_update(note_id)
    await client_to_write(work, note.client_id)
    return await _change(work, note, {"pinned": pinned})


async def delete_note(work: UnitOfWork, note_id: UUID) -> None:
    """Remove a note for good; that it was there stays on the timeline."""
    note = await _of_author(work, note_id)
    await client_to_write(work, note.client_id)
    await NoteRepository(work).delete(note)
    work.publish(events.note_changed("deleted", note))


async def _of_author(work: UnitOfWork, note_id: UUID) -> Note:
    note = await NoteRepository(work).get_for_update(note_id)
    is_manager = work.caller.may("clients:manage")
    rules.check_author(note.author, work.caller.principal, is_manager=is_manager)
    return note


async def _change(work: UnitOfWork, note: Note, changes: Mapping[str, Any]) -> Note:
    changed = await NoteRepository(work).update(note, **changes)
    if changed is not note:
        fields = [name for name in changes if getattr(changed, name) != getattr(note, name)]
        more = [one for one in changed.mentions if one not in note.mentions]
        work.publish(events.note_changed("updated", changed, changed=fields, mentioned=more))
    return changed


async def _check_client(
    work: UnitOfWork, client_id: UUID, mentions: Sequence[UUID], staff: Staff, *,
    known: Sequence[UUID] = (),
) -> UUID:  # fmt: skip
    """The caller may write the client, and who is newly mentioned sees it; gives its id."""
    client = await client_to_write(work, client_id)
    for place, user_id in enumerate(mentions):
        if user_id in known:
            continue
        reader = staff.get(user_id)
        sees = reader is not None and reader.may("clients:read")
        sight = await sight_for(work, reader) if reader and sees else None
        if sight is None or not sight.may_see(client.folder_id, client.staff_ids):
            raise rules.UnknownMention(field=f"mentions.{place}")
    return client.id

"""HTTP door of notes."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from clients import peers
from clients.notes import use_cases
from clients.notes.repository import LIST, NoteRepository
from clients.notes.schemas import NoteCreate, NoteFilters, NoteUpdate, NoteView

routes = router("/v1/notes", "Notes")

READ, WRITE = "clients:read", "clients:write"


@routes.get("", permission=READ, response_model=Page[NoteView])
async def list_notes(work: Work, pages: Pages, query: Annotated[NoteFilters, Query()]) -> Json:
    """List the notes on the clients you see, the newest first."""
    values = await NoteRepository(work).scope_values()
    return Json(await LIST.page(work, pages, query.model_dump(exclude_none=True), **values))


@routes.post(
    "", permission=WRITE, status=201, response_model=NoteView,
    example={"client_id": "01890a5d-ac96-774b-bcce-b302099a8057", "pinned": True,
             "body": "يفضّل الاتصال بعد صلاة العصر."},
)  # fmt: skip
async def add_note(work: Work, context: Context, body: NoteCreate) -> Json:
    """Write a note on a client; who is mentioned is notified."""
    staff = await peers.rights_of(context, work.tenant_id, body.mentions)
    note = await use_cases.add_note(work, body.model_dump(), staff)
    return await _shown(work, note.id)


@routes.get("/{note_id}", permission=READ, response_model=NoteView)
async def get_note(work: Work, note_id: UUID) -> Json:
    """Read a note."""
    return Json(*await NoteRepository(work).read(note_id))


@routes.patch(
    "/{note_id}", permission=WRITE, response_model=NoteView,
    example={"body": "يفضّل الاتصال صباحًا."},
)  # fmt: skip
async def update_note(work: Work, context: Context, note_id: UUID, body: NoteUpdate) -> Json:
    """Change a note; its author and managers may."""
    staff = await peers.rights_of(context, work.tenant_id, body.mentions)
    await use_cases.update_note(work, note_id, body.model_dump(exclude_unset=True), staff)
    return await _shown(work, note_id)


@routes.delete("/{note_id}", permission=WRITE)
async def delete_note(work: Work, note_id: UUID) -> None:
    """Remove a note for good; its author and managers may."""
    await use_cases.delete_note(work, note_id)


@routes.post("/{note_id}/pin", permission=WRITE, response_model=NoteView)
async def pin_note(work: Work, note_id: UUID) -> Json:
    """Keep a note on top; whoever may change the client may."""
    await use_cases.pin_note(work, note_id, pinned=True)
    return await _shown(work, note_id)


@routes.post("/{note_id}/unpin", permission=WRITE, response_model=NoteView)
async def unpin_note(work: Work, note_id: UUID) -> Json:
    """Let a note go down among the others."""
    await use_cases.pin_note(work, note_id, pinned=False)
    return await _shown(work, note_id)


async def _shown(work: Work, note_id: UUID) -> Json:
    return Json(*await NoteRepository(work).read(note_id), location=note_id)

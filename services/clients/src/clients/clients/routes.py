"""HTTP door of clients."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.requests import Request

from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from chassis.shapes import Name
from clients import peers
from clients.clients.repository.listing import list_clients as read_page
from clients.clients.repository.rows import ClientRepository
from clients.clients.schemas.actions import (
    Move,
    StaffChange,
    StatusChange,
    TagChange,
)  # fmt: skip
from clients.clients.schemas.filters import ClientListFilters
from clients.clients.schemas.records import ClientCreate, ClientUpdate, ClientView
from clients.clients.schemas.upserts import ClientUpsert
from clients.clients.use_cases import changing, creating, opening, placing, upserting
from clients.clients.use_cases.listing import asked
from clients.custom_fields.rules.filters import PREFIX

routes = router("/v1/clients", "Clients")

READ, WRITE = "clients:read", "clients:write"


@routes.get("", permission=READ, response_model=Page[ClientView], open_parameters=(PREFIX,))
async def list_clients(
    work: Work, pages: Pages, request: Request, query: Annotated[ClientListFilters, Query()]
) -> Json:  # fmt: skip
    """List and search clients; texts are folded, phones match in any written form.

    Custom fields filter as `custom.<key>=…`, `custom.<key>_from=…` and `custom.<key>_to=…`.
    """
    given = query.model_dump(exclude_none=True)
    wanted = await asked(work, given, request.query_params.multi_items())
    return Json(await read_page(work, pages, wanted))


@routes.post(
    "", permission=WRITE, status=201, response_model=ClientView,
    example={"name": "عبد الله القحطاني", "kind": "lead", "tags": ["VIP"],
             "phones": [{"number": "0501234567", "label": "جوال"}],
             "emails": [{"address": "abdullah@example.com"}]},
)  # fmt: skip
async def create_client(work: Work, context: Context, body: ClientCreate) -> Json:
    """Add a client, lead or contact; only the name is needed."""
    await peers.know_tenant(context, work.tenant_id)
    document, client_id = await creating.create_client(work, body)
    return Json(*document, location=client_id)


@routes.get(
    "/by-external-id/{client_external_id}", permission=READ, response_model=ClientView
)  # fmt: skip
async def get_client_by_external_id(work: Work, client_external_id: Name) -> Json:
    """Read the client that your own system knows by this id.

    Of several with one id the one that is not archived is meant, and who has the id before whose
    merged record had it; 409 `external_id_of_several` where that decides nothing.
    """
    return Json(*await upserting.read_by_external_id(work, client_external_id))


@routes.put(
    "/by-external-id/{client_external_id}", permission=WRITE, status=201,
    response_model=ClientView,
    example={"name": "عبد الله القحطاني", "business_name": "مؤسسة القحطاني",
             "phones": [{"number": "0501234567"}], "tags": ["VIP"]},
)  # fmt: skip
async def put_client(
    work: Work, context: Context, client_external_id: Name, body: ClientUpsert
) -> Json:  # fmt: skip
    """Add the client that your own system knows by this id, or change the one that is there.

    What the body names is set, what it leaves out stays; a new client needs a `name` (201, with
    its `Location`), one that is there answers 200, and the same body again changes nothing. Folder,
    statuses, staff, `source` and `id` are a new client's: of one that is there they are ignored
    where they say what holds, or are null or empty, and refused where they differ (422
    `changed_by_action`). 409 `external_id_of_several` where you see several with the id; 404 where
    only others see who has it: then nobody is added.
    """
    await peers.know_tenant(context, work.tenant_id)
    document, made_id = await upserting.put_client(work, client_external_id, body)
    return Json(*document, location=f"/v1/clients/{made_id}" if made_id else None)


@routes.get("/{client_id}", permission=READ, response_model=ClientView)
async def get_client(work: Work, client_id: UUID) -> Json:
    """Read a client."""
    return await _shown(work, client_id)


@routes.patch(
    "/{client_id}", permission=WRITE, response_model=ClientView,
    example={"name": "عبدالله القحطاني", "business_name": "مؤسسة القحطاني"},
)  # fmt: skip
async def update_client(work: Work, context: Context, client_id: UUID, body: ClientUpdate) -> Json:
    """Change a client's own fields (JSON merge patch).

    409 `external_id_taken` where another client has that one, be it one that you do not see.
    """
    await peers.know_tenant(context, work.tenant_id)
    await changing.update_client(work, client_id, body)
    return await _shown(work, client_id)


@routes.post(
    "/{client_id}/move", permission=WRITE, response_model=ClientView,
    example={"folder_id": "01890a5d-ac96-774b-bcce-b302099a8057"},
)  # fmt: skip
async def move_client(work: Work, client_id: UUID, body: Move) -> Json:
    """Put a client into another folder."""
    await placing.move_client(work, client_id, body.folder_id, body.status_id)
    return await _shown(work, client_id)


@routes.post(
    "/{client_id}/status", permission=WRITE, response_model=ClientView,
    example={"status_id": "01890a5d-ac96-774b-bcce-b302099a8057", "reason": "طلب عرض سعر"},
)  # fmt: skip
async def change_status(work: Work, client_id: UUID, body: StatusChange) -> Json:
    """Choose the client's status in its folder, its pinned or its follow-up status."""
    await placing.change_status(work, client_id, body)
    return await _shown(work, client_id)


@routes.post(
    "/{client_id}/tags", permission=WRITE, response_model=ClientView,
    example={"add": ["VIP"], "remove": ["تسويق"]},
)  # fmt: skip
async def tag_client(work: Work, client_id: UUID, body: TagChange | None = None) -> Json:
    """Add and remove tags."""
    await changing.tag_client(work, client_id, body or TagChange())
    return await _shown(work, client_id)


@routes.post(
    "/{client_id}/staff", permission=WRITE, response_model=ClientView,
    example={"add": [{"user_id": "01890a5d-ac96-774b-bcce-b302099a8057", "role": "owner"}]},
)  # fmt: skip
async def assign_staff(work: Work, client_id: UUID, body: StaffChange | None = None) -> Json:
    """Assign staff, or end their assignment."""
    await changing.assign_staff(work, client_id, body or StaffChange())
    return await _shown(work, client_id)


@routes.post("/{client_id}/read", permission=READ, response_model=ClientView)
async def read_client(work: Work, client_id: UUID) -> Json:
    """Mark what happened to a client as seen by you: its `unread` is 0 again."""
    await opening.read_client(work, client_id)
    return await _shown(work, client_id)


@routes.post("/{client_id}/archive", permission=WRITE, response_model=ClientView)
async def archive_client(work: Work, client_id: UUID) -> Json:
    """Put a client away; it stays readable and can be brought back."""
    await changing.archive_client(work, client_id, archived=True)
    return await _shown(work, client_id)


@routes.post("/{client_id}/restore", permission=WRITE, response_model=ClientView)
async def restore_client(work: Work, client_id: UUID) -> Json:
    """Bring an archived client back."""
    await changing.archive_client(work, client_id, archived=False)
    return await _shown(work, client_id)


async def _shown(work: Work, client_id: UUID) -> Json:
    return Json(*await ClientRepository(work).read(client_id))

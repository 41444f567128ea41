"""HTTP door of links between clients."""

from typing import Annotated, get_args
from uuid import UUID

from fastapi import Query

from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from clients import peers
from clients.client_links import use_cases
from clients.client_links.repository import LIST, ClientLinkRepository
from clients.client_links.rules import MOST_LEVELS, MOST_NODES, SubKind
from clients.client_links.schemas import (
    ClientLinkCreate,
    ClientLinkFilters,
    ClientLinkUpdate,
    ClientLinkView,
    SubClientCreate,
    TreeNodeView,
    TreeView,
)  # fmt: skip
from clients.clients.repository.rows import ClientRepository

routes = router("/v1/client-links", "Client links")
of_client = router("/v1/clients/{client_id}", "Client links")

READ, WRITE = "clients:read", "clients:write"
Levels = Annotated[int, Query(ge=1, le=MOST_LEVELS)]
Kinds = Annotated[list[SubKind] | None, Query(max_length=10)]


@routes.get("", permission=READ, response_model=Page[ClientLinkView])
async def list_client_links(
    work: Work, pages: Pages, query: Annotated[ClientLinkFilters, Query()]
) -> Json:
    """List the links between clients you see; of one client, in both directions."""
    values = await ClientLinkRepository(work).scope_values()
    return Json(await LIST.page(work, pages, query.model_dump(exclude_none=True), **values))


@routes.post(
    "", permission=WRITE, status=201, response_model=ClientLinkView,
    example={"from_client_id": "01890a5d-ac96-774b-bcce-b302099a8057",
             "to_client_id": "01890a5d-ac96-774b-bcce-b302099a8058",
             "kind": "employee", "title": "مدير المشتريات"},
)  # fmt: skip
async def link_clients(work: Work, body: ClientLinkCreate) -> Json:
    """Link two clients: the second is the `kind` of the first."""
    link = await use_cases.link_clients(work, body)
    shown = await ClientLinkRepository(work).read(link.id, body.from_client_id)
    return Json(*shown, location=link.id)


@routes.get("/{client_link_id}", permission=READ, response_model=ClientLinkView)
async def get_client_link(work: Work, client_link_id: UUID) -> Json:
    """Read a link."""
    return Json(*await ClientLinkRepository(work).read(client_link_id))


@routes.patch(
    "/{client_link_id}", permission=WRITE, response_model=ClientLinkView,
    example={"title": "المدير المالي"},
)  # fmt: skip
async def update_client_link(work: Work, client_link_id: UUID, body: ClientLinkUpdate) -> Json:
    """Change the title of a link."""
    changes = body.model_dump(exclude_unset=True)
    await use_cases.update_link(work, client_link_id, changes)
    return Json(*await ClientLinkRepository(work).read(client_link_id))


@routes.delete("/{client_link_id}", permission=WRITE)
async def delete_client_link(work: Work, client_link_id: UUID) -> None:
    """Separate two clients; both stay."""
    await use_cases.delete_link(work, client_link_id)


@of_client.post(
    "/sub-clients", permission=WRITE, status=201, response_model=ClientLinkView,
    example={"kind": "branch", "title": "فرع جدة",
             "client": {"name": "مؤسسة القحطاني – جدة", "type": "business"}},
)  # fmt: skip
async def add_sub_client(
    work: Work, context: Context, client_id: UUID, body: SubClientCreate
) -> Json:
    """Add a client and link it to this one in one step."""
    await peers.know_tenant(context, work.tenant_id)
    link = await use_cases.add_sub_client(work, client_id, body)
    shown = await ClientLinkRepository(work).read(link.id, client_id, is_new=True)
    return Json(*shown, location=f"/v1/client-links/{link.id}")


@of_client.get("/tree", permission=READ)
async def read_client_tree(
    work: Work, client_id: UUID, depth: Levels = MOST_LEVELS, kind: Kinds = None
) -> TreeView:
    """Read what stands below a client, as far as you see it."""
    client_id, *_ = await ClientRepository(work).check_visible(client_id)
    kinds = kind or get_args(SubKind)
    found = await ClientLinkRepository(work).tree(client_id, kinds, depth, MOST_NODES + 1)
    nodes = [TreeNodeView(url=f"/v1/clients/{row['id']}", **row) for row in found[:MOST_NODES]]
    return TreeView(
        client_id=client_id, url=f"/v1/clients/{client_id}",
        nodes=sorted(nodes, key=lambda node: (node.depth, node.name)),
        is_whole=len(found) <= MOST_NODES,
    )  # fmt: skip

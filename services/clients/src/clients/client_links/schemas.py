"""Shapes of links between clients."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.shapes import Name, Resource, Shape, View
from clients.client_links.rules import Kind, Relation, SubKind
from clients.clients.schemas.records import ClientCreate


class ClientLinkCreate(Shape):
    """A link; `kind` is what the second client is to the first, `title` their position or role."""

    id: UUID | None = None
    from_client_id: UUID
    to_client_id: UUID
    kind: Relation
    title: Name | None = None


class ClientLinkUpdate(Shape):
    """What may change."""

    title: Name | None = None


class SubClientCreate(Shape):
    """A new client with its link to the one it stands under."""

    kind: SubKind = "sub_client"
    title: Name | None = None
    client: ClientCreate


class ClientLinkFilters(BaseModel):
    """How the list may be narrowed; with a client, links are told from its side."""

    client_id: UUID | None = None
    kind: Annotated[list[Kind] | None, Field(max_length=10)] = None


class LinkedClientView(View):
    """The client on the other side."""

    id: UUID
    name: str
    code: str
    url: str


class ClientLinkView(Resource):
    """A link, told from the side of `client_id`: `client` is its `relation`."""

    client_id: UUID
    url: str
    relation: Relation
    client: LinkedClientView
    from_client_id: UUID
    to_client_id: UUID
    kind: Kind
    title: str | None


class TreeNodeView(View):
    """A client in the tree; `kind` is what it is to the one above it."""

    id: UUID
    name: str
    code: str
    url: str
    parent_id: UUID
    link_id: UUID
    kind: SubKind
    title: str | None
    depth: int


class TreeView(View):
    """All that stands below a client, level by level; `is_whole` unless there is more."""

    client_id: UUID
    url: str
    nodes: list[TreeNodeView]
    is_whole: bool

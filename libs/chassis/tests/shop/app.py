"""A bicycle shop: the smallest service that uses all of the doors."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel
from sqlalchemy import Column, Numeric, Text, UniqueConstraint, bindparam, func

from chassis.context import Context as ContextType
from chassis.errors import Conflict
from chassis.events import Event
from chassis.http.router import Json, Pages, Sent, Work, router
from chassis.http.uploads import Upload
from chassis.paging import ListQuery, Page
from chassis.repository import Repository
from chassis.service import Service
from chassis.settings import ChassisSettings
from chassis.shapes import Name, Resource, Shape
from chassis.tables import Row, metadata, tenant_table

SHOP = metadata()
bikes = tenant_table(
    "bikes",
    SHOP,
    Column("name", Text, nullable=False),
    Column("frame_number", Text, info={"sensitive": True}),
    Column("price", Numeric),
    UniqueConstraint("tenant_id", "frame_number", name="uq_bikes__frame_number"),
)


class Settings(ChassisSettings):
    """The shop has no settings of its own."""

    service: str = "shop"
    upload_limit: int = 30_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bike(Row):
    """A bicycle for sale."""

    name: str
    frame_number: str | None
    price: Any


class BikeSold(Conflict):
    """It is gone."""

    code = "bike_sold"
    detail = "The bike {name} is sold."


class Bikes(Repository[Bike]):
    """The bicycles of one shop."""

    table = bikes
    row = Bike

    listing = ListQuery(
        source=bikes,
        columns={n: bikes.c[n] for n in ("id", "version", "created_at", "updated_at", "name")},
        where=(bikes.c.tenant_id == bindparam("tenant_id"),),
        filters={"name": func.lower(bikes.c.name) == func.any(bindparam("name"))},
        sorts={"created_at": bikes.c.created_at, "name": bikes.c.name},
        default_sort="-created_at",
        key=bikes.c.id,
    )


class BikeCreate(Shape):
    """A bicycle to be added."""

    name: Name
    frame_number: str | None = None


class BikeUpdate(Shape):
    """What may change."""

    name: Name


class BikeView(Resource):
    """A bicycle as shown."""

    name: str


class ManualFields(Shape):
    """What is said of a manual."""

    title: Name
    pages: int | None = None
    languages: list[str] = []


class BikeFilters(BaseModel):
    """How the list may be narrowed."""

    name: list[str] | None = None


routes = router("/v1/bikes", "Bikes")


@routes.get("", permission="shop:read", response_model=Page[BikeView])
async def list_bikes(work: Work, pages: Pages, filters: Annotated[BikeFilters, Query()]) -> Json:
    """All bicycles."""
    given = filters.model_dump(exclude_none=True)
    return Json(await Bikes(work).listing.page(work, pages, given))


@routes.get("/{bike_id}", permission="shop:read")
async def get_bike(work: Work, bike_id: UUID) -> BikeView:
    """One bicycle."""
    return BikeView.model_validate(await Bikes(work).get(bike_id))


@routes.post("", permission="shop:write", status=201, example={"name": "Tourer"})
async def create_bike(work: Work, body: BikeCreate) -> BikeView:
    """Add a bicycle."""
    bike = await Bikes(work).add(**body.model_dump())
    work.publish(Event("shop.bike.created", bike.id, {"name": bike.name}))
    return BikeView.model_validate(bike)


@routes.patch("/{bike_id}", permission="shop:write", example={"name": "Racer"})
async def update_bike(work: Work, bike_id: UUID, body: BikeUpdate) -> BikeView:
    """Rename a bicycle."""
    bikes_ = Bikes(work)
    bike = await bikes_.update(await bikes_.get_for_update(bike_id), **body.model_dump())
    return BikeView.model_validate(bike)


@routes.post("/{bike_id}/sell", permission="shop:write")
async def sell_bike(work: Work, bike_id: UUID) -> BikeView:
    """Refused always, after everything was written: nothing may remain."""
    bike = await Bikes(work).get_for_update(bike_id)
    await Bikes(work).update(bike, name="half sold")
    raise BikeSold(name=bike.name)


@routes.delete("/{bike_id}", permission="shop:delete")
async def delete_bike(work: Work, bike_id: UUID) -> None:
    """Remove a bicycle."""
    bikes_ = Bikes(work)
    await bikes_.delete(await bikes_.get_for_update(bike_id))


@routes.post("/manuals", permission="shop:write", status=201, upload=ManualFields)
async def add_manual(work: Work, sent: Annotated[Upload[ManualFields], Sent]) -> dict[str, Any]:
    """Read a manual and a bicycle into the books; tells what came."""
    read = sum(len(piece) for piece in iter(lambda: sent.content.read(65_536), b""))
    await Bikes(work).add(name=sent.fields.title)
    return sent.fields.model_dump() | {
        "name": sent.name, "size": sent.size, "read": read, "sha256": sent.sha256.hex(),
    }  # fmt: skip


@routes.get("/broken/now", permission="signed_in")
async def break_down(work: Work) -> BikeView:
    """A fault of ours, with a secret in its text."""
    raise RuntimeError("password=hunter2")


async def _nobody(*_: Any) -> None:
    return None


def build(settings: Settings) -> Service:
    """The shop's table of contents."""
    return Service(
        settings=settings,
        metadata=(SHOP,),
        migrations=Path(__file__).parent / "migrations",
        routers=[routes],
        rights=_nobody,
        key_rights=_nobody,
    )


def context_of(harness: Any) -> ContextType:
    """The harness's context, typed."""
    context: ContextType = harness.context
    return context

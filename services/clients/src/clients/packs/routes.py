"""HTTP door of industry packs."""

from typing import Any

from chassis.http.router import Pages, Work, router
from chassis.paging import Page
from chassis.work import UnitOfWork
from clients.packs import use_cases
from clients.packs.repository import PackRepository
from clients.packs.rules import KINDS
from clients.packs.schemas import KeptView, Pack, PackView, PartView, UninstalledView
from clients.packs.tables import InstalledPack

routes = router("/v1/packs", "Industry packs")

READ, MANAGE = "clients:read", "clients:manage"


@routes.get("", permission=READ)
async def list_packs(work: Work, pages: Pages) -> Page[PackView]:
    """List the industry packs, and which of them the company has; all in one page."""
    have = await PackRepository(work).by_name()
    items = [
        await _view(work, pack, have.get(name)) for name, pack in use_cases.catalogue().items()
    ]
    return Page(items=items, next_cursor=None, total=len(items) if pages.count else None)


@routes.get("/{pack_name}", permission=READ)
async def get_pack(work: Work, pack_name: str) -> PackView:
    """Read what an industry pack brings."""
    pack = use_cases.pack_of(pack_name)
    return await _view(work, pack, (await PackRepository(work).by_name()).get(pack_name))


@routes.post("/{pack_name}/install", permission=MANAGE)
async def install_pack(work: Work, pack_name: str) -> PackView:
    """Give the company the folders, fields, statuses and tags of an industry."""
    installed = await use_cases.install(work, pack_name)
    return await _view(work, use_cases.pack_of(pack_name), installed)


@routes.post("/{pack_name}/uninstall", permission=MANAGE)
async def uninstall_pack(work: Work, pack_name: str) -> UninstalledView:
    """Take an industry pack back, but for what clients have."""
    removed, kept = await use_cases.uninstall(work, pack_name)
    return UninstalledView(
        name=pack_name, removed=len(removed), kept=[KeptView.model_validate(part) for part in kept]
    )


async def _view(work: UnitOfWork, pack: Pack, row: InstalledPack | None) -> PackView:
    had = await use_cases.shown_of(work, row.parts) if row else []
    ids = {(part["kind"], part["key"]): part["id"] for part in had}
    parts: list[dict[str, Any]] = [
        {"kind": kind, "key": part.key, "id": ids.get((kind, part.key)),
         "name": getattr(part, "name", None) or part.label}
        for kind in KINDS for part in getattr(pack, kind)
    ]  # fmt: skip
    installed = row is not None and row.is_installed
    return PackView(
        name=pack.name, title=pack.title, description=pack.description, installed=installed,
        installed_at=row.updated_at if row and installed else None,
        parts=[PartView.model_validate(part) for part in parts],
    )  # fmt: skip

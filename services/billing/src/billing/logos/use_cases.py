"""Logos: made anew of what was sent, shown, printed, and taken away."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from io import BytesIO
from typing import Any, Final
from uuid import UUID

from billing.logos import rules
from billing.logos.repository import LogoRepository, needed
from billing.logos.tables import Logo
from chassis.context import Context
from chassis.http.content import Content
from chassis.http.uploads import Upload
from chassis.ids import new_id
from chassis.storage import NotStored
from chassis.work import UnitOfWork

DROP: Final = "billing.drop_logos"
_WAIT: Final = timedelta(hours=1)
# Each picture being made takes the memory of its pixels.
_AT_ONCE: Final = asyncio.Semaphore(2)


async def set_logo(work: UnitOfWork, context: Context, upload: Upload[Any]) -> Logo:
    """Give the company a logo; what was sent is not kept."""
    if upload.size > rules.MOST_BYTES:
        raise rules.LogoTooLarge(field="file")
    async with _AT_ONCE:
        made, (width, height) = await asyncio.to_thread(rules.remade, upload.content)
    object_id = new_id()
    async with work.database.work(work.caller) as before:
        # Whatever becomes of this request, nothing stays that nobody needs.
        before.enqueue(DROP, {"objects": [str(object_id)]}, after=_WAIT)
    await context.storage.put(_key(work.tenant_id, object_id), BytesIO(made))
    values = {"object_id": object_id, "width": width, "height": height, "size": len(made)}
    logos = LogoRepository(work)
    added = await logos.add_unless_taken(id=work.tenant_id, **values)
    if added is not None:
        return added
    known = await logos.get_for_update(work.tenant_id)
    work.enqueue(DROP, {"objects": [str(known.object_id)]})
    return await logos.update(known, **values)


async def remove_logo(work: UnitOfWork) -> None:
    """Let papers have the company's name alone again; they may already."""
    logos = LogoRepository(work)
    if await logos.current() is not None:
        known = await logos.get_for_update(work.tenant_id)
        await logos.delete(known)
        work.enqueue(DROP, {"objects": [str(known.object_id)]})


async def logo_of(work: UnitOfWork, context: Context) -> Content:
    """The picture, as it is sent; read apart, so that nothing is held meanwhile."""
    async with work.database.work(work.caller) as own:
        logo = await LogoRepository(own).get(work.tenant_id)
    opened = partial(context.storage.pieces, _key(work.tenant_id, logo.object_id))
    return Content(
        opened, logo.size, rules.MEDIA_TYPE, str(logo.object_id), "logo.png", inline=True
    )  # fmt: skip


async def picture(context: Context, tenant_id: UUID, logo: Logo) -> bytes | None:
    """Its bytes; None where it was replaced this moment."""
    try:
        parts = await context.storage.pieces(_key(tenant_id, logo.object_id), 0, logo.size)
        return b"".join([part async for part in parts])
    except NotStored:
        return None


async def unneeded(work: UnitOfWork, object_ids: Sequence[UUID]) -> list[UUID]:
    """Those of the stored pictures that are nobody's logo."""
    kept = await needed(work, object_ids)
    return [object_id for object_id in object_ids if object_id not in kept]


async def drop_logos(context: Context, tenant_id: UUID, object_ids: Sequence[UUID]) -> None:
    """Remove stored pictures for good."""
    for object_id in object_ids:
        await context.storage.delete(_key(tenant_id, object_id))


def _key(tenant_id: UUID, object_id: UUID) -> str:
    return f"{tenant_id}/logo-{object_id}"

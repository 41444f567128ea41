"""Opening a document by its link."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from billing.links import rules
from billing.links.repository import LinkedT
from billing.links.use_cases.giving import Kind
from chassis.caller import Caller
from chassis.context import Context
from chassis.links import LONGEST_TOKEN, token_hash
from chassis.work import UnitOfWork
from refs import people
from refs.reading import ensure_tenant


@asynccontextmanager
async def opened(
    context: Context, kind: Kind[LinkedT], token: str
) -> AsyncIterator[tuple[UnitOfWork, LinkedT]]:
    """The document of a link, locked; unknown, over and revoked links are one and the same."""
    caller, digest, document_id = await _led_to(context, kind, token)
    async with context.database.work(caller) as work:
        documents = kind.repository(work)
        try:
            document = await documents.get_for_update(document_id)
        except documents.missing as error:
            raise kind.nowhere() from error
        ends = document.link_expires_at
        if document.link_hash != digest or ends is None or ends <= work.now:
            raise kind.nowhere()
        yield work, document


async def company(work: UnitOfWork) -> dict[str, str]:
    """Whose document it is, as strangers are told."""
    known = await people.tenant(work)
    return {
        "name": known.name if known else "", "country": known.country if known else "",
        "locale": known.locale if known else "",
    }  # fmt: skip


async def _led_to(context: Context, kind: Kind[LinkedT], token: str) -> tuple[Caller, bytes, Any]:
    digest = token_hash(token)
    is_token = len(token) <= LONGEST_TOKEN
    found = await kind.found_by(context, digest) if is_token else None
    if found is None:
        raise kind.nowhere()
    await ensure_tenant(context, found["tenant_id"])
    return rules.in_the_name_of(found["tenant_id"], found["id"]), digest, found["id"]

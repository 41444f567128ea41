"""What the client of an estimate does by its link."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import orjson

from billing.estimates import events, rules
from billing.estimates.repository import EstimateRepository, found_by
from billing.estimates.tables import Estimate
from billing.estimates.use_cases.answering import accept_estimate, decline_estimate
from chassis.context import Context
from chassis.work import UnitOfWork
from refs import people
from refs.reading import ensure_tenant

_TITLE: Final = {"ar": "عرض سعر", "en": "Estimate"}
_STATUSES: Final[Mapping[str, tuple[str, str]]] = {
    "sent": ("بانتظار ردك", "Awaiting your answer"),
    "viewed": ("بانتظار ردك", "Awaiting your answer"),
    "accepted": ("مقبول", "Accepted"), "declined": ("مرفوض", "Declined"),
    "expired": ("منتهي الصلاحية", "Expired"), "converted": ("مقبول", "Accepted"),
}  # fmt: skip


async def view(context: Context, token: str) -> dict[str, Any]:
    """The estimate that a link leads to, which counts as a view; raises EstimateLinkNotFound."""
    async with _opened(context, token) as (work, estimate):
        estimates = EstimateRepository(work)
        if estimate.status == rules.Status.SENT:
            viewed = await estimates.update(
                estimate, status=rules.Status.VIEWED.value, viewed_at=work.now
            )
            work.publish(events.estimate_changed("viewed", viewed))
        await estimates.count_view(estimate.id)
        return await _told(work, estimate)


async def accept(context: Context, token: str, name: str | None) -> dict[str, Any]:
    """The client wants it."""
    async with _opened(context, token) as (work, estimate):
        await accept_estimate(work, estimate, name, by_client=True)
        return await _told(work, estimate)


async def decline(
    context: Context, token: str, name: str | None, reason: str | None
) -> dict[str, Any]:
    """The client does not want it."""
    async with _opened(context, token) as (work, estimate):
        await decline_estimate(work, estimate, reason, name, by_client=True)
        return await _told(work, estimate)


@asynccontextmanager
async def _opened(context: Context, token: str) -> AsyncIterator[tuple[UnitOfWork, Estimate]]:
    """The estimate of a link, locked; unknown, over and revoked links are one and the same."""
    if len(token) > rules.LONGEST_TOKEN:
        raise rules.EstimateLinkNotFound()
    digest = rules.token_hash(token)
    if (found := await found_by(context, digest)) is None:
        raise rules.EstimateLinkNotFound()
    await ensure_tenant(context, found["tenant_id"])
    caller = rules.in_the_name_of(found["tenant_id"], found["id"])
    async with context.database.work(caller) as work:
        try:
            estimate = await EstimateRepository(work).get_for_update(found["id"])
        except rules.EstimateNotFound as error:
            raise rules.EstimateLinkNotFound() from error
        ends = estimate.link_expires_at
        if estimate.link_hash != digest or ends is None or ends <= work.now:
            raise rules.EstimateLinkNotFound()
        yield work, estimate


async def _told(work: UnitOfWork, estimate: Estimate) -> dict[str, Any]:
    shown: dict[str, Any] = orjson.loads((await EstimateRepository(work).shown(estimate.id)).body)
    company = await people.tenant(work)
    ar, en = _STATUSES[shown["status"]]
    return shown | {
        "company": {"name": company.name if company else "",
                    "country": company.country if company else "",
                    "locale": company.locale if company else ""},
        "client_name": await EstimateRepository(work).client_name(estimate.id),
        "title": _TITLE, "status_name": {"ar": ar, "en": en},
        "can_answer": shown["status"] in rules.OPEN,
    }  # fmt: skip

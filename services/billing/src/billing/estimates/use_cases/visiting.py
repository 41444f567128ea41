"""What the client of an estimate does by its link."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from billing.estimates import events, rules
from billing.estimates.repository import EstimateRepository
from billing.estimates.tables import Estimate
from billing.estimates.use_cases.answering import accept_estimate, decline_estimate
from billing.estimates.use_cases.linked import LINKED
from billing.links.use_cases.opening import company, opened
from chassis.caller import Caller
from chassis.context import Context
from chassis.work import UnitOfWork

_TITLE: Final = {"ar": "عرض سعر", "en": "Estimate"}
_STATUSES: Final[Mapping[str, tuple[str, str]]] = {
    "sent": ("بانتظار ردك", "Awaiting your answer"),
    "viewed": ("بانتظار ردك", "Awaiting your answer"),
    "accepted": ("مقبول", "Accepted"), "declined": ("مرفوض", "Declined"),
    "expired": ("منتهي الصلاحية", "Expired"), "converted": ("مقبول", "Accepted"),
}  # fmt: skip


async def view(context: Context, token: str) -> dict[str, Any]:
    """The estimate that a link leads to, which counts as a view; raises EstimateLinkNotFound."""
    _, told = await visit(context, token)
    return told


async def visit(context: Context, token: str) -> tuple[Caller, dict[str, Any]]:
    """The same, and in whose name whoever holds the link acts."""
    async with opened(context, LINKED, token) as (work, estimate):
        estimates = EstimateRepository(work)
        if estimate.status == rules.Status.SENT:
            viewed = await estimates.update(
                estimate, status=rules.Status.VIEWED.value, viewed_at=work.now
            )
            work.publish(events.estimate_changed("viewed", viewed))
        await estimates.count_view(estimate.id)
        return work.caller, await _told(work, estimate)


async def accept(context: Context, token: str, name: str | None) -> dict[str, Any]:
    """The client wants it."""
    async with opened(context, LINKED, token) as (work, estimate):
        await accept_estimate(work, estimate, name, by_client=True)
        return await _told(work, estimate)


async def decline(
    context: Context, token: str, name: str | None, reason: str | None
) -> dict[str, Any]:
    """The client does not want it."""
    async with opened(context, LINKED, token) as (work, estimate):
        await decline_estimate(work, estimate, reason, name, by_client=True)
        return await _told(work, estimate)


async def _told(work: UnitOfWork, estimate: Estimate) -> dict[str, Any]:
    shown: dict[str, Any] = orjson.loads((await EstimateRepository(work).shown(estimate.id)).body)
    ar, en = _STATUSES[shown["status"]]
    return shown | {
        "company": await company(work),
        "client_name": await EstimateRepository(work).client_name(estimate.id),
        "title": _TITLE, "status_name": {"ar": ar, "en": en},
        "can_answer": shown["status"] in rules.OPEN,
    }  # fmt: skip

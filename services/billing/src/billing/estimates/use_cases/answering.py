"""What becomes of an estimate: sent, accepted, declined, reopened, made an invoice of."""

from datetime import datetime
from typing import Any
from uuid import UUID

from billing.estimates import events, rules
from billing.estimates.repository import EstimateRepository
from billing.estimates.tables import Estimate
from billing.estimates.use_cases.linked import LINKED
from billing.invoices.use_cases.drafts import make_invoice_of
from billing.links.use_cases import giving, mailing
from billing.series.use_cases import take_number
from chassis.links import Channel
from chassis.work import UnitOfWork
from refs.home import today


async def send_estimate(
    work: UnitOfWork, estimate_id: UUID, channel: Channel | None,
    link_expires_at: datetime | None,
) -> tuple[str, Channel]:  # fmt: skip
    """Give an estimate its number and a link for its client; the link's token, and how it went.

    A link that was given out before leads nowhere any more.
    """
    estimates = EstimateRepository(work)
    known = await estimates.get_for_update(estimate_id)
    status = rules.sent(await shown(work, known))
    given = await giving.give(work, known, channel, link_expires_at)
    sent = await estimates.update(
        known, status=status.value, sent_at=work.now, **given.columns,
        **await _numbered(work, known),
    )  # fmt: skip
    work.publish(events.estimate_changed("sent", sent))
    if given.channel == "email":
        mailing.enqueue(work, LINKED, sent, given.token)
    return given.token, given.channel


async def accept_estimate(
    work: UnitOfWork, estimate: Estimate, name: str | None = None, *, by_client: bool = False
) -> Estimate:
    """Note that the client wants it."""
    rules.check_answerable(await shown(work, estimate), by_client=by_client)
    return await _decide(work, estimate, rules.Status.ACCEPTED, decided_name=name)


async def decline_estimate(
    work: UnitOfWork, estimate: Estimate, reason: str | None, name: str | None = None,
    *, by_client: bool = False,
) -> Estimate:  # fmt: skip
    """Note that the client does not want it, and why."""
    rules.check_answerable(await shown(work, estimate), by_client=by_client)
    return await _decide(
        work, estimate, rules.Status.DECLINED, decided_name=name, decline_reason=reason
    )


async def reopen_estimate(work: UnitOfWork, estimate_id: UUID) -> Estimate:
    """Make a draft of it again: it keeps its number, and its link leads nowhere any more."""
    estimates = EstimateRepository(work)
    known = await estimates.get_for_update(estimate_id)
    rules.check_reopenable(await shown(work, known))
    reopened = await estimates.update(
        known, status=rules.Status.DRAFT.value, link_hash=None, link_expires_at=None,
        viewed_at=None, is_expiry_told=False, decided_at=None, decided_by=None, decided_name=None,
        decline_reason=None,
    )  # fmt: skip
    work.publish(events.estimate_changed("reopened", reopened))
    return reopened


async def convert_estimate(work: UnitOfWork, estimate_id: UUID) -> UUID:
    """Make an invoice of it, once: repeated it is the same one."""
    estimates = EstimateRepository(work)
    known = await estimates.get_for_update(estimate_id)
    if known.invoice_id is not None:
        work.status = 200
        return known.invoice_id
    rules.check_convertible(await shown(work, known))
    if known.status != rules.Status.ACCEPTED:
        known = await _decide(work, known, rules.Status.ACCEPTED)
    invoice = await make_invoice_of(work, known, estimate_id=known.id)
    converted = await estimates.update(known, invoice_id=invoice.id)
    work.publish(events.estimate_changed("converted", converted))
    return invoice.id


async def shown(work: UnitOfWork, estimate: Estimate) -> str:
    """Where it stands today."""
    return rules.shown(
        estimate.status, estimate.expires_on, estimate.invoice_id, await today(work)
    )  # fmt: skip


async def _decide(
    work: UnitOfWork, estimate: Estimate, status: rules.Status, **more: Any
) -> Estimate:
    decided = await EstimateRepository(work).update(
        estimate, status=status.value, decided_at=work.now, decided_by=work.caller.principal,
        **more, **await _numbered(work, estimate),
    )  # fmt: skip
    verb: events.Verb = "accepted" if status is rules.Status.ACCEPTED else "declined"
    work.publish(events.estimate_changed(verb, decided))
    return decided


async def _numbered(work: UnitOfWork, estimate: Estimate) -> dict[str, Any]:
    """The number of one that has none yet; whoever else takes one waits from here on."""
    if estimate.number is not None:
        return {}
    taken = await take_number(work, "estimate", estimate.branch_id)
    return {"number": taken.number, "series_id": taken.series_id}

"""What can be done with claims."""

from typing import Any
from uuid import UUID

from chassis.work import UnitOfWork
from clients.clients.use_cases.checks import client_to_write
from clients.files.use_cases.changing import check_files
from clients.insurance import events, rules
from clients.insurance.repository.claims import ClaimRepository
from clients.insurance.repository.policies import PolicyRepository
from clients.insurance.tables import Claim
from clients.insurance.use_cases.policies import minor
from refs.home import today


async def add_claim(work: UnitOfWork, values: dict[str, Any]) -> Claim:
    """Write down a claim on a policy: a draft, in the policy's currency."""
    policy = await PolicyRepository(work).find(values["policy_id"])
    if policy is None:
        raise rules.UnknownPolicy(field="policy_id")
    # Its own client, not the survivor: it goes where the policy goes when a merge is undone.
    await client_to_write(work, policy.client_id)
    await check_files(work, policy.client_id, values["file_ids"])
    amount_minor = minor("amount", values.pop("amount"), policy.currency)
    values["claimed_on"] = values["claimed_on"] or await today(work)
    claim, is_new = await ClaimRepository(work).add_once(
        **values, client_id=policy.client_id, currency=policy.currency, state="draft",
        amount_minor=amount_minor,
    )  # fmt: skip
    if is_new:
        work.publish(events.claim_changed("added", claim))
    return claim


async def update_claim(work: UnitOfWork, claim_id: UUID, changes: dict[str, Any]) -> Claim:
    """Change a claim; what the insurer was told only while it is a draft."""
    claim = await _for_change(work, claim_id)
    if "amount" in changes:
        changes["amount_minor"] = minor("amount", changes.pop("amount"), claim.currency)
    names = [name for name in changes if getattr(claim, name) != changes[name]]
    rules.check_changes(claim.state, names)
    more = [one for one in changes.get("file_ids", ()) if one not in claim.file_ids]
    await check_files(work, claim.client_id, more)
    return await _change(work, claim, "updated", changes)


async def delete_claim(work: UnitOfWork, claim_id: UUID) -> None:
    """Remove a draft."""
    claim = await _for_change(work, claim_id)
    rules.check_draft(claim.state)
    await ClaimRepository(work).delete(claim)
    work.publish(events.claim_changed("deleted", claim))


async def submit_claim(work: UnitOfWork, claim_id: UUID) -> Claim:
    """Hand a draft in."""
    claim = await _for_change(work, claim_id)
    state = rules.moved(claim.state, "submitted")
    return await _change(work, claim, state, {"state": state, "submitted_at": work.now})


async def approve_claim(work: UnitOfWork, claim_id: UUID, amount: str | None) -> Claim:
    """Note that the insurer grants it, all or less."""
    claim = await _for_change(work, claim_id)
    state = rules.moved(claim.state, "approved")
    granted = minor("amount", amount, claim.currency)
    approved = rules.approved_minor(claim.amount_minor, granted)
    return await _change(work, claim, state, {
        "state": state, "approved_minor": approved, **_decided(work),
    })  # fmt: skip


async def reject_claim(work: UnitOfWork, claim_id: UUID, reason: str) -> Claim:
    """Note that the insurer does not pay, and why."""
    claim = await _for_change(work, claim_id)
    state = rules.moved(claim.state, "rejected")
    return await _change(work, claim, state, {"state": state, "reason": reason, **_decided(work)})


async def pay_claim(work: UnitOfWork, claim_id: UUID) -> Claim:
    """Note that the insurer has paid."""
    claim = await _for_change(work, claim_id)
    state = rules.moved(claim.state, "paid")
    return await _change(work, claim, state, {"state": state, "paid_at": work.now})


async def _for_change(work: UnitOfWork, claim_id: UUID) -> Claim:
    claim = await ClaimRepository(work).get_for_update(claim_id)
    await client_to_write(work, claim.client_id)
    return claim


async def _change(work: UnitOfWork, claim: Claim, verb: str, changes: dict[str, Any]) -> Claim:
    changed = await ClaimRepository(work).update(claim, **changes)
    if changed is not claim:
        names = [name for name in changes if getattr(changed, name) != getattr(claim, name)]
        work.publish(events.claim_changed(verb, changed, changed=names))
    return changed


def _decided(work: UnitOfWork) -> dict[str, Any]:
    return {"decided_at": work.now, "decided_by": work.caller.principal}

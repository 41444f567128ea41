"""What others hear of insurance. A policy's holder is not named: not all who see one see both."""

from collections.abc import Sequence

from diwan.clients.v1 import events_pb2

from chassis.events import Event, event
from chassis.money import Money
from clients.insurance.tables import Claim, Policy


def policy_changed(verb: str, policy: Policy, *, changed: Sequence[str] = ()) -> Event:
    """clients.insurance_policy.added, updated or deleted."""
    payload = events_pb2.InsurancePolicyChanged(
        policy=events_pb2.InsurancePolicy(
            id=str(policy.id), version=policy.version, client_id=str(policy.client_id),
            provider_id=str(policy.provider_id), number=policy.number,
            policy_class=policy.policy_class or "", starts_on=policy.starts_on.isoformat(),
            ends_on=policy.ends_on.isoformat() if policy.ends_on else "",
        ),
        changed=_named(changed),
    )  # fmt: skip
    kind = f"clients.insurance_policy.{verb}"
    return event(kind, payload, policy.id, policy.version, client_id=policy.client_id)


def claim_changed(verb: str, claim: Claim, *, changed: Sequence[str] = ()) -> Event:
    """clients.insurance_claim.added, updated, deleted, submitted, approved, rejected or paid."""
    approved = claim.approved_minor
    payload = events_pb2.InsuranceClaimChanged(
        claim=events_pb2.InsuranceClaim(
            id=str(claim.id), version=claim.version, client_id=str(claim.client_id),
            policy_id=str(claim.policy_id), state=claim.state, currency=claim.currency,
            claimed_on=claim.claimed_on.isoformat(), reason=claim.reason or "",
            amount=Money(claim.amount_minor, claim.currency).format(),
            approved_amount="" if approved is None else Money(approved, claim.currency).format(),
            invoice_id=str(claim.invoice_id or ""),
        ),
        changed=_named(changed),
    )  # fmt: skip
    kind = f"clients.insurance_claim.{verb}"
    return event(kind, payload, claim.id, claim.version, client_id=claim.client_id)


def _named(columns: Sequence[str]) -> list[str]:
    return sorted(name.removesuffix("_minor") for name in columns)

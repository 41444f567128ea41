"""HTTP door of explanations."""

from uuid import UUID

from chassis.http.router import Context, Work, router
from memberships.explanations import use_cases
from memberships.explanations.schemas import MembershipExplanationView
from refs.reading import ensure_tenant

of_memberships = router("/v1/memberships", "Memberships")


@of_memberships.get("/{membership_id}/explain", permission="memberships:read")
async def explain_membership(
    work: Work, context: Context, membership_id: UUID
) -> MembershipExplanationView:  # fmt: skip
    """Tell why it has its status and its renewal date of today, in Arabic and English."""
    await ensure_tenant(context, work.tenant_id)
    return MembershipExplanationView.model_validate(
        await use_cases.explain_membership(work, membership_id)
    )

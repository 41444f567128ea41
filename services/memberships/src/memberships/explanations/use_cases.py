"""Explanations: why a membership is what it is today."""

from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

import orjson

from chassis.work import UnitOfWork
from memberships.explanations.rules.steps import Known, explained
from memberships.memberships.repository.reading import shown_membership
from memberships.memberships.repository.rows import MembershipRepository
from memberships.memberships.rules.status import status
from memberships.memberships.use_cases.facts import known_of
from refs.home import today

_MOST: Final = 1_000


async def explain_membership(work: UnitOfWork, membership_id: UUID) -> dict[str, Any]:
    """The chain of facts behind its status and its renewal date."""
    membership = await MembershipRepository(work).get(membership_id)
    shown = orjson.loads((await shown_membership(work, membership_id)).body)
    known, day = await known_of(work, membership), await today(work)
    found = status(day, known.facts)
    steps = explained(Known(
        membership=asdict(membership), periods=[asdict(one) for one in known.periods],
        freezes=[asdict(one) for one in known.freezes], facts=known.facts, day=day, status=found,
    ))  # fmt: skip
    return {
        "membership_id": membership_id, "client_id": shown["client_id"], "url": shown["url"],
        "today": day, "status": found, "renewal_date": known.facts.coverage.renewal_date,
        "is_whole": len(steps) <= _MOST, "steps": [asdict(one) for one in steps[-_MOST:]],
    }  # fmt: skip

"""Memberships for whoever checks in, as their facts make them."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from chassis.caller import system
from memberships.memberships.repository.rows import (
    FreezeRepository,
    MembershipRepository,
    PeriodRepository,
)
from memberships.memberships.use_cases.facts import recompute
from memberships.packages.rules import terms
from memberships.packages.use_cases import package_to_sell
from services.memberships.tests.factories import Json, Person, make_package

CHECK_INS = "/v1/check-ins"
SETTINGS = "/v1/settings/memberships"
DAY = timedelta(days=1)


async def make_membership(
    person: Person, client_id: UUID, starts: date, *, paid: bool = True,
    rests: Sequence[Json] = (), cancelled_on: date | None = None,
) -> str:  # fmt: skip
    """A month from a day on, with these freezes; its id."""
    package_id = UUID((await make_package(person))["id"])
    context, tenant_id = person.service.context, person.caller.tenant_id
    async with context.database.work(system(tenant_id, "memberships")) as work:
        sold = terms(await package_to_sell(work, package_id, "membership"))
        made = await MembershipRepository(work).add(
            client_id=client_id, package_id=package_id, terms=sold, start_date=starts,
            auto_renew=False, cancels_at_end=False, cancelled_on=cancelled_on,
            told_status="upcoming", created_by=work.caller.principal,
        )  # fmt: skip
        facts: Json = {"membership_id": made.id, "client_id": client_id}
        await PeriodRepository(work).add(
            **facts, number=1, terms=sold, asked_on=starts, tolerance_days=7,
            state="invoiced", paid_at=work.now if paid else None,
            granted_at=work.now if paid else None,
        )  # fmt: skip
        for one in rests:
            plain = {"kind": "freeze", "extends": False, "created_by": work.caller.principal}
            await FreezeRepository(work).add(**(facts | plain | one))
        await recompute(work, made)
    return str(made.id)

"""Memberships of a client, with paid periods, on a day."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from chassis.caller import system
from memberships.memberships.repository.rows import MembershipRepository, PeriodRepository
from memberships.memberships.use_cases.facts import Telling, recompute
from memberships.packages.repository import PackageRepository
from memberships.packages.rules import terms
from refs import people
from services.memberships.tests.factories import Json, Person, make_package, remember_client

MEMBERSHIPS = "/v1/memberships"


@asynccontextmanager
async def on_the(person: Person, day: str, hour: int = 9) -> AsyncIterator[None]:
    """As if it were that hour of that day, in UTC."""
    moment = datetime.fromisoformat(f"{day}T{hour:02}:00:00").replace(tzinfo=UTC)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(person.service.context.database, "clock", lambda: moment)
        yield


async def hold(
    person: Person, start: str, *asked: str, client_id: UUID | None = None,
    package: Json | None = None, tolerance_days: int = 7, **fields: Any,
) -> str:  # fmt: skip
    """A membership of one paid period, and of one more for each day one was asked for; its id."""
    sold = package or await make_package(person)
    whose = client_id or await remember_client(person)
    first = date.fromisoformat(start)
    days = [first, *(date.fromisoformat(one) for one in asked)]
    context, tenant_id = person.service.context, person.caller.tenant_id
    async with context.database.work(system(tenant_id, "memberships")) as work:
        known = await PackageRepository(work).get(UUID(sold["id"]))
        bare = {"auto_renew": False, "cancels_at_end": False, "told_status": "pending_payment"}
        made = await MembershipRepository(work).add(
            client_id=whose, package_id=known.id, terms=terms(known), start_date=first,
            created_by="user:x", **bare | fields,
        )  # fmt: skip
        for number, day in enumerate(days, 1):
            await PeriodRepository(work).add(
                membership_id=made.id, client_id=whose, number=number, terms=terms(known),
                asked_on=day, tolerance_days=tolerance_days, state="invoiced",
                paid_at=work.now, granted_at=work.now,
            )  # fmt: skip
        await recompute(work, made, telling=Telling(verb="created"))
    return str(made.id)


async def pay(person: Person, membership_id: str, number: int, *, paid: bool) -> None:
    """The period is paid, or not any more."""
    context, tenant_id = person.service.context, person.caller.tenant_id
    async with context.database.work(system(tenant_id, "memberships")) as work:
        membership = await MembershipRepository(work).locked(UUID(membership_id))
        assert membership is not None
        periods = PeriodRepository(work)
        period = await periods.numbered(membership.id, number)
        assert period is not None
        at = work.now if paid else None
        await periods.update(period, paid_at=at, granted_at=at)
        await recompute(work, membership)


async def freeze(
    person: Person, membership_id: str, since: str, until: str, *, extend: bool = True
) -> Json:
    """Frozen from one day to another."""
    body = {"from": since, "to": until, "extend": extend}
    return await person.post(f"{MEMBERSHIPS}/{membership_id}/freezes", body)


async def shown(person: Person, membership_id: str) -> tuple[str, str | None]:
    """Its status and its renewal date."""
    found = await person.get(f"{MEMBERSHIPS}/{membership_id}")
    return found["status"], found["renewal_date"]


async def live_in(person: Person, timezone: str) -> None:
    """The company's time zone."""
    told: Json = {"name": "نادي", "country": "SA", "currency": "SAR", "version": 1,
                  "timezone": timezone, "locale": "ar", "users": []}  # fmt: skip
    context, tenant_id = person.service.context, person.caller.tenant_id
    async with context.database.work(system(tenant_id, "memberships")) as work:
        await people.remember_tenant(work, told)

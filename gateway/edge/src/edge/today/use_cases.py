"""Somebody's day over every service: all asked at once, in their name, each with a deadline."""

import asyncio
from uuid import UUID

from chassis.errors import Unauthenticated
from chassis.work import UnitOfWork
from edge.me.rules import NotAUser
from edge.peers import Page
from edge.tenants.repository import TenantRepository
from edge.today.rules import SECTIONS, Section, day_at, part_of_day, part_of_page
from edge.today.schemas import TodayLabel, TodaySection, TodayView
from edge.workspace.use_cases import Reader


async def read_today(work: UnitOfWork, reader: Reader) -> TodayView:
    """What the caller has to do today; raises NotAUser.

    A service that does not answer costs its own sections only.
    """
    if (user_id := work.caller.user_id) is None:
        raise NotAUser()
    readable = [
        one for one in SECTIONS if one.permission is None or work.caller.may(one.permission)
    ]
    day, *pages = await asyncio.gather(
        _day(work, reader, readable, user_id),
        *(_page(reader, one, user_id) for one in readable if one.path),
    )
    own = iter(pages)
    answers = [(one, next(own) if one.path else day) for one in readable]
    locale = reader.locale(work.caller)
    tenant = await TenantRepository(work).get(work.tenant_id)
    return TodayView(
        user_id=user_id, date=day_at(work.now, tenant.timezone), timezone=tenant.timezone,
        sections=[
            _section(one, page, locale) for one, page in answers if page.is_down or page.is_found
        ],
    )  # fmt: skip


async def _day(work: UnitOfWork, reader: Reader, readable: list[Section], user_id: UUID) -> Page:
    if all(one.path for one in readable):
        return Page(404, {})
    page = await reader.views.day(work, user_id)
    if page.status == Unauthenticated.status:
        raise Unauthenticated()
    return page


async def _page(reader: Reader, section: Section, user_id: UUID) -> Page:
    return await reader.page(section.service, section.path or "", section.asked(user_id))


def _section(one: Section, page: Page, locale: str) -> TodaySection:
    about = {"key": one.key, "label": TodayLabel(ar=one.ar, en=one.en), "service": one.service}
    if page.is_down:
        return TodaySection.model_validate(about | {"state": "down", "since": page.down_since})
    part = (part_of_page if one.path else part_of_day)(one, page.body, locale)
    return TodaySection.model_validate(
        about | {"state": "ok", "count": part.count, "items": part.items}
    )

"""Feeds are made and revoked."""

from uuid import UUID

from chassis.context import Context
from chassis.links import new_token, token_hash
from chassis.work import UnitOfWork
from refs import about
from scheduling.calendars.repository.feeds import CalendarRepository
from scheduling.calendars.rules import feeds
from scheduling.calendars.rules.feeds import Covers
from scheduling.calendars.tables import CalendarFeed


async def create_calendar(
    work: UnitOfWork, context: Context, name: str | None, client_id: UUID | None,
    covers: Covers | None,
) -> tuple[CalendarFeed, str]:  # fmt: skip
    """A feed, and its token, which is kept nowhere; raises CalendarOfNobody, CoversOfClient,
    TooManyCalendars, and what is said about clients.
    """
    covered = feeds.covered(covers, of_client=client_id is not None)
    user_id = None
    if client_id is not None:
        said = await about.ask_about(work, context, client_id)
        client_id = (await about.client_to_write(work, client_id, said)).id
    elif (user_id := work.caller.user_id) is None:
        raise feeds.CalendarOfNobody(field="client_id")
    calendars = CalendarRepository(work)
    if await calendars.count_of(user_id, client_id) >= feeds.MOST:
        raise feeds.TooManyCalendars(most=feeds.MOST)
    token = new_token()
    made = await calendars.add(
        name=name, user_id=user_id, client_id=client_id, covers=covered,
        token_hash=token_hash(token), created_by=work.caller.principal,
    )  # fmt: skip
    return made, token


async def revoke_calendar(work: UnitOfWork, calendar_id: UUID) -> None:
    """Let its address lead nowhere any more."""
    calendars = CalendarRepository(work)
    await calendars.delete(await calendars.get_for_update(calendar_id))


async def forget_calendars(work: UnitOfWork, client_id: UUID) -> None:
    """Keep no feed of a client who is erased."""
    await CalendarRepository(work).forget(client_id)

"""What a feed shows to who has its secret: as its user or client sees it at that moment."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

from chassis import throttle
from chassis.caller import Caller, system
from chassis.context import Context
from chassis.links import LONGEST_TOKEN, token_hash
from chassis.work import Record, UnitOfWork
from refs import clients, people
from refs.reading import ensure_tenant
from scheduling.calendar_files import rules as ical
from scheduling.calendar_files.rules import Entry, Party
from scheduling.calendars.repository.entries import entries_of
from scheduling.calendars.repository.feeds import CalendarRepository, found_by
from scheduling.calendars.rules import feeds
from scheduling.calendars.tables import CalendarFeed

Moment = datetime | None
_NOTHING: Final = {"ar": "موعد", "en": "Appointment"}


@dataclass(frozen=True, slots=True)
class Opened:
    """A feed whose secret somebody has, and as whom it is read."""

    feed: CalendarFeed
    caller: Caller
    # The user's mail address, by which CalDAV knows them; of a client there is none.
    email: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A calendar as it is sent, and since when it is so."""

    name: str
    content: bytes
    tag: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Words:
    """What a feed's entries are told with."""

    company: str
    language: str
    public_url: str


async def opened(
    context: Context, token: str, address: str, *, reads: int | None = None
) -> Opened:  # fmt: skip
    """The feed that a token opens; raises CalendarLinkNotFound and TooManyReads."""
    digest = token_hash(token)
    place = throttle.place_of(digest.hex(), address)
    limits = {f"calendar:{place}": reads or feeds.READS}
    if not await throttle.is_within(context, limits, feeds.SECONDS):
        raise feeds.TooManyReads(extra={"retry_after": feeds.SECONDS})
    known = await found_by(context, digest) if len(token) <= LONGEST_TOKEN else None
    if known is None:
        raise feeds.CalendarLinkNotFound()
    tenant_id: UUID = known["tenant_id"]
    await ensure_tenant(context, tenant_id)
    async with context.database.work(system(tenant_id, context.service)) as work:
        feed = await CalendarRepository(work).find(known["id"])
        user = await people.user(work, feed.user_id) if feed and feed.user_id else None
    if feed is None or feed.token_hash != digest:
        raise feeds.CalendarLinkNotFound()
    return Opened(feed, await _reader(context, feed), user.email if user else None)


async def show(context: Context, found: Opened) -> Shown:
    """All that the feed shows, as one calendar."""
    async with context.database.work(found.caller) as work:
        words, entries = await entries_shown(context, work, found)
        name = found.feed.name or words.company or "Diwan"
        # Hundreds of entries take longer than anybody else shall wait for.
        content = await asyncio.to_thread(ical.calendar, name, entries)
        tag = sha256(content).hexdigest()[:32]
        await CalendarRepository(work).note(found.feed, tag)
        is_known = found.feed.content_tag == tag and found.feed.content_changed_at is not None
        changed_at = found.feed.content_changed_at if is_known else None
        return Shown(name, content, tag, changed_at or work.now)


async def entries_shown(
    context: Context, work: UnitOfWork, found: Opened, ids: Sequence[UUID] | None = None,
    window: tuple[Moment, Moment] = (None, None),
) -> tuple[Words, list[Entry]]:  # fmt: skip
    """What the feed shows of a window, by when it begins; of some ids only those."""
    since = max(window[0] or work.now - feeds.BACK, work.now - feeds.BACK)
    until = min(window[1] or work.now + feeds.AHEAD, work.now + feeds.AHEAD)
    words = await _words(context, work, found)
    met, sessions = await entries_of(
        work, found.feed, (since, until), feeds.MOST_ENTRIES, None if ids is None else list(ids)
    )
    rows = sorted([*met, *sessions], key=lambda row: (row["starts_at"], row["id"]))
    is_client = found.feed.client_id is not None
    told = [_entry(row, words, found.feed, is_client) for row in rows[: feeds.MOST_ENTRIES]]
    return words, told


def _entry(row: Record, words: Words, feed: CalendarFeed, is_client: bool) -> Entry:
    with_whom = words.company if is_client else row["client_name"] or ""
    if not is_client and row["names"]:
        with_whom = "، ".join(sorted(row["names"]))
    is_session = row["reminders"] is None
    return Entry(
        uid=ical.uid_of(row["id"]), sequence=row["version"], created_at=row["created_at"],
        updated_at=row["updated_at"], starts_at=row["starts_at"], ends_at=row["ends_at"],
        status=row["status"], summary=" · ".join(filter(None, (_what(row, words), with_whom))),
        location=row["location"], description=None if is_client else row["note"],
        url=None if is_client or is_session else f"{words.public_url}/v1/appointments/{row['id']}",
        organizer=_organizer(row, words, feed, is_client),
        reminders=tuple(sorted(row["reminders"] or ())),
    )  # fmt: skip


def _what(row: Record, words: Words) -> str:
    names: Mapping[str, str] = row["action"] or row["service"] or _NOTHING
    title: str | None = row["title"]
    return title or names.get(words.language) or next(iter(names.values()))


def _organizer(row: Record, words: Words, feed: CalendarFeed, is_client: bool) -> Party | None:
    """For staff the first of those who meet the client; for the client the company itself, of
    which a calendar that is not answered needs no address.
    """
    if is_client:
        return Party(name=words.company, address=f"urn:uuid:{feed.tenant_id}")
    if not row["staff_email"]:
        return None
    return Party(name=row["staff_name"], address=f"mailto:{row['staff_email']}")


async def _words(context: Context, work: UnitOfWork, found: Opened) -> Words:
    company = await people.tenant(work)
    locale = found.caller.locale or ""
    if found.feed.client_id is not None:
        client = await clients.client(work, found.feed.client_id)
        locale = client.language if client else ""
    spoken = locale or (company.locale if company else "")
    url = context.chassis_settings.public_url.rstrip("/")
    return Words(company.name if company else "", "en" if spoken.startswith("en") else "ar", url)


async def _reader(context: Context, feed: CalendarFeed) -> Caller:
    if feed.user_id is None:
        return feeds.in_the_name_of(feed.tenant_id, feed.id)
    caller = await context.rights(context, feed.tenant_id, feed.user_id)
    if caller is None or not caller.may("scheduling:read"):
        raise feeds.CalendarLinkNotFound()
    return caller

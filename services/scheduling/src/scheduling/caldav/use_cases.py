"""What phones read by CalDAV: a user's feed, as they see it at that moment."""

import asyncio
import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from chassis import throttle
from chassis.context import Context
from chassis.errors import LeadsNowhere
from scheduling.caldav.rules import asked, failures, properties, told
from scheduling.caldav.rules.asked import Found, Query
from scheduling.caldav.rules.places import Addresses, Place, below
from scheduling.caldav.rules.told import Told
from scheduling.calendar_files import rules as ical
from scheduling.calendar_files.rules import Entry
from scheduling.calendars.use_cases import showing
from scheduling.calendars.use_cases.showing import Opened

_QUIET: Final = frozenset({properties.CONTENT})
_NOTHING: Final = (None, None)


@dataclass(frozen=True, slots=True)
class Visit:
    """A phone that has shown who it is, somewhere below."""

    opened: Opened
    at: Addresses
    place: Place


@dataclass(frozen=True, slots=True)
class Content:
    """A calendar or one entry as a file."""

    content: bytes
    tag: str


async def visit(context: Context, authorization: str, address: str, path: str) -> Visit:
    """Who asks, by their mail address and the token of a feed of theirs.

    Raises NotSignedIn, TooManyWrong, TooManyReads and NothingHere.
    """
    try:
        name, token = _credentials(authorization)
        opened = await showing.opened(context, token, address, reads=failures.READS)
        if opened.feed.user_id is None or opened.email is None:
            raise failures.NotSignedIn()
        if opened.email.casefold() != name.strip().casefold():
            raise failures.NotSignedIn()
    except (LeadsNowhere, failures.NotSignedIn):
        await _count_wrong(context, authorization, address)
        raise failures.NotSignedIn() from None
    at = Addresses(opened.feed.user_id, opened.feed.id)
    return Visit(opened, at, at.find(path))


async def properties_found(context: Context, by: Visit, depth: str, body: bytes) -> bytes:
    """What a PROPFIND finds; raises DepthNotServed, NotXml, TooManyProperties and NothingHere."""
    if depth.lower() == "infinity":
        raise failures.DepthNotServed()
    wanted = asked.read_propfind(body)
    shows = depth != "0" and by.place.kind == "calendar"
    places = [by.place, *(below(by.place) if depth != "0" else ())]
    entries: list[Entry] = []
    if shows or by.place.kind == "entry" or any(one.kind == "calendar" for one in places):
        ids = [by.place.entry_id] if by.place.entry_id else None
        entries = await _entries(context, by, ids)
    if by.place.kind == "entry":
        if not entries:
            raise failures.NothingHere()
        return await _answer(await _told(by, entries, wanted), wanted)
    found = [_place(one, by, entries) for one in places]
    return await _answer(found + (await _told(by, entries, wanted) if shows else []), wanted)


async def report(context: Context, by: Visit, body: bytes) -> bytes:
    """What a REPORT finds in the calendar; raises NotXml, TooManyProperties, ReportNotServed and
    FilterNotServed.
    """
    query = asked.read_report(body)
    if by.place.kind != "calendar":
        raise failures.ReportNotServed()
    wanted = Found(query.names)
    if query.addresses is not None:
        return await _answer(await _at_addresses(context, by, query.addresses, wanted), wanted)
    found = [] if query.shows_nothing else await _queried(context, by, query)
    return await _answer(await _told(by, found, wanted), wanted)


async def content(context: Context, by: Visit) -> Content:
    """One entry, or all of the calendar; raises NothingHere."""
    if by.place.kind == "calendar":
        shown = await showing.show(context, by.opened)
        return Content(shown.content, shown.tag)
    if by.place.entry_id is None or not (found := await _entries(context, by, [by.place.entry_id])):
        raise failures.NothingHere()
    return Content(ical.single(found[0]), properties.tag_of(found[0]))


async def _at_addresses(
    context: Context, by: Visit, addresses: Sequence[str], wanted: Found
) -> list[Told]:  # fmt: skip
    ids = {one: by.at.entry_at(one) for one in addresses}
    named = [one for one in ids.values() if one is not None]
    found = {_id(one): one for one in await _entries(context, by, named)} if named else {}
    there = await _told(by, list(found.values()), wanted)
    gone = [Told(href, None) for href, one in ids.items() if one not in found]
    return [*there, *gone]


async def _queried(context: Context, by: Visit, query: Query) -> list[Entry]:
    window = (query.since, query.until)
    if query.uid is None:
        return await _entries(context, by, None, window)
    name, _, place = query.uid.partition("@")
    try:
        return await _entries(context, by, [UUID(name)], window) if place == "diwan" else []
    except ValueError:
        return []


async def _entries(
    context: Context, by: Visit, ids: Sequence[UUID] | None,
    window: tuple[showing.Moment, showing.Moment] = _NOTHING,
) -> list[Entry]:  # fmt: skip
    async with context.database.work(by.opened.caller) as work:
        _, entries = await showing.entries_shown(context, work, by.opened, ids, window)
        return entries


async def _told(by: Visit, entries: Sequence[Entry], wanted: Found) -> list[Told]:
    """Hundreds of entries take longer to write than anybody else shall wait for."""
    whole = wanted.names is not None and properties.CONTENT in wanted.names
    return await asyncio.to_thread(_written, by, entries, whole)


async def _answer(some: list[Told], wanted: Found) -> bytes:
    return await asyncio.to_thread(told.multistatus, some, wanted)


def _written(by: Visit, entries: Sequence[Entry], whole: bool) -> list[Told]:
    return [
        Told(
            by.at.entry(_id(one)),
            properties.of_entry(one, by.at, ical.single(one) if whole else None), _QUIET,
        )
        for one in entries
    ]  # fmt: skip


def _place(place: Place, by: Visit, entries: list[Entry]) -> Told:
    facts = {"name": by.opened.feed.name or by.opened.email or "Diwan",
             "email": by.opened.email or "", "tag": properties.tag_of_all(entries)}  # fmt: skip
    return Told(by.at.of(place), properties.of_place(place, by.at, facts))


def _id(entry: Entry) -> UUID:
    return UUID(entry.uid.partition("@")[0])


def _credentials(authorization: str) -> tuple[str, str]:
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() != "basic":
        raise failures.NotSignedIn()
    try:
        name, colon, token = base64.b64decode(given, validate=True).decode().partition(":")
    except (ValueError, binascii.Error):
        raise failures.NotSignedIn() from None
    if not colon:
        raise failures.NotSignedIn()
    return name, token


async def _count_wrong(context: Context, authorization: str, address: str) -> None:
    """Phones ask without a name first, to be told that there is one needed: that costs nothing."""
    if not authorization:
        return
    limits = {f"caldav:{throttle.place_of(address)}": failures.WRONG}
    if not await throttle.is_within(context, limits, failures.SECONDS):
        raise failures.TooManyWrong(extra={"retry_after": failures.SECONDS}) from None

"""One client over every service: all asked at once, in the caller's name, each with a deadline."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from chassis.caller import Caller
from chassis.context import Context
from chassis.errors import NotFound, Unauthenticated
from chassis.i18n import negotiate
from chassis.work import UnitOfWork
from edge.peers import Page, Views
from edge.stream import repository as memory
from edge.users.repository import UserRepository
from edge.workspace.rules import (
    MOST_STEPS,
    SECTIONS,
    Body,
    Placed,
    Section,
    Step,
    agenda_steps,
    newest,
    ordered,
    owner_of,
    placed,
    soonest,
    status_of,
)
from edge.workspace.schemas import HeaderView, NamedView, OwnerView, SectionView, WorkspaceView
from refs.visibility import sight


@dataclass(frozen=True, slots=True)
class Reader:
    """The services' pages, read in the name of whoever sent these headers."""

    views: Views
    headers: Mapping[str, str]

    async def page(self, service: str, path: str, query: Mapping[str, str]) -> Page:
        """Raises Unauthenticated."""
        page = await self.views.read(service, path, query, self.headers)
        if page.status == Unauthenticated.status:
            raise Unauthenticated()
        return page

    def locale(self, caller: Caller) -> str:
        """In which language they read."""
        return negotiate(self.headers.get("accept-language"), caller.locale or "en")

    async def body(self, service: str, path: str, **query: str) -> Body | None:
        """What is there for this caller, if anything is."""
        page = await self.page(service, path, query)
        return page.body if page.is_found else None


@dataclass(frozen=True, slots=True)
class _Profile:
    """What the clients service tells of the client itself."""

    page: Page
    folder: Body | None = None
    layout: Body | None = None
    stage: Body | None = None
    follow_up_status: Body | None = None


@dataclass(frozen=True, slots=True)
class _Told:
    """What its service told of a section."""

    page: Page
    steps: list[Step]

    @property
    def is_readable(self) -> bool:
        """Whether the caller may read it, as far as is known."""
        return self.page.is_down or self.page.is_found


async def open_client(
    work: UnitOfWork, context: Context, reader: Reader, client_id: UUID
) -> WorkspaceView:  # fmt: skip
    """A client with what each service tells of it; raises NotFound.

    A service that does not answer costs its own sections only.
    """
    readable = [section for section in SECTIONS if work.caller.may(section.permission)]
    profile, answers, agenda = await asyncio.gather(
        _profile(reader, client_id),
        asyncio.gather(*(_told(reader, one, client_id) for one in readable)),
        _agenda(work, reader, readable, client_id),
    )
    if profile.page.is_down:
        await _check_remembered(context, work.caller, client_id)
    locale = reader.locale(work.caller)
    told = {
        one.key: _with_agenda(answer, one, agenda, locale)
        for one, answer in zip(readable, answers, strict=True)
    }
    shown = [
        one for one in placed(profile.layout, readable)
        if told[one.section.key].is_readable
    ]  # fmt: skip
    steps = [step for one in shown for step in told[one.section.key].steps]
    identity = profile.page.body.get("id", client_id)
    return WorkspaceView.model_validate({
        "client_id": identity, "url": f"/v1/clients/{identity}",
        "header": await _header(work, profile),
        "sections": [_section(one, told[one.section.key]) for one in shown],
        "next_steps": ordered(steps),
    })  # fmt: skip


async def _profile(reader: Reader, client_id: UUID) -> _Profile:
    page = await reader.page("clients", f"/v1/clients/{client_id}", {})
    if page.is_down:
        return _Profile(page)
    if not page.is_found:
        raise NotFound()
    client = page.body
    folder, layouts, *statuses = await asyncio.gather(
        reader.body("clients", f"/v1/folders/{client['folder_id']}"),
        reader.body("clients", "/v1/layouts", folder_id=client["folder_id"]),
        *(
            _status(reader, client.get(name))
            for name in ("pinned_status_id", "follow_up_status_id")
        ),
    )
    layout = layouts["items"][0] if layouts else None
    return _Profile(page, folder, layout, *statuses)


async def _status(reader: Reader, status_id: str | None) -> Body | None:
    if status_id is None:
        return None
    return await reader.body("clients", f"/v1/follow-up-statuses/{status_id}")


async def _told(reader: Reader, section: Section, client_id: UUID) -> _Told:
    path, query = section.asked(client_id)
    ahead = section.asked_ahead(client_id)
    if ahead is None or section.steps is None:
        return _Told(await reader.page(section.service, path, query), [])
    page, coming = await asyncio.gather(
        reader.page(section.service, path, query), reader.page(section.service, *ahead)
    )
    return _Told(page, section.steps(coming.body) if coming.is_found else [])


async def _agenda(
    work: UnitOfWork, reader: Reader, readable: Sequence[Section], client_id: UUID
) -> Page | None:
    """What scheduling tells that comes next, if the caller may read any of it."""
    if not any(one.ahead for one in readable):
        return None
    return await reader.views.next_steps(work, client_id, MOST_STEPS)


def _with_agenda(told: _Told, section: Section, agenda: Page | None, locale: str) -> _Told:
    """What was told of a section, with what is ahead; both or neither."""
    if not section.ahead or agenda is None or told.page.is_down:
        return told
    if agenda.is_down:
        return _Told(agenda, [])
    entries = [step for one in agenda.body.get("clients", ()) for step in one["steps"]]
    return replace(told, steps=agenda_steps(entries, section.ahead, locale))


async def _check_remembered(context: Context, caller: Caller, client_id: UUID) -> None:
    """While the service of clients is away, what was heard of them decides.

    Raises NotFound, and Unavailable for a client that nobody has heard of.
    """
    around = await memory.surroundings(context, caller.tenant_id)
    place = await memory.place(context, caller.tenant_id, client_id)
    if place is not None and place.merged_into is not None:
        place = await memory.place(context, caller.tenant_id, place.merged_into)
    if place is None or not place.is_seen_by(sight(caller, around.folders, around.teams)):
        raise NotFound()


async def _header(work: UnitOfWork, profile: _Profile) -> HeaderView:
    if profile.page.is_down:
        return HeaderView(state="down", since=profile.page.down_since)
    client, folder = profile.page.body, profile.folder
    return HeaderView(
        state="ok", client=client, folder=_named(folder),
        status=_named(status_of(client, folder)), stage=_named(profile.stage),
        follow_up_status=_named(profile.follow_up_status),
        owner=await _owner(work, owner_of(client)),
    )  # fmt: skip


async def _owner(work: UnitOfWork, user_id: str | None) -> OwnerView | None:
    if user_id is None:
        return None
    user = await UserRepository(work).find(UUID(user_id))
    return OwnerView(user_id=UUID(user_id), name=user.name if user else None)


def _named(thing: Body | None) -> NamedView | None:
    return NamedView.model_validate(thing) if thing else None


def _section(one: Placed, found: _Told) -> SectionView:
    section, page = one.section, found.page
    told: dict[str, Any] = {"state": "down", "since": page.down_since}
    if not page.is_down:
        value = soonest(found.steps) if section.figures_next else newest(page.body)
        told = {"state": "ok", "count": page.body["total"], "value": value}
    return SectionView.model_validate({
        "key": section.key, "label": one.label, "group": one.group, "service": section.service,
        "figure": section.figure, **told,
    })  # fmt: skip

"""All open connections of one process: events come in once and go out to whoever may hear them."""

import asyncio
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from chassis.caller import Caller
from chassis.context import Context
from chassis.database import UNREACHABLE
from chassis.errors import Failure, TooMany, Unavailable
from chassis.events import Event, from_json
from chassis.feed import Feed, Heard
from edge.settings import Settings
from edge.stream import repository
from edge.stream.rules import audiences, frames
from edge.stream.rules.surroundings import Place, Surroundings
from edge.stream.use_cases.listening import Listener
from refs import erasures
from refs.visibility import Sight, sight

_LOOK_SECONDS: Final = 0.2
_READY_SECONDS: Final = 10.0
_ERASED: Final = erasures.ERASED.encode()
_BILLION: Final = 1_000_000_000


class TooManyStreams(TooMany):
    """More connections of one user than any screen needs."""

    code = "too_many_streams"
    detail = "You have too many live connections open; close one first."


@dataclass(slots=True)
class _Room:
    """A company with somebody listening."""

    around: Surroundings
    listeners: set[Listener] = field(default_factory=set)

    def sight_of(self, listener: Listener) -> Sight:
        """What somebody sees at this moment."""
        return listener.sight(self.around.age, self._sight)

    def _sight(self, caller: Caller) -> Sight:
        return sight(caller, self.around.folders, self.around.teams)


class Hub:
    """Begins to follow the stream when the first connection is opened."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._settings: Settings = context.settings
        self._rooms: dict[UUID, _Room] = {}
        self._open: Counter[str] = Counter()
        self._past: deque[Heard] = deque()
        self._floor = self._at = time.time_ns()
        self._feed = Feed(context, "edge-stream", self._hear, before=self._settings.stream_kept)
        self._gate = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def at(self) -> int:
        """How far the stream is heard."""
        return self._at

    async def join(self, listener: Listener, since: int | None) -> None:
        """Begin to tell somebody, first what they missed since they left.

        Raises TooManyStreams, and Unavailable while we are shutting down or nothing can be heard.
        """
        await self._begin()
        principal = listener.caller.principal
        if self._open[principal] >= self._settings.streams_per_user:
            raise TooManyStreams(extra={"retry_after": 5})
        async with self._gate:
            room = await self._room(listener.caller.tenant_id)
            is_gap = since is not None and since < self._floor
            listener.after = self._at if since is None or is_gap else since
            listener.put(frames.opening(listener.after, is_gap=is_gap))
            room.listeners.add(listener)
            self._open[principal] += 1
            await self._tell_past(room, listener)

    def leave(self, listener: Listener) -> None:
        """Tell somebody nothing more."""
        listener.end()
        room = self._rooms.get(listener.caller.tenant_id)
        if room is None or listener not in room.listeners:
            return
        room.listeners.remove(listener)
        self._open[listener.caller.principal] -= 1
        if not room.listeners:
            del self._rooms[listener.caller.tenant_id]

    async def _begin(self) -> None:
        if self._context.draining:
            raise Unavailable()
        if not self._tasks:
            self._tasks = [asyncio.create_task(one) for one in (self._feed.run(), self._watch())]
        try:
            await asyncio.wait_for(self._feed.caught_up.wait(), _READY_SECONDS)
        except TimeoutError as error:
            raise Unavailable() from error

    async def _room(self, tenant_id: UUID) -> _Room:
        if (room := self._rooms.get(tenant_id)) is None:
            room = _Room(await repository.surroundings(self._context, tenant_id))
            # The copies behind may not have come as far as this process has.
            for heard in self._past:
                if heard.tenant_id == tenant_id and (event := _read(heard)):
                    room.around.follow(event)
            self._rooms[tenant_id] = room
        return room

    async def _tell_past(self, room: _Room, listener: Listener) -> None:
        tenant_id = listener.caller.tenant_id
        for heard in [one for one in self._past if one.at > listener.after]:
            if heard.tenant_id == tenant_id and (event := _read(heard)):
                await self._offer(room, listener, event, heard.at, is_past=True)

    async def _hear(self, heard: Heard) -> None:
        async with self._gate:
            self._keep(heard)
            room = self._rooms.get(heard.tenant_id)
            if _ERASED in heard.raw:
                self._forget(heard)
            if room is None or (event := _read(heard)) is None:
                return
            room.around.follow(event)
            for listener in list(room.listeners):
                if event.type.startswith("edge."):
                    listener.doubt()
                # Another process told them more already than we have heard.
                if heard.at > listener.after:
                    await self._offer(room, listener, event, heard.at)

    def _keep(self, heard: Heard) -> None:
        if not self._past:
            self._floor = min(self._floor, heard.at - 1)
        self._past.append(heard)
        self._at = heard.at
        oldest = time.time_ns() - self._settings.stream_kept_seconds * _BILLION
        while len(self._past) > self._settings.stream_kept or self._past[0].at < oldest:
            self._floor = self._past.popleft().at
            if not self._past:
                return

    def _forget(self, heard: Heard) -> None:
        """Who is erased is told of no more, not even to who comes back."""
        event = _read(heard)
        if event is not None and event.type == erasures.ERASED:
            about = str(event.subject).encode()
            left = [one for one in self._past if about not in one.raw or one is heard]
            self._past.clear()
            self._past.extend(left)

    async def _offer(
        self, room: _Room, listener: Listener, event: Event, at: int, *, is_past: bool = False
    ) -> None:
        """Put it before one reader, if they may hear it: as they are at this moment."""
        await listener.check(self._context.tokens)
        if listener.is_over:
            return
        seen = room.sight_of(listener)
        try:
            is_seen = seen.sees_everything or await self._is_seen(room, seen, event)
        except (Failure, *UNREACHABLE):
            listener.end()  # they come back and get it then, rather than never
            return
        if audiences.may_hear(listener.caller, seen, event, sees_client=is_seen):
            listener.put(frames.frame(event, at, seen, listener.caller), is_past=is_past)

    async def _is_seen(self, room: _Room, seen: Sight, event: Event) -> bool:
        if event.client_id is None or not audiences.needs_place(event):
            return False
        place = await self._place(room.around, event.tenant_id, event.client_id)
        if place is not None and place.merged_into is not None:
            place = await self._place(room.around, event.tenant_id, place.merged_into)
        return place is not None and place.is_seen_by(seen)

    async def _place(self, around: Surroundings, tenant_id: UUID, client_id: UUID) -> Place | None:
        if known := around.places.get(client_id):
            return known
        found = await repository.place(self._context, tenant_id, client_id)
        return around.learn(client_id, found) if found else None

    async def _watch(self) -> None:
        """End at once what was revoked, heard of an event or not; and everything as we go."""
        while not self._context.draining:
            await asyncio.sleep(_LOOK_SECONDS)
            for room in list(self._rooms.values()):
                for listener in list(room.listeners):
                    await listener.check(self._context.tokens)
        self._feed.stop()
        for room in self._rooms.values():
            for listener in room.listeners:
                listener.end()


def _read(heard: Heard) -> Event | None:
    try:
        return from_json(heard.raw)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


async def start(context: Context) -> None:
    """Have a hub at hand."""
    context.keep(Hub(context))

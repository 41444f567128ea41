"""Whether changes of access reach this service late: then clients is asked who sees what.

Only for single reads and writes; lists go by what is remembered here. Decision 0011.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary

from prometheus_client import Gauge
from sqlalchemy import Table, bindparam, select

from chassis.context import Context
from chassis.database import Database
from chassis.repository import Repository, RowT
from chassis.statements import Statement, statement
from chassis.stream import STREAM
from chassis.work import UnitOfWork
from refs import consumers, peers
from refs.writing import UNASKED, Access, check_remembered

LATE_SECONDS: Final = 5.0
_LOOK_SECONDS: Final = 1.0
_ANSWER_SECONDS: Final = 2.0
_LATE: Final = Gauge("access_is_late", "Whether single reads and writes ask the clients service.")

_log = logging.getLogger(__name__)


class Progress:
    """How far some consumers are in the stream, by looks at it: pure."""

    def __init__(self) -> None:
        self._handled: dict[str, int] = {}
        self._ends: deque[tuple[float, int]] = deque()

    def look(self, at: float, end: int, floors: Mapping[str, int | None]) -> bool:
        """Whether any of them has not handled an event that came more than five seconds ago.

        `end` is the stream's newest position, read before the `floors`: up to where a consumer has
        handled what concerns it, None where nothing is left for it to do.
        """
        for name, floor in floors.items():
            known = self._handled.get(name, 0)
            self._handled[name] = end if floor is None else max(known, floor)
        # How old the events are that are there at the first look, nobody knows.
        self._ends.append((at if self._ends else float("-inf"), end))
        while len(self._ends) > 1 and self._ends[1][0] <= at - LATE_SECONDS:
            self._ends.popleft()
        since, due = self._ends[0]
        is_due = since <= at - LATE_SECONDS
        return is_due and any(self._handled[name] < due for name in floors)


class Watch:
    """Looks once a second how far a service's consumers of access are, be they where they may."""

    def __init__(self, context: Context) -> None:
        self._context = context
        followed = consumers.folder_access(context.service), consumers.people(context.service)
        self._durables = [one.durable for some in followed for one in some.subscriptions]
        self._jetstream = context.nats.jetstream(timeout=_ANSWER_SECONDS)
        self._progress = Progress()
        self._is_behind = True
        self._looked_at = float("-inf")
        self._was_late = False
        self.task: asyncio.Task[None] | None = None

    @property
    def is_late(self) -> bool:
        """Whether a change of access of five seconds ago may be unknown here."""
        return self._is_behind or self._looked_at + LATE_SECONDS < time.monotonic()

    async def run(self) -> None:
        """Look until the process ends; whoever cannot look is late in the end."""
        while not self._context.draining:
            try:
                await self._look()
            except Exception as error:
                _log.debug("nobody tells how far the consumers of access are: %r", error)
            self._tell()
            await asyncio.sleep(_LOOK_SECONDS)

    async def access(self, work: UnitOfWork, client_id: UUID) -> Access:
        """What clients says; raises Unavailable."""
        return (await self.accesses(work, [client_id]))[client_id]

    async def accesses(
        self, work: UnitOfWork, client_ids: Collection[UUID]
    ) -> dict[UUID, Access]:  # fmt: skip
        """The same of several; 500 at most."""
        seen = await peers.visible_clients(self._context, work, client_ids)
        return {one: Access(one in seen.visible, one in seen.writable) for one in client_ids}

    async def _look(self) -> None:
        at = time.monotonic()
        end = (await self._jetstream.stream_info(STREAM)).state.last_seq
        floors = await asyncio.gather(*(self._floor(name) for name in self._durables))
        self._is_behind = self._progress.look(
            at, end, dict(zip(self._durables, floors, strict=True))
        )
        self._looked_at = at

    async def _floor(self, durable: str) -> int | None:
        found = await self._jetstream.consumer_info(STREAM, durable)
        if not found.num_pending and not found.num_ack_pending:
            return None
        return found.ack_floor.stream_seq if found.ack_floor else 0

    def _tell(self) -> None:
        if (is_late := self.is_late) == self._was_late:
            return
        self._was_late = is_late
        _LATE.set(is_late)
        if is_late:
            _log.warning("changes of access come late: clients is asked for each read and write")
        else:
            _log.info("changes of access come in time: clients is asked no more")


_watches: WeakKeyDictionary[Database, Watch] = WeakKeyDictionary()


async def watch(context: Context) -> None:
    """A start hook of every service that follows access and keeps things about clients."""
    made = _watches[context.database] = Watch(context)
    made.task = asyncio.create_task(made.run())


def is_late(database: Database) -> bool:
    """Whether what is remembered of access may have changed more than five seconds ago."""
    found = _watches.get(database)
    return found is not None and found.is_late


async def access(work: UnitOfWork, client_id: UUID) -> Access:
    """What clients lets the caller do with a client; everything, unasked, where nothing is late.

    Before the first statement of the work. What is remembered still has to allow it too. Nobody
    takes anything from an owner. Raises Unavailable.
    """
    found = _watches.get(work.database)
    if found is None or not found.is_late or work.caller.is_owner:
        return UNASKED
    return await found.access(work, client_id)


async def accesses(work: UnitOfWork, client_ids: Collection[UUID]) -> dict[UUID, Access]:
    """The same of several, in one question."""
    found = _watches.get(work.database)
    if not client_ids or found is None or not found.is_late or work.caller.is_owner:
        return dict.fromkeys(client_ids, UNASKED)
    return await found.accesses(work, client_ids)


async def is_visible(work: UnitOfWork, client_id: UUID) -> bool:
    """Whether clients lets the caller see a client; like `access`."""
    return (await access(work, client_id)).may_see


class AboutClients(Repository[RowT]):
    """Rows with a `client_id`: single ones are read by who sees the client now, and changed by
    who may change it.

    `get` and what locks come before any other statement of their work, `find` need not.
    """

    async def get(self, entity_id: UUID) -> RowT:
        await self.check(entity_id)
        return await super().get(entity_id)

    async def get_for_update(self, entity_id: UUID) -> RowT:
        """The row, locked for a change; raises NotFound, Forbidden, Stale, FolderNotWritable."""
        said = await self.check(entity_id)
        row = await super().get_for_update(entity_id)
        if (client_id := self.about(row)) is not None:
            await check_remembered(self.work, client_id, said)
        return row

    async def get_to_mark(self, entity_id: UUID) -> RowT:
        """The row, locked for a mark of its reader's own, which is no change of the client."""
        await self.check(entity_id)
        return await super().get_for_update(entity_id)

    async def check(self, entity_id: UUID) -> Access:
        """Ask clients about the row's client, if access is late here; raises what is missing."""
        if not is_late(self.work.database) or self.work.caller.is_owner:
            return UNASKED
        # Not in the work itself: its transaction would be open while clients answers.
        async with self.work.database.work(self.work.caller) as other:
            client_id = await other.fetchval(
                _whose(self.table), tenant_id=other.tenant_id, id=entity_id
            )
        said = UNASKED if client_id is None else await access(self.work, client_id)
        if not said.may_see:
            raise self.missing()
        return said


@lru_cache(maxsize=256)
def _whose(table: Table) -> Statement:
    named: Any = table.c.tenant_id == bindparam("tenant_id"), table.c.id == bindparam("id")
    return statement(select(table.c.client_id).where(*named))

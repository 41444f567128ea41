"""gRPC door of what lies ahead: next steps of clients, and days of who works here."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from diwan.common.v1 import text_pb2
from diwan.scheduling.v1 import agendas_pb2
from google.protobuf.descriptor import ServiceDescriptor

from chassis.context import Context
from chassis.rpc.declare import rpc
from chassis.rpc.reading import shape_of
from chassis.work import UnitOfWork
from refs import people
from refs.home import home, today
from refs.reading import ensure_clients, ensure_tenant, ensure_users
from scheduling.agendas import rules
from scheduling.agendas.repository.days import follow_ups_on, meetings_on, tasks_on
from scheduling.agendas.repository.steps import steps_of_clients
from scheduling.agendas.rules import Entry, Part
from scheduling.agendas.schemas import DayAsked, StepsAsked

READ = "scheduling:read"


class Agendas:
    """What others ask about what lies ahead."""

    contract: ClassVar[ServiceDescriptor] = agendas_pb2.DESCRIPTOR.services_by_name[
        "AgendasService"
    ]

    def __init__(self, context: Context) -> None:
        self._context = context

    @rpc(READ)
    async def ListNextSteps(
        self, work: UnitOfWork, request: agendas_pb2.ListNextStepsRequest
    ) -> agendas_pb2.ListNextStepsResponse:
        """What comes next of each of some clients; raises ClientsNotFound."""
        asked = shape_of(StepsAsked, request)
        await ensure_tenant(self._context, work.tenant_id)
        client_ids = list(dict.fromkeys(asked.client_ids))
        await ensure_clients(self._context, work.tenant_id, client_ids)
        found = await steps_of_clients(work, client_ids, asked.most)
        if not found:
            raise rules.ClientsNotFound()
        return agendas_pb2.ListNextStepsResponse(clients=[
            agendas_pb2.ClientSteps(
                client_id=str(one), steps=_told(rules.next_ones(found[one], asked.most))
            )
            for one in client_ids if one in found
        ])  # fmt: skip

    @rpc(READ)
    async def GetDay(
        self, work: UnitOfWork, request: agendas_pb2.GetDayRequest
    ) -> agendas_pb2.GetDayResponse:
        """What somebody has to do on a day; raises UserNotFound."""
        asked = shape_of(DayAsked, request)
        await ensure_tenant(self._context, work.tenant_id)
        await ensure_users(self._context, work.tenant_id, [asked.user_id])
        if not await people.staff(work, user_ids=[asked.user_id]):
            raise rules.UserNotFound()
        day = rules.day_of(asked.on or await today(work), (await home(work)).timezone)
        tasks, overdue = await tasks_on(work, asked.user_id, day)
        return agendas_pb2.GetDayResponse(
            user_id=str(asked.user_id), on=day.on.isoformat(), timezone=day.timezone,
            appointments=_part(await meetings_on(work, asked.user_id, day)),
            tasks=_part(tasks), overdue=_part(overdue),
            follow_ups=_part(await follow_ups_on(work, asked.user_id, day)),
        )  # fmt: skip


def _part(one: Part) -> agendas_pb2.AgendaPart:
    return agendas_pb2.AgendaPart(count=one.count, entries=_told(one.entries))


def _told(entries: Iterable[Entry]) -> list[agendas_pb2.AgendaEntry]:
    return [
        agendas_pb2.AgendaEntry(
            type=one.type, id=str(one.id), at=_written(one.at), ends_at=_written(one.ends_at),
            title=text_pb2.Bilingual(**one.titled), client_id=str(one.client_id or ""),
            status=one.status, priority=one.priority or "", kind=one.kind or "",
            item_id=one.item_id or "", is_required=one.is_required,
        )
        for one in entries
    ]  # fmt: skip


def _written(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""

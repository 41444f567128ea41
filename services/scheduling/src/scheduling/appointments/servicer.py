"""gRPC door of appointments: what flows set for people to meet clients, once for each cause."""

from typing import ClassVar
from uuid import uuid5

from diwan.scheduling.v1 import appointments_pb2
from google.protobuf.descriptor import ServiceDescriptor

from chassis.context import Context
from chassis.repository import IdTaken
from chassis.rpc.declare import rpc
from chassis.rpc.reading import shape_of
from chassis.work import UnitOfWork
from scheduling.appointments.events import told
from scheduling.appointments.rules.failures import CauseReused
from scheduling.appointments.schemas.bodies import AppointmentAsked
from scheduling.appointments.use_cases import making


class Appointments:
    """What the other services do with appointments."""

    contract: ClassVar[ServiceDescriptor] = appointments_pb2.DESCRIPTOR.services_by_name[
        "AppointmentsService"
    ]

    def __init__(self, context: Context) -> None:
        self._context = context

    @rpc("scheduling:write")
    async def CreateAppointment(
        self, work: UnitOfWork, request: appointments_pb2.CreateAppointmentRequest
    ) -> appointments_pb2.CreateAppointmentResponse:
        """Set an appointment."""
        asked = shape_of(AppointmentAsked, request)
        asked.id = uuid5(work.tenant_id, f"appointment:{asked.cause}")
        try:
            made = await making.create_appointment(work, self._context, making.wanted_of(asked))
        except IdTaken as taken:
            raise CauseReused(field="cause") from taken
        return appointments_pb2.CreateAppointmentResponse(appointment=told(made))

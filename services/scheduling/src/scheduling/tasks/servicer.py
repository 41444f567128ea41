"""gRPC door of tasks: what flows have done by people, once for each cause."""

from typing import ClassVar
from uuid import uuid5

from diwan.scheduling.v1 import tasks_pb2
from google.protobuf.descriptor import ServiceDescriptor

from chassis.context import Context
from chassis.repository import IdTaken
from chassis.rpc.declare import rpc
from chassis.rpc.reading import shape_of
from chassis.work import UnitOfWork
from scheduling.tasks.events import told
from scheduling.tasks.rules import CauseReused
from scheduling.tasks.schemas import TaskAsked
from scheduling.tasks.use_cases.making import create_task


class Tasks:
    """What the other services do with tasks."""

    contract: ClassVar[ServiceDescriptor] = tasks_pb2.DESCRIPTOR.services_by_name["TasksService"]

    def __init__(self, context: Context) -> None:
        self._context = context

    @rpc("scheduling:write")
    async def CreateTask(
        self, work: UnitOfWork, request: tasks_pb2.CreateTaskRequest
    ) -> tasks_pb2.CreateTaskResponse:
        """Have something done."""
        asked = shape_of(TaskAsked, request)
        values = asked.model_dump(exclude={"cause"})
        values["id"] = uuid5(work.tenant_id, f"task:{asked.cause}")
        try:
            task = await create_task(work, self._context, values, asked.digest())
        except IdTaken as taken:
            raise CauseReused(field="cause") from taken
        return tasks_pb2.CreateTaskResponse(task=told(task))

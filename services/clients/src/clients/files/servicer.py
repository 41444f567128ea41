"""gRPC door of files: which of them somebody sees."""

from typing import ClassVar, Final

from diwan.clients.v1 import files_pb2
from google.protobuf.descriptor import ServiceDescriptor

from chassis.errors import Invalid
from chassis.rpc.declare import rpc
from chassis.rpc.reading import id_of
from chassis.work import UnitOfWork
from clients.files.repository.files import FileRepository
from clients.files.rules.failures import FileNotFound

_MOST: Final = 10_000


class TooManyFiles(Invalid):
    """More than are looked up at once."""

    code = "too_many_ids"
    detail = "At most {most} ids may be named at a time."


class Files:
    """What the other services ask about files."""

    contract: ClassVar[ServiceDescriptor] = files_pb2.DESCRIPTOR.services_by_name["FilesService"]

    @rpc("clients:read")
    async def ListVisibleFiles(
        self, work: UnitOfWork, request: files_pb2.ListVisibleFilesRequest
    ) -> files_pb2.ListVisibleFilesResponse:
        """Which of some files the caller sees, of any client or of one, for what others attach."""
        if len(request.file_ids) > _MOST:
            raise TooManyFiles(field="file_ids", most=_MOST)
        asked = [id_of(one, "file_ids") for one in request.file_ids]
        of_client = id_of(request.client_id, "client_id") if request.client_id else None
        seen = await FileRepository(work).seen(asked, of_client)
        if not seen:
            raise FileNotFound()
        return files_pb2.ListVisibleFilesResponse(file_ids=[str(one) for one in seen])

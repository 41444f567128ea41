"""What scheduling asks of others: for invoices, credit, mails, paper, and who somebody new is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, cast
from uuid import UUID

from diwan.billing.v1 import estimates_pb2, invoices_pb2, papers_pb2
from diwan.clients.v1 import clients_pb2, files_pb2
from diwan.comms.v1 import messages_pb2
from diwan.memberships.v1 import credit_pb2
from google.protobuf.json_format import MessageToDict, ParseDict

from chassis.errors import Failure, Forbidden, Invalid, NotFound
from chassis.rpc.client import Asker, Channels
from chassis.rpc.method import unary
from papers.look import Look, drawn
from papers.words import Language

Json = dict[str, Any]

_CREDIT: Final = "diwan.memberships.v1.CreditService"
_CLIENTS: Final = "diwan.clients.v1.ClientsService"
# What is asked again is done once all the same.
_CREATE_INVOICES: Final = unary(
    "diwan.billing.v1.InvoicesService.CreateInvoices", invoices_pb2.CreateInvoicesResponse,
    timeout=30,
)  # fmt: skip
_GET_INVOICE: Final = unary(
    "diwan.billing.v1.InvoicesService.GetInvoice", invoices_pb2.GetInvoiceResponse, safe=True
)
_GET_ESTIMATE: Final = unary(
    "diwan.billing.v1.EstimatesService.GetEstimate", estimates_pb2.GetEstimateResponse, safe=True
)
_LETTERHEAD: Final = unary(
    "diwan.billing.v1.PapersService.GetLetterhead", papers_pb2.GetLetterheadResponse, safe=True
)
_SEND_MESSAGE: Final = unary(
    "diwan.comms.v1.MessagesService.SendMessage", messages_pb2.SendMessageResponse, timeout=5
)
_RESERVE: Final = unary(f"{_CREDIT}.Reserve", credit_pb2.ReserveResponse, timeout=10)
_CONSUME: Final = unary(f"{_CREDIT}.Consume", credit_pb2.ConsumeResponse, timeout=10)
_RELEASE: Final = unary(f"{_CREDIT}.Release", credit_pb2.ReleaseResponse, timeout=10)
_CREATE_CLIENT: Final = unary(
    f"{_CLIENTS}.CreateClient", clients_pb2.CreateClientResponse, timeout=10
)
_CHANGE_STATUS: Final = unary(
    f"{_CLIENTS}.ChangeStatus", clients_pb2.ChangeStatusResponse, timeout=10
)
_FIND: Final = unary(f"{_CLIENTS}.FindClients", clients_pb2.FindClientsResponse, safe=True)
_FILES: Final = unary(
    "diwan.clients.v1.FilesService.ListVisibleFiles", files_pb2.ListVisibleFilesResponse, safe=True
)
# Fields as clients names them → as they are asked for here.
_FIELDS: Final = {"phones": "phone", "emails": "email"}


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice as far as it matters here."""

    id: UUID
    status: str


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who a company's papers are from, and how they look: in a language of their own, maybe."""

    company: Json
    own: Look
    has_language: bool

    def look(self, asked: Language | None, spoken: Language) -> Look:
        """In the language that is asked for, else the papers' own, else the client's."""
        return replace(
            self.own, language=asked or (self.own.language if self.has_language else spoken)
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Refused:
    """Why somebody did nothing: a code, which field that names, and in words."""

    problem: Json


@dataclass(frozen=True, slots=True)
class NewClient:
    """Somebody who books, maybe for the first time; the id is theirs if they are new."""

    id: UUID
    name: str
    phone: str
    email: str | None = None


@dataclass(frozen=True, slots=True)
class File:
    """What goes along with a mail."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """What a client is written."""

    client_id: UUID
    subject: str
    body: str
    files: Sequence[File] = ()


class Peers:
    """Everybody that scheduling waits for, besides those whom refs asks."""

    def __init__(self, channels: Channels) -> None:
        self._billing = channels.peer("billing")
        self._clients = channels.peer("clients")
        self._comms = channels.peer("comms")
        self._memberships = channels.peer("memberships")

    async def create_invoice(self, by: Asker, cause: str, asked: Json) -> Invoice | Refused:
        """An invoice, made once for its cause, or why not; raises Unavailable.

        What is asked has the names of CreateInvoiceRequest.
        """
        one = ParseDict(asked | {"cause": cause}, invoices_pb2.CreateInvoiceRequest())
        request = invoices_pb2.CreateInvoicesRequest(invoices=[one])
        answer = await self._billing.call(_CREATE_INVOICES, request, by)
        [result] = answer.results
        if not result.HasField("problem"):
            return Invoice(UUID(result.invoice.id), result.invoice.status)
        told = result.problem
        field = told.errors[0].field if told.errors else None
        return Refused({"code": told.code, "field": field, "detail": told.detail})

    async def client_of_invoice(self, by: Asker, invoice_id: UUID) -> UUID | None:
        """Whose invoice it is that the asker sees, None of a walk-in sale; raises what billing
        refuses, and Unavailable.
        """
        request = invoices_pb2.GetInvoiceRequest(invoice_id=str(invoice_id))
        answer = await self._billing.call(_GET_INVOICE, request, by)
        client_id = answer.invoice.client_id
        return UUID(client_id) if client_id else None

    async def client_of_estimate(self, by: Asker, estimate_id: UUID) -> UUID | None:
        """The same of an estimate."""
        request = estimates_pb2.GetEstimateRequest(estimate_id=str(estimate_id))
        answer = await self._billing.call(_GET_ESTIMATE, request, by)
        client_id = answer.estimate.client_id
        return UUID(client_id) if client_id else None

    async def letterhead(self, tenant_id: UUID) -> Letterhead:
        """What stands on a company's papers of work cycles; raises NotFound and Unavailable."""
        request = papers_pb2.GetLetterheadRequest(tenant_id=str(tenant_id), kind="work_cycle")
        return _letterhead(await self._billing.call(_LETTERHEAD, request, None))

    async def mail(self, by: Asker, mail: Mail, *, key: str) -> UUID:
        """Queue a mail to a client, once for a key; the message's id. Raises what comms refuses."""
        request = messages_pb2.SendMessageRequest(
            client_id=str(mail.client_id), channel="email", subject=mail.subject, body=mail.body,
            attachments=[
                messages_pb2.Attachment(
                    filename=one.name, content_type=one.media_type, content=one.content
                )
                for one in mail.files
            ],
        )  # fmt: skip
        answer = await self._comms.call(_SEND_MESSAGE, request, by, key=key)
        return UUID(answer.message_id)

    async def send(self, by: Asker, asked: Json, *, key: str) -> UUID:
        """Queue a message, once for a key; its id. Raises what comms refuses.

        What is asked has the names of SendMessageRequest.
        """
        request = ParseDict(asked, messages_pb2.SendMessageRequest())
        answer = await self._comms.call(_SEND_MESSAGE, request, by, key=key)
        return UUID(answer.message_id)

    async def reserve_credit(self, by: Asker, cause: str, asked: Json) -> UUID:
        """Keep credit for something, once for its cause; the hold.

        What is asked has the names of ReserveRequest. Raises what memberships refuses, and
        Unavailable.
        """
        request = ParseDict(asked | {"cause": cause}, credit_pb2.ReserveRequest())
        answer = await self._memberships.call(_RESERVE, request, by)
        return UUID(answer.credit_hold_id)

    async def consume_credit(self, by: Asker, hold_id: UUID) -> None:
        """Use what was kept; raises what memberships refuses, and Unavailable."""
        request = credit_pb2.ConsumeRequest(credit_hold_id=str(hold_id))
        await self._memberships.call(_CONSUME, request, by)

    async def release_credit(self, by: Asker, hold_id: UUID) -> None:
        """Let go of what was kept; raises what memberships refuses, and Unavailable."""
        request = credit_pb2.ReleaseRequest(credit_hold_id=str(hold_id))
        await self._memberships.call(_RELEASE, request, by)

    async def change_status(self, by: Asker, cause: str, asked: Json) -> None:
        """Give a client other statuses, once for a cause; raises what clients refuses, and
        Unavailable.

        What is asked has the names of ChangeStatusRequest.
        """
        request = ParseDict(asked, clients_pb2.ChangeStatusRequest())
        await self._clients.call(_CHANGE_STATUS, request, by, key=cause)

    async def find_clients(
        self, by: Asker, keys: Collection[tuple[str, str]]
    ) -> dict[tuple[str, str], UUID | None]:
        """Whom some keys name of those whom the asker sees, None where several; 500 at most.

        Raises what clients refuses, and Unavailable.
        """
        request = clients_pb2.FindClientsRequest(
            keys=[clients_pb2.ClientKey(key=key, value=value) for key, value in keys]
        )
        answer = await self._clients.call(_FIND, request, by)
        return {
            (one.key.key, one.key.value): None if one.is_ambiguous else UUID(one.client_id)
            for one in answer.found if one.is_ambiguous or one.client_id
        }  # fmt: skip

    async def visible_files(
        self, by: Asker, client_id: UUID, file_ids: Collection[UUID]
    ) -> set[UUID]:
        """Those of some files that are a client's, or of who was merged with it, and that the asker
        sees; 10,000 at most. Raises Unavailable.
        """
        request = files_pb2.ListVisibleFilesRequest(
            file_ids=[str(one) for one in file_ids], client_id=str(client_id)
        )
        try:
            answer = await self._clients.call(_FILES, request, by)
        except (NotFound, Forbidden):
            return set()
        return {UUID(one) for one in answer.file_ids}

    async def meet_client(self, by: Asker, new: NewClient, field: str) -> UUID:
        """Who has this phone of those whom the asker sees, of several who came first; somebody new,
        once for their id, if nobody has it.

        Raises what clients refuses, naming the fields of `field`, and Unavailable.
        """
        request = clients_pb2.CreateClientRequest(
            id=str(new.id), name=new.name, phone=new.phone, email=new.email or "",
            source="booking", unless_phone_known=True,
        )  # fmt: skip
        try:
            answer = await self._clients.call(_CREATE_CLIENT, request, by)
        except Invalid as failure:
            failure.errors = tuple(
                replace(one, field=_renamed(one.field, field)) for one in failure.errors
            )
            failure.field = failure.field and _renamed(failure.field, field)
            raise
        return UUID(answer.client.id)


def _letterhead(answer: papers_pb2.GetLetterheadResponse) -> Letterhead:
    size = answer.logo_width, answer.logo_height
    return Letterhead(
        MessageToDict(answer.company, preserving_proto_field_name=True),
        Look(
            cast(Language, answer.language or "ar"), answer.accent_color or None,
            answer.shows_hijri, drawn(answer.logo, *size) if answer.logo else None,
            dict(answer.header), dict(answer.footer),
        ),
        has_language=bool(answer.language),
    )  # fmt: skip


def refused(failure: Failure) -> Refused:
    """A refusal as it is kept and told: its code, the field it names, and in words."""
    field = failure.field or (failure.errors[0].field if failure.errors else None)
    return Refused({"code": failure.code, "field": field, "detail": failure.message("en")})


def _renamed(field: str, within: str) -> str:
    name = field.partition(".")[0]
    prefix = f"{within}." if within else ""
    return f"{prefix}{_FIELDS.get(name, name)}"

"""gRPC door of payments: the same use case as behind HTTP, once for its cause."""

from typing import ClassVar

from diwan.billing.v1 import payments_pb2
from google.protobuf.descriptor import ServiceDescriptor

from billing.causes import use_cases as causes
from billing.payments import events
from billing.payments.schemas import PaymentCreate
from billing.payments.use_cases import receiving
from chassis.context import Context
from chassis.rpc.declare import rpc
from chassis.rpc.reading import shape_of
from chassis.work import UnitOfWork


class Payments:
    """What the other services say was paid."""

    contract: ClassVar[ServiceDescriptor] = payments_pb2.DESCRIPTOR.services_by_name[
        "PaymentsService"
    ]

    def __init__(self, context: Context) -> None:
        self._context = context

    @rpc("billing:write")
    async def RecordPayment(
        self, work: UnitOfWork, request: payments_pb2.RecordPaymentRequest
    ) -> payments_pb2.RecordPaymentResponse:
        """Money came in, or credit is used."""
        body = shape_of(PaymentCreate, request, "cause")
        content = request.SerializeToString(deterministic=True)
        claimed = causes.claim(work, "RecordPayment", request.cause, content)
        payment = await receiving.record_payment(
            work, self._context, body.model_dump(), body.digest()
        )
        answer = payments_pb2.RecordPaymentResponse(payment=events.message(payment))
        await causes.keep_one(work, claimed, answer.SerializeToString(), payment)
        return answer

"""The gRPC door: authenticate, open a unit of work, call the servicer, commit, answer."""

import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import grpc
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from chassis import metrics, telemetry
from chassis.caller import Caller, system
from chassis.context import Context
from chassis.database import failure_of
from chassis.errors import Failure, Forbidden, Invalid, Unauthenticated
from chassis.idempotency import LONGEST_KEY, Claim, Replay, digest_of, scope_of
from chassis.logging import bind
from chassis.rpc.declare import SERVICE_ONLY, SIGNED_IN, Declared
from chassis.rpc.problem import METADATA, Fault, pack
from chassis.rpc.signing import Named, Signer
from chassis.work import Trail, UnitOfWork

Metadata = dict[str, str]
Servicing = Any  # grpc.aio.ServicerContext, whose stub is generic in what only it knows
_log = logging.getLogger("chassis.rpc")


class ActingUserUnknown(Forbidden):
    """The user in whose name a service asks has left, or was never there."""

    code = "acting_user_unknown"
    detail = "The user this acts for may not do anything any more."


class Door:
    """Lets callers in to the methods of one process."""

    def __init__(self, context: Context, signer: Signer) -> None:
        self._context = context
        self._signer = signer

    def handler(self, declared: Declared) -> Any:
        """What grpc calls for a method."""
        request = GetMessageClass(declared.method.input_type)
        if declared.method.server_streaming:
            return grpc.unary_stream_rpc_method_handler(
                self._streaming(declared), request.FromString, _to_wire
            )
        return grpc.unary_unary_rpc_method_handler(
            self._unary(declared), request.FromString, _to_wire
        )

    def _unary(self, declared: Declared) -> Callable[[Message, Servicing], Awaitable[Any]]:
        async def serve(request: Message, servicing: Servicing) -> Any:
            async def answer(metadata: Metadata) -> Any:
                if declared.permission == SERVICE_ONLY:
                    self._only_services(metadata)
                    return await declared.function(self._context, request)
                caller = await self._authenticate(metadata)
                with bind(tenant_id=caller.tenant_id):
                    return await self._within_work(declared, request, caller, metadata)

            return await _watched(declared, servicing, answer)

        return serve

    def _streaming(self, declared: Declared) -> Callable[[Message, Servicing], Awaitable[None]]:
        async def serve(request: Message, servicing: Servicing) -> None:
            async def answer(metadata: Metadata) -> None:
                if declared.permission == SERVICE_ONLY:
                    self._only_services(metadata)
                    await _send(declared.function(self._context, request), servicing)
                    return
                caller = await self._authenticate(metadata)
                with bind(tenant_id=caller.tenant_id):
                    async with self._work(declared, caller, metadata) as work:
                        await _send(declared.function(work, request), servicing)

            await _watched(declared, servicing, answer)

        return serve

    async def _within_work(
        self, declared: Declared, request: Message, caller: Caller, metadata: Metadata
    ) -> Any:
        work = self._work(declared, caller, metadata)
        key = metadata.get("idempotency-key")
        if key is not None:
            self._expect_key(work, declared.path, key, request)
        try:
            async with work:
                response: Message = await declared.function(work, request)
                if key is not None:
                    await work.connection()  # the key is claimed though nothing was read
                    _remember(work, response)
                return response
        except Replay as replay:
            return GetMessageClass(declared.method.output_type).FromString(replay.body)

    def _work(self, declared: Declared, caller: Caller, metadata: Metadata) -> UnitOfWork:
        depth = metadata.get("x-depth", "")
        trail = Trail(
            metadata.get("x-cause"), int(depth) if depth.isdecimal() else 0,
            metadata.get("x-request-id"),
        )  # fmt: skip
        work = self._context.database.work(caller, trail=trail)
        _check_permission(declared.permission, work)
        return work

    def _expect_key(self, work: UnitOfWork, path: str, key: str, request: Message) -> None:
        if not 0 < len(key) <= LONGEST_KEY:
            raise Invalid("A key has 1 to {most} characters.", most=LONGEST_KEY)
        content = request.SerializeToString(deterministic=True)
        digest = digest_of(self._context.chassis_settings, content)
        work.claim = Claim(scope_of(work, "RPC", path, key), digest)

    async def _authenticate(self, metadata: Metadata) -> Caller:
        token = _bearer(metadata)
        if not self._signer.is_ours(token):
            return await self._context.tokens.caller(token, self._context)
        return await self._present_rights(self._signer.verify(token))

    async def _present_rights(self, named: Named) -> Caller:
        if named.tenant_id is None:
            raise Unauthenticated("The call names no tenant.")
        if named.is_service:
            return system(named.tenant_id, named.service)
        if named.on_behalf_of is None:
            if named.rights is None:
                raise Unauthenticated("The call names nobody whose rights are known.")
            return named.rights
        caller = await self._context.rights(self._context, named.tenant_id, named.on_behalf_of)
        if caller is None:
            raise ActingUserUnknown()
        locale = named.locale or caller.locale
        return replace(caller, principal=named.principal, locale=locale)

    def _only_services(self, metadata: Metadata) -> None:
        token = _bearer(metadata)
        if not self._signer.is_ours(token) or not self._signer.verify(token).is_service:
            raise Forbidden("Only another service may ask this.")


async def _watched(
    declared: Declared, servicing: Servicing, answer: Callable[[Metadata], Awaitable[Any]]
) -> Any:
    metadata: Metadata = dict(servicing.invocation_metadata() or ())
    started = time.perf_counter()
    attributes = {
        "rpc.system": "grpc", "rpc.service": declared.method.containing_service.full_name,
        "rpc.method": declared.method.name,
    }  # fmt: skip
    with (
        telemetry.server_span(declared.path[1:], metadata.get("traceparent"), attributes) as span,
        bind(request_id=metadata.get("x-request-id")),
    ):
        response, failure = await _attempt(answer, metadata)
        if failure is not None and failure.status >= 500:
            span.fail(failure.grpc_status)
    status = failure.grpc_status if failure else "OK"
    metrics.call_answered(declared.path, status, time.perf_counter() - started)
    if failure is not None:
        await _refuse(servicing, failure)
    return response


async def _attempt(
    answer: Callable[[Metadata], Awaitable[Any]], metadata: Metadata
) -> tuple[Any, Failure | None]:
    try:
        return await answer(metadata), None
    except Exception as error:
        if (failure := failure_of(error)) is not None:
            if failure is not error and failure.status >= 500:
                _log.warning("unavailable: %r", error)
            return None, failure
        _log.exception("unexpected error")
        return None, Fault()


async def _refuse(servicing: Servicing, failure: Failure) -> None:
    code = grpc.StatusCode[failure.grpc_status]
    await servicing.abort(code, failure.message("en"), ((METADATA, pack(failure)),))


async def _send(messages: Any, servicing: Servicing) -> None:
    async with aclosing(messages):
        async for message in messages:
            await servicing.write(message)


def _check_permission(permission: str, work: UnitOfWork) -> None:
    """As over HTTP: who may read an item and not change it learns so once it proved visible."""
    work.permission = permission
    if permission == SIGNED_IN or work.caller.may(permission):
        return
    reading = f"{permission.partition(':')[0]}:read"
    if permission == reading or not work.caller.may(reading):
        raise Forbidden("You do not have the permission {permission}.", permission=permission)
    work.authorized = False


def _remember(work: UnitOfWork, response: Message) -> None:
    if work.answer is not None:
        work.answer.status = 200
        work.answer.body = response.SerializeToString()


def _bearer(metadata: Metadata) -> str:
    scheme, _, token = metadata.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated()
    return token


def _to_wire(message: Message) -> bytes:
    return message.SerializeToString()

"""Who may call, as whom, and what a refusal looks like on the other side."""

import time
from dataclasses import replace
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, OKPKey

from chassis import telemetry, tokens
from chassis.caller import Caller, system
from chassis.errors import Forbidden, Invalid, NotFound, Unauthenticated, Unavailable
from chassis.ids import new_id
from chassis.rpc.client import Asking, Peer
from chassis.rpc.declare import UndeclaredMethod
from chassis.rpc.problem import PeerFault, failure_from
from chassis.rpc.server import PortTaken, RpcServer
from chassis.rpc.signing import Signer
from chassis.work import Trail
from libs.chassis.tests.rpc.echoing import KEY, context_of, make_servicer, settings_of


async def test_user_is_served_with_their_present_rights(
    world: Any, peer: Peer, echo: Any, user: Caller
) -> None:
    asking = Asking(user, Trail("flow/step", 3, "request-1"))
    answer = await peer.call(echo.say, echo.ask("hello"), asking)
    assert answer.principal == user.principal
    assert answer.tenant_id == str(user.tenant_id)
    assert (answer.cause, answer.depth, answer.request_id) == ("flow/step", 3, "request-1")
    world.users[user.user_id] = replace(user, permissions=frozenset())
    with pytest.raises(Forbidden):
        await peer.call(echo.say, echo.ask("hello"), asking)


async def test_flow_acts_with_its_editors_rights_until_the_editor_leaves(
    world: Any, peer: Peer, echo: Any, user: Caller
) -> None:
    flow = Asking(user.acting_as("flow:7"))
    assert (await peer.call(echo.say, echo.ask("hello"), flow)).principal == "flow:7"
    world.users.clear()
    with pytest.raises(Forbidden) as refused:
        await peer.call(echo.say, echo.ask("hello"), flow)
    assert refused.value.code == "acting_user_unknown"


async def test_user_of_another_tenant_is_nobody_here(peer: Peer, echo: Any, user: Caller) -> None:
    with pytest.raises(Forbidden):
        await peer.call(echo.say, echo.ask("hello"), Asking(replace(user, tenant_id=new_id())))


async def test_api_key_keeps_the_rights_its_door_found(peer: Peer, echo: Any) -> None:
    reader = Caller(new_id(), "key:5", frozenset({"echo:read"}), "all", folder_ids=(new_id(),))
    assert (await peer.call(echo.say, echo.ask("hello"), Asking(reader))).principal == "key:5"
    with pytest.raises(Forbidden):
        await peer.call(echo.change, echo.ask("hello"), Asking(reader))


async def test_missing_permission_is_told_only_once_the_item_proved_visible(
    peer: Peer, echo: Any
) -> None:
    reader = Asking(Caller(new_id(), "key:5", frozenset({"echo:read"}), "all"))
    with pytest.raises(NotFound):
        await peer.call(echo.change, echo.ask("hidden"), reader)
    with pytest.raises(Forbidden) as refused:
        await peer.call(echo.change, echo.ask("visible"), reader)
    assert refused.value.message("en") == "You do not have the permission echo:write."


async def test_service_acts_in_a_tenant_for_its_own_upkeep(peer: Peer, echo: Any) -> None:
    caller = system(new_id(), "caller")
    answer = await peer.call(echo.change, echo.ask("hello"), Asking(caller))
    assert answer.principal == "service:caller"


async def test_who_is_asked_by_a_service_asks_on_in_its_own_name(peer: Peer, echo: Any) -> None:
    """The call came from billing, say; what is asked because of it is asked by the one it asked."""
    answer = await peer.call(echo.change, echo.ask("hello"), Asking(system(new_id(), "billing")))
    assert answer.principal == "service:caller"


async def test_only_a_service_in_its_own_name_gets_what_spans_tenants(
    peer: Peer, echo: Any, user: Caller
) -> None:
    assert (await peer.call(echo.whole, echo.ask("all"), None)).served_by == "echo"
    with pytest.raises(Forbidden):
        await peer.call(echo.whole, echo.ask("all"), Asking(user))
    with pytest.raises(Unauthenticated):
        await peer.call(echo.say, echo.ask("hello"), None)


async def test_snapshot_streams_to_services_only(peer: Peer, echo: Any, user: Caller) -> None:
    taken = [answer.text async for answer in peer.stream(echo.snapshot, echo.ask("300"), None)]
    assert taken == [str(number) for number in range(300)]
    with pytest.raises(Forbidden):
        _ = [a async for a in peer.stream(echo.snapshot, echo.ask("3"), Asking(user))]


async def test_stream_that_fails_midway_says_why(peer: Peer, echo: Any, user: Caller) -> None:
    taken = []
    with pytest.raises(NotFound):
        async for answer in peer.stream(echo.count, echo.ask("2"), Asking(user)):
            taken.append(answer.tenant_id)
    assert taken == [str(user.tenant_id)] * 2


def forged(key: str = KEY, **claims: Any) -> str:
    now = int(time.time())
    content = {"iss": "caller", "aud": "echo", "iat": now, "exp": now + 60, **claims}
    return jwt.encode({"alg": "HS256", "typ": "JWT"}, content, OctKey.import_key(key))


async def test_caller_that_nobody_vouches_for_is_refused(
    world: Any, raw: Any, user: Caller
) -> None:
    port = (await world.replica()).port
    tenant, person = str(user.tenant_id), str(user.user_id)
    whom = {"principal": user.principal, "tenant": tenant, "on_behalf_of": person}
    attempts: dict[str, dict[str, str]] = {
        "nothing at all": {},
        "a bare identity": {"x_tenant": tenant, "x_principal": user.principal},
        "a scheme without a token": {"authorization": "Bearer "},
        "another key": {"authorization": f"Bearer {forged('another key ' * 4, **whom)}"},
        "another audience": {"authorization": f"Bearer {forged(aud='billing', **whom)}"},
        "expired": {"authorization": f"Bearer {forged(iat=1, exp=61, **whom)}"},
        "too long-lived": {
            "authorization": f"Bearer {forged(exp=int(time.time()) + 3600, **whom)}"
        },
        "a service in another's name": {
            "authorization": f"Bearer {forged(principal='service:edge', tenant=tenant)}"
        },
        "rights of nobody": {"authorization": f"Bearer {forged(principal='x', tenant=tenant)}"},
        "unsigned": {"authorization": "Bearer " + unsigned(whom)},
    }
    async with raw(port) as call:
        for attempt, metadata in attempts.items():
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await call("Say", **metadata)
            assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED, attempt
        signed = await call("Say", authorization=f"Bearer {forged(**whom)}")
        assert signed.principal == user.principal
    assert world.heard == ["hello"]


def unsigned(claims: dict[str, str]) -> str:
    head, body, _ = forged(**claims).split(".")
    return f"{head}.{body}."


async def test_users_own_access_token_is_taken(echo: Any, raw: Any, user: Caller) -> None:
    key = OKPKey.generate_key("Ed25519", {"kid": "1", "use": "sig", "alg": "Ed25519"})
    context = context_of(settings_of("echo"), {})
    servicer = make_servicer(echo.messages, "one", [])
    server = RpcServer(context, [servicer])
    claims = tokens.claims_of(user, issued_at=time.time(), lifetime=60)
    token = jwt.encode({"alg": "Ed25519", "kid": "1"}, claims, key, algorithms=["Ed25519"])
    async with raw(await server.start()) as call:
        # Until the keys are known it is to be asked again.
        with pytest.raises(grpc.aio.AioRpcError) as early:
            await call("Say", authorization=f"Bearer {token}")
        assert early.value.code() is grpc.StatusCode.UNAVAILABLE
        told = failure_from(early.value, "echo")
        assert isinstance(told, Unavailable) and told.code == "signing_keys_unknown"
        context.tokens.learn_keys(KeySet([key]).as_dict(private=False))
        assert (await call("Say", authorization=f"Bearer {token}")).principal == user.principal
    await server.stop(0)


async def test_refusal_arrives_as_it_was_raised(peer: Peer, echo: Any, user: Caller) -> None:
    with pytest.raises(Invalid) as refused:
        await peer.call(echo.say, echo.ask("long"), Asking(user))
    failure = refused.value
    assert (failure.code, failure.status, failure.field) == ("text_too_long", 422, "text")
    assert failure.message("en") == "At most 7 characters are allowed."
    assert failure.extra == {"limit": 7}


async def test_fault_is_not_explained(peer: Peer, echo: Any, user: Caller) -> None:
    with pytest.raises(PeerFault) as fault:
        await peer.call(echo.say, echo.ask("broken"), Asking(user))
    assert "hunter2" not in str(fault.value)


async def test_peer_without_its_database_is_named(peer: Peer, echo: Any, user: Caller) -> None:
    with pytest.raises(Unavailable) as refused:
        await peer.call(echo.say, echo.ask("gone"), Asking(user))
    assert refused.value.extra == {"service": "echo"}


async def test_trace_goes_along(peer: Peer, echo: Any, user: Caller) -> None:
    trace = "ab" * 16
    with telemetry.continue_from(f"00-{trace}-{'cd' * 8}-00"):
        answer = await peer.call(echo.say, echo.ask("hello"), Asking(user))
    assert answer.trace_id == trace


async def test_method_without_a_permission_fails_the_start(echo: Any) -> None:
    declared = make_servicer(echo.messages, "one", [])

    class Forgotten(declared):  # type: ignore[misc, valid-type]
        async def Say(self, work: Any, request: Any) -> Any:
            return request

    class Missing:
        contract = declared.contract

    servicers: list[Any] = [Forgotten, lambda _: Missing()]
    for servicer in servicers:
        with pytest.raises(UndeclaredMethod, match=r"EchoService\.Say"):
            RpcServer(context_of(settings_of("echo"), {}), [servicer])


async def test_second_server_on_a_port_fails_instead_of_sharing_it(world: Any) -> None:
    port = (await world.replica()).port
    settings = settings_of("echo").model_copy(update={"grpc_port": port})
    with pytest.raises(PortTaken):
        await RpcServer(context_of(settings, {}), []).start()


def test_signed_token_is_used_again_until_it_grows_old(
    user: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    signer, now = Signer("caller", KEY), time.time()
    first = signer.sign(user, "echo")
    assert signer.sign(user, "echo") == first != signer.sign(user, "billing")
    monkeypatch.setattr(time, "time", lambda: now + 45)
    assert signer.sign(user, "echo") != first
    assert Signer("echo", KEY).verify(first).on_behalf_of == user.user_id


async def test_health_and_contract_can_be_asked_by_tools(world: Any, peer: Peer) -> None:
    replica = await world.replica()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{replica.port}") as channel:
        health = health_pb2_grpc.HealthStub(channel)
        request = health_pb2.HealthCheckRequest(service="diwan.echo.v1.EchoService")
        assert (await health.Check(request)).status == health_pb2.HealthCheckResponse.SERVING
        reflection = reflection_pb2_grpc.ServerReflectionStub(channel)
        asked = iter([reflection_pb2.ServerReflectionRequest(list_services="")])
        async for answer in reflection.ServerReflectionInfo(asked):
            names = {service.name for service in answer.list_services_response.service}
        assert "diwan.echo.v1.EchoService" in names
        await replica.server.drain()
        for service in ("", "diwan.echo.v1.EchoService"):
            found = await health.Check(health_pb2.HealthCheckRequest(service=service))
            assert found.status == health_pb2.HealthCheckResponse.NOT_SERVING
    assert await peer.healthy()

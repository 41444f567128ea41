"""Keys and revocations reach every process, also one that starts later or loses NATS."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import nats
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from chassis import revocations
from chassis.caller import Caller
from chassis.ids import new_id
from chassis.tokens import InvalidToken, SigningKeysUnknown, Tokens, claims_of
from local.servers.nats import Nats as NatsServer

KEY = OKPKey.generate_key("Ed25519", {"kid": "one", "use": "sig", "alg": "Ed25519"})
JWKS = KeySet([KEY]).as_dict(private=False)


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[NatsServer]:
    folder: Path = tmp_path_factory.mktemp("nats")
    running = NatsServer(folder)
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def process(server: NatsServer) -> AsyncIterator[Callable[[], Any]]:
    connections = []

    async def make() -> Any:
        connection = await nats.connect(
            server.url, max_reconnect_attempts=-1, reconnect_time_wait=0.1, error_cb=_quiet
        )
        connections.append(connection)
        return SimpleNamespace(nats=connection, tokens=Tokens(), settings=SimpleNamespace())

    yield make
    for connection in connections:
        await connection.close()


async def _quiet(_: Exception) -> None:
    pass


def caller(**rights: Any) -> Caller:
    user_id = new_id()
    return Caller(new_id(), f"user:{user_id}", user_id=user_id, session_id=new_id(), **rights)


def signed(who: Caller) -> str:
    claims = claims_of(who, issued_at=time.time(), lifetime=600)
    return jwt.encode({"alg": "Ed25519", "kid": "one"}, claims, KEY, algorithms=["Ed25519"])


async def eventually(holds: Callable[[], bool], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come true in time"
        await asyncio.sleep(0.01)


def is_void(tokens: Tokens, token: str) -> bool:
    try:
        tokens.verify(token)
    except (InvalidToken, SigningKeysUnknown):
        return True
    return False


def test_a_caller_survives_the_way_through_a_token() -> None:
    tokens = Tokens()
    tokens.learn_keys(JWKS)
    who = caller(folder_ids=(new_id(),), permissions=frozenset({"clients:read"}))
    assert tokens.verify(signed(who)) == who


def test_tokens_of_a_withdrawn_key_hold_no_longer() -> None:
    tokens = Tokens()
    tokens.learn_keys(JWKS)
    token = signed(caller())
    tokens.verify(token)
    other = OKPKey.generate_key("Ed25519", {"kid": "two"})
    tokens.learn_keys(KeySet([other]).as_dict(private=False))
    assert is_void(tokens, token)


async def test_a_revocation_reaches_processes_running_and_starting(process: Any) -> None:
    here, there, later = await process(), await process(), await process()
    who = caller()
    async with revocations.Revocations(cast(Any, here)), revocations.Revocations(there):
        await revocations.publish_keys(here.nats, JWKS)
        await eventually(lambda: not is_void(there.tokens, signed(who)))
        old = signed(who)
        await revocations.revoke(here.nats, f"session.{who.session_id}", time.time())
        await eventually(lambda: is_void(there.tokens, old) and is_void(here.tokens, old))
        assert not is_void(there.tokens, signed(who))
    async with revocations.Revocations(later):
        assert is_void(later.tokens, old)
        assert not is_void(later.tokens, signed(caller()))


async def test_what_was_revoked_while_nats_restarted_is_learnt(
    process: Any, server: NatsServer
) -> None:
    deaf, speaking = await process(), await process()
    who = caller()
    async with revocations.Revocations(deaf):
        await revocations.publish_keys(speaking.nats, JWKS)
        await eventually(lambda: not is_void(deaf.tokens, signed(who)))
        old = signed(who)
        await server.stop()
        await server.start()
        await eventually(lambda: bool(speaking.nats.is_connected), 10)
        await revocations.revoke(speaking.nats, f"session.{who.session_id}", time.time())
        await eventually(lambda: is_void(deaf.tokens, old), 10)


async def test_nonsense_in_the_bucket_stops_nobody(process: Any) -> None:
    one = await process()
    async with revocations.Revocations(one):
        await one.nats.jetstream().publish("$KV.identity.session.x", b"never")
        await revocations.publish_keys(one.nats, JWKS)
        await eventually(lambda: not is_void(one.tokens, signed(caller())))


async def test_changed_rights_are_asked_for_and_not_refused() -> None:
    tokens, who = Tokens(), caller(permissions=frozenset({"clients:write"}))
    tokens.learn_keys(JWKS)
    token = signed(who)
    present: list[Caller | None] = [replace(who, permissions=frozenset({"clients:read"}))]

    async def rights(*_: Any) -> Caller | None:
        return present[0]

    context: Any = SimpleNamespace(rights=rights)
    assert await tokens.caller(token, context) == who
    tokens.revoke(f"user.{who.user_id}", time.time())
    found = await tokens.caller(token, context)
    assert (found.permissions, found.session_id) == (frozenset({"clients:read"}), who.session_id)
    present[0] = None
    with pytest.raises(InvalidToken):
        await tokens.caller(token, context)
    assert (await tokens.caller(signed(who), context)).may("clients:write")

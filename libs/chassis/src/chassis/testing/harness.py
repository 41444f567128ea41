"""A service in process, on real servers, behind its real HTTP door."""

import base64
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey
from starlette.types import ASGIApp

from chassis import tokens
from chassis.caller import Caller
from chassis.context import Context
from chassis.http.app import create_app
from chassis.ids import new_id
from chassis.runtime import opened
from chassis.service import Service
from chassis.stream import ensure_stream
from chassis.testing.databases import Databases, Urls

_KEY = OKPKey.generate_key("Ed25519", {"kid": "test", "use": "sig", "alg": "Ed25519"})
MASTER_KEYS = f"1:{base64.b64encode(bytes(32)).decode()}"


class Harness:
    """What a door test needs: the context, the application and callers of any kind."""

    def __init__(self, context: Context, app: ASGIApp) -> None:
        self.context = context
        self.app = app

    def caller(self, tenant_id: UUID | None = None, **rights: Any) -> Caller:
        """The owner of a new tenant, unless told otherwise."""
        user_id = rights.pop("user_id", None) or new_id()
        owner = Caller(
            tenant_id or new_id(), f"user:{user_id}", frozenset({"*"}), "all", user_id=user_id,
            role_id=new_id(), is_owner=True, session_id=new_id(), locale="en",
        )  # fmt: skip
        return replace(owner, **rights)

    def http(self, caller: Caller | None = None, **headers: str) -> httpx.AsyncClient:
        """A browser or partner signed in as the caller, or nobody."""
        if caller is not None:
            headers["Authorization"] = f"Bearer {token_of(caller)}"
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.app, raise_app_exceptions=False),
            base_url="http://diwan.test", headers=headers,
        )  # fmt: skip


def token_of(caller: Caller, lifetime: float = 600) -> str:
    """An access token that the harness's services trust."""
    claims = tokens.claims_of(caller, issued_at=time.time(), lifetime=lifetime)
    return jwt.encode({"alg": "Ed25519", "kid": "test"}, claims, _KEY, algorithms=["Ed25519"])


def environment(urls: Urls, nats_url: str, redis_url: str) -> dict[str, Any]:
    """The settings every service asks for, as keyword arguments of its Settings."""
    return {
        "database_owner_url": urls.owner, "database_app_url": urls.app,
        "database_worker_url": urls.worker, "nats_url": nats_url, "redis_url": redis_url,
        # All tests come from one address.
        "guesses": 100_000,
        "service_key": "a-service-key-for-tests-only-of-32-bytes", "master_keys": MASTER_KEYS,
        "drain_seconds": 0,
    }  # fmt: skip


@asynccontextmanager
async def harness(
    build: Callable[[Any], Service], make_settings: Callable[..., Any], databases: Databases,
    nats_url: str, redis_url: str, **more: Any,
) -> AsyncIterator[Harness]:  # fmt: skip
    """`build` is the service's `app.build`, `make_settings` its Settings class; `more` are
    settings of the test's own."""
    nowhere = Urls(*["postgresql://nobody@127.0.0.1:1/none"] * 3)
    plan = build(make_settings(**environment(nowhere, nats_url, redis_url)))
    urls = await databases.create(plan.name, plan.migrations, plan.metadata)
    with TemporaryDirectory(prefix="diwan-files-") as files:
        given = environment(urls, nats_url, redis_url) | {"files_url": Path(files).as_uri()}
        async with _running(build(make_settings(**(given | more)))) as running:
            yield running


@asynccontextmanager
async def _running(service: Service) -> AsyncIterator[Harness]:
    async with opened(service) as context:
        await ensure_stream(context.nats, context.settings)
        context.tokens.learn_keys(KeySet([_KEY]).as_dict(private=False))
        context.ready["started"] = True
        yield Harness(context, create_app(context, service.routers, service.name))

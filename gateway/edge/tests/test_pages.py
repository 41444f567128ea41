"""What everybody may read: health, documents, and the gateway's own refusals."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.openapi.models import OpenAPI

from chassis.testing.harness import Harness
from edge.api_docs.use_cases import Descriptions
from edge.peers import Views


class FakeViews:
    """Services behind the edge that answer as the test wishes."""

    names = ("clients", "comms")

    def __init__(self) -> None:
        self.down: set[str] = set()

    async def ready(self) -> dict[str, bool]:
        return {name: name not in self.down for name in self.names}

    async def descriptions(self) -> dict[str, dict[str, Any]]:
        return {name: self.describe(name) for name in self.names if name not in self.down}

    def describe(self, name: str) -> dict[str, Any]:
        schema = {"type": "object", "properties": {name: {"type": "string"}}}
        body = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
        shown = {"examples": {"answer": {"$ref": "#/components/examples/Thing"}}}
        operation = {
            "tags": [name],
            "description": f"Make a {name}.",
            "requestBody": {"content": body},
            "responses": {"201": {"description": "", "content": {"application/json": shown}}},
        }
        examples = {"Thing": {"value": {name: "x"}}}
        return {
            "paths": {f"/v1/{name}": {"post": operation}},
            "components": {"schemas": {"Thing": schema}, "examples": examples},
        }


@pytest.fixture
def views(edge: Harness) -> Any:
    kept, descriptions = edge.context.peers, edge.context.kept(Descriptions)
    own = descriptions.parts["edge"]
    edge.context.peers = FakeViews()
    descriptions.parts, descriptions.read_at = {"edge": own}, float("-inf")
    yield edge.context.peers
    edge.context.peers = kept
    descriptions.parts, descriptions.read_at = {"edge": own}, float("-inf")


async def test_readiness_names_the_service_that_is_not_ready(
    edge: Harness, public: httpx.AsyncClient, views: FakeViews
) -> None:
    assert (await public.get("/healthz")).status_code == 200
    assert (await public.get("/readyz")).status_code == 200
    views.down = {"comms"}
    answer = await public.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["services"] == {"edge": True, "clients": True, "comms": False}


async def test_one_document_describes_all_services(
    public: httpx.AsyncClient, views: FakeViews
) -> None:
    """GW-07"""
    document = (await public.get("/openapi.json")).json()
    assert {"/v1/tenants", "/v1/auth/token", "/v1/clients", "/v1/comms"} <= document["paths"].keys()
    assert not [path for path in document["paths"] if path.startswith("/internal")]
    OpenAPI.model_validate(document)
    things = [name for name in document["components"]["schemas"] if name.endswith("Thing")]
    assert sorted(things) == ["CommsThing", "Thing"]
    assert "#/components/schemas/CommsThing" in json.dumps(document["paths"]["/v1/comms"])
    assert "#/components/examples/CommsThing" in json.dumps(document["paths"]["/v1/comms"])
    examples = document["components"]["examples"]
    assert examples["CommsThing"] == {"value": {"comms": "x"}}
    assert examples["Thing"] == {"value": {"clients": "x"}}
    assert document["paths"]["/v1/api-keys"]["post"]["requestBody"]["content"]["application/json"][
        "example"
    ]["name"]


async def test_a_service_that_is_down_keeps_its_part(
    edge: Harness, public: httpx.AsyncClient, views: FakeViews
) -> None:
    views.down = {"comms"}
    assert (await public.get("/openapi.json")).json()["x-missing"] == ["comms"]
    views.down = set()
    assert "/v1/comms" in (await public.get("/openapi.json")).json()["paths"]
    views.down = {"comms"}
    edge.context.kept(Descriptions).read_at = float("-inf")
    assert "/v1/comms" in (await public.get("/openapi.json")).json()["paths"]


@pytest.mark.parametrize(("language", "word"), [("en", "Body"), ("ar", "المحتوى")])
async def test_the_page_needs_nothing_from_elsewhere(
    public: httpx.AsyncClient, views: FakeViews, language: str, word: str
) -> None:
    answer = await public.get("/docs", headers={"Accept-Language": language})
    assert answer.headers["content-type"].startswith("text/html")
    assert word in answer.text and "/v1/api-keys" in answer.text
    assert "<script" not in answer.text and "http://" not in answer.text
    assert f'lang="{language}"' in answer.text


async def test_all_events_are_described(public: httpx.AsyncClient) -> None:
    """GW-07"""
    document = (await public.get("/asyncapi.json")).json()
    assert {"edge.tenant.created", "clients.client.untagged"} <= document["channels"].keys()
    channel = document["channels"]["edge.tenant.created"]
    assert channel["address"] == "events.edge.tenant.created.{tenant_id}"
    payload = document["components"]["schemas"]["identity.TenantChanged"]
    assert payload["properties"]["tenant"] == {"$ref": "#/components/schemas/identity.Tenant"}


@pytest.mark.parametrize(
    ("status", "code"),
    [(413, "too_large"), (502, "bad_gateway"), (503, "unavailable"), (504, "gateway_timeout")],
)
async def test_the_gateways_refusals_read_like_all_others(
    public: httpx.AsyncClient, status: int, code: str
) -> None:
    answer = await public.get(
        f"/internal/problems/{status}",
        params={"instance": "/v1/clients?q=secret"},
        headers={
            "Accept-Language": "ar", "X-Forwarded-For": "192.0.2.1",
            "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        },
    )  # fmt: skip
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["instance"] == "/v1/clients"
    assert problem["trace_id"] == "0af7651916cd43dd8448eb211c80319c"
    assert answer.headers["content-language"] == "ar"


async def test_what_does_not_exist_says_so(public: httpx.AsyncClient) -> None:
    for path in ("/no-such-page", "/v1/nothing", "/v1/users/1/2/3", "/"):
        answer = await public.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert answer.headers["content-type"] == "application/problem+json"


async def test_documents_are_fetched_from_a_replica_that_answers(
    edge: Harness, tmp_path: Path
) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{"paths":{}}')
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    peers = tmp_path / "peers.json"
    peers.write_text(json.dumps({"clients.http": ["127.0.0.1:1", f"127.0.0.1:{port}"]}))
    settings = edge.context.settings.model_copy(update={"peers_file": peers})
    async with server:
        found = await Views(edge.context.channels, settings).descriptions()
    assert found == {"clients": {"paths": {}}}

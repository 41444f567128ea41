"""Schemathesis against the running product: made-up requests after the published document."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.world import World

# A fault of ours, or an answer that the document does not speak of.
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance",
    "response_schema_conformance",
)  # fmt: skip
# They would end what the run lives by: its session, its company, its client.
_ENDING = (
    "POST /v1/auth/logout", "DELETE /v1/sessions/{session_id}", "DELETE /v1/tenants/{tenant_id}",
    "POST /v1/clients/{client_id}/erase",
)  # fmt: skip
# A path with an id made up finds nothing; now and then it shall find nothing.
_KNOWN = 0.9


async def fuzz(world: World, folder: Path, cases: int, seed: int) -> str:
    """What it says of about so many cases, "" where it found no fault; same seed, same cases."""
    operations = (await world.product.http.get("/openapi.json")).json()["paths"]
    each = max(1, round(cases / sum(len(methods) for methods in operations.values())))
    settings = folder / "schemathesis.toml"
    settings.write_text("\n".join(_settings(world)), "utf-8")
    base = str(world.product.http.base_url).rstrip("/")
    program = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("schemathesis")), "--no-color",
        "--config-file", str(settings), "run", f"{base}/openapi.json",
        "--phases", "examples,fuzzing", "--max-examples", str(each), "--seed", str(seed),
        "--checks", ",".join(CHECKS), "--suppress-health-check", "all", "--warnings", "off",
        "--continue-on-failure", "--no-shrink", "--request-timeout", "30",
        "--generation-database", "none",
        *(word for name in _ENDING for word in ("--exclude-name", name)),
        cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await program.communicate()
    if program.returncode:
        return said.decode()
    alive = await world.person.ask("GET", "/v1/me")
    return "" if alive.is_success else f"The run ended its own session: {alive.text}"


def _settings(world: World) -> Iterator[str]:
    """Who asks, and the ids that a path or a body may name."""
    yield f'headers = {{ Authorization = "Bearer {world.person.tokens["access_token"]}" }}'
    for name, value in world.ids.items():
        yield f'[dictionaries.{name}]\nvalues = ["{value}"]'
    yield "[parameters]"
    for name in world.ids:
        for place in ("path", "body"):
            yield f'"{place}.{name}" = {{ dictionary = "{name}", probability = {_KNOWN} }}'

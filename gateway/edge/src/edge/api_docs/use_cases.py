"""Collecting what every service says of itself."""

import asyncio
import time
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, Final

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from chassis.context import Context
from chassis.errors import Unavailable
from edge.api_docs.rules import catalogue, merging
from edge.peers import Views

_FRESH_SECONDS: Final = 10.0


@dataclass(slots=True)
class Descriptions:
    """Each service's last known OpenAPI document; one that is down keeps its part."""

    parts: dict[str, dict[str, Any]] = field(default_factory=dict)
    read_at: float = float("-inf")
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)


async def openapi(context: Context) -> dict[str, Any]:
    """One OpenAPI document of all services."""
    kept, views = context.kept(Descriptions), context.peers
    async with kept.reading:
        if time.monotonic() - kept.read_at > _FRESH_SECONDS:
            await _read(kept, views)
    order = [name for name in ("edge", *views.names) if name in kept.parts]
    missing = [name for name in views.names if name not in kept.parts]
    parts = {name: kept.parts[name] for name in order}
    return merging.merge(parts, context.chassis_settings.public_url, missing)


async def _read(kept: Descriptions, views: Views) -> None:
    kept.parts |= await views.descriptions()
    is_whole = all(name in kept.parts for name in views.names)
    # A part never seen yet is asked for again at the next look.
    kept.read_at = time.monotonic() if is_whole else float("-inf")


def asyncapi() -> dict[str, Any]:
    """One AsyncAPI document of all events."""
    source = files("diwan") / "catalogue.binpb"
    if not source.is_file():
        raise Unavailable("The catalogue of events is made by `make protos`.")
    return catalogue.asyncapi(FileDescriptorSet.FromString(source.read_bytes()))

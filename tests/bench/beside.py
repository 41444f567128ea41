"""A service of the product beside a ceiling of its own: the same requests, put to each."""

from collections.abc import Callable
from typing import Final
from uuid import uuid4

import orjson

from tests.bench import load
from tests.bench.against import compare
from tests.bench.bed import Bed
from tests.bench.ceiling_server import CeilingServer
from tests.bench.load import MakeRequest
from tests.bench.plan import Plan
from tests.bench.report import Comparison
from tests.bench.rounds import Side
from tests.product import Json

Authorization = Callable[[], str]
# What is sent, by where the application is and who asks.
Make = Callable[[str, Authorization], MakeRequest]
_TARGETS: Final = ("0.45", "0.65")


async def compared(
    bed: Bed, ceiling: CeilingServer, plan: Plan, what: str, make: Make,
    targets: tuple[str, str] = _TARGETS,
) -> Comparison:  # fmt: skip
    """Both under the same load, in turn."""
    await bed.sign_in()
    url = bed.stack.url
    roots = lambda: [*bed.servers(), *([ceiling.pid] if ceiling.pid else [])]  # noqa: E731
    sides = (
        Side("product", url, make("/v1", lambda: bed.authorization), bed.product_roots),
        Side("ceiling", url, make(ceiling.path, lambda: f"Bearer {ceiling.token}"), roots,
             idle=await bed.idle_servers()),
    )  # fmt: skip
    return await compare(what, sides, plan, targets)


def post(path: str, authorization: Authorization, body: Json) -> bytes:
    """A write that is sent once."""
    sent = {"Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
    return load.request("POST", path, headers(authorization) | sent, orjson.dumps(body))


def headers(authorization: Authorization) -> dict[str, str]:
    """What each request says."""
    return {
        "Authorization": authorization(), "Accept": "application/json",
        "Accept-Encoding": "gzip", "User-Agent": "bench",
    }  # fmt: skip

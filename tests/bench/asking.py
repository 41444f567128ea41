"""The requests of both applications: the same ids, the same fragments, the same bodies."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote
from uuid import uuid4

import orjson

from tests.bench import load
from tests.bench.bed import Bed
from tests.bench.data import person
from tests.bench.load import MakeRequest


@dataclass(frozen=True, slots=True)
class Target:
    """Where an application's clients are, and who asks."""

    path: str
    authorization: Callable[[], str]

    def headers(self) -> dict[str, str]:
        """What a browser or a partner's program sends along."""
        return {
            "Authorization": self.authorization(), "Accept": "application/json",
            "Accept-Encoding": "gzip", "User-Agent": "bench",
        }  # fmt: skip


def product(bed: Bed) -> Target:
    """The clients service."""
    return Target("/v1/clients", lambda: bed.authorization)


def ceiling(bed: Bed) -> Target:
    """The hand-written application."""
    return Target("/ceiling/clients", lambda: f"Bearer {bed.ceiling.token}")


def reads(target: Target, ids: Sequence[str]) -> MakeRequest:
    """A client by id, each time another one."""

    def make(n: int) -> bytes:
        # A prime step visits all of them, far from one another.
        return load.request("GET", f"{target.path}/{ids[n * 7919 % len(ids)]}", target.headers())

    return make


def searches(target: Target, fragments: Sequence[str]) -> MakeRequest:
    """A page of fifty clients that have the fragment in a name, a number or a code."""
    queries = [quote(fragment) for fragment in fragments]

    def make(n: int) -> bytes:
        path = f"{target.path}?limit=50&q={queries[n % len(queries)]}"
        return load.request("GET", path, target.headers())

    return make


def creates(target: Target, numbers: "itertools.count[int]") -> MakeRequest:
    """A new client with a phone and an e-mail address, under a key of its own."""

    def make(_: int) -> bytes:
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
        return load.request("POST", target.path, target.headers() | headers, _body(next(numbers)))

    return make


def _body(number: int) -> bytes:
    one = person(number)
    return orjson.dumps({
        "kind": "lead", "name": one.name, "business_name": one.business,
        "phones": [{"number": one.phone}], "emails": [{"address": one.email}],
    })  # fmt: skip

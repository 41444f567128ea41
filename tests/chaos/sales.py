"""Sales of every kind, from a draft to the money back: the same steps in calm and in a storm."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final, Self

import httpx

from chassis.ids import new_id
from chassis.testing.eventually import eventually
from tests.events import Published
from tests.product import Json, Person

Step = tuple[str, Json]
# Worth another try under the same key: nobody was there to answer, or somebody still does.
_LATER: Final = {409: "idempotency_in_progress", 502: "", 503: "", 504: ""}
_LINE: Final[Json] = {"description": "استشارة", "quantity": "3", "unit_price": "33.33"}


@dataclass
class Sale:
    """One sale of a kind; `made` are the ids its steps gave, by what they made."""

    kind: str
    client_id: str
    made: dict[str, str] = field(default_factory=lambda: {"invoice": str(new_id())})
    acknowledged: int = 0
    # What it was answered before that, where it was something else.
    refused: Counter[str] = field(default_factory=Counter)

    def new(self, name: str) -> str:
        return self.made.setdefault(name, str(new_id()))

    def steps(self) -> list[Callable[[], Step]]:
        return [self._draft, *(getattr(self, f"_{name}") for name in KINDS[self.kind])]

    def _draft(self) -> Step:
        body: Json = {"id": self.made["invoice"], "client_id": self.client_id, "lines": [_LINE]}
        return "/v1/invoices", body | {"issue_date": "2999-01-01"}

    def _estimate(self) -> Step:
        return "/v1/estimates", {
            "id": self.new("estimate"), "client_id": self.client_id, "lines": [_LINE],
        }  # fmt: skip

    def _accept(self) -> Step:
        return f"/v1/estimates/{self.made['estimate']}/accept", {}

    def _convert(self) -> Step:
        return f"/v1/estimates/{self.made['estimate']}/convert", {}

    def _issue(self) -> Step:
        return f"/v1/invoices/{self.made['invoice']}/issue", {}

    def _void(self) -> Step:
        return f"/v1/invoices/{self.made['invoice']}/void", {}

    def _write_off(self) -> Step:
        return f"/v1/invoices/{self.made['invoice']}/write-off", {}

    def _credit(self) -> Step:
        body = {"id": self.new("credit_note"), "lines": [_LINE | {"quantity": "1"}], "reason": "x"}
        return f"/v1/invoices/{self.made['invoice']}/credit-notes", body

    def _pay(self) -> Step:
        return self._payment("payment", "99.99")

    def _pay_some(self) -> Step:
        return self._payment("part", "40.00")

    def _pay_too_much(self) -> Step:
        return self._payment("too_much", "99.99", "150.00")

    def _refund(self) -> Step:
        return f"/v1/payments/{self.made['payment']}/refunds", {"amount": "10.00"}

    def _payment(self, name: str, share: str, amount: str = "") -> Step:
        return "/v1/payments", {
            "id": self.new(name), "client_id": self.client_id, "amount": amount or share,
            "currency": "SAR", "method": "cash",
            "allocations": [{"invoice_id": self.made["invoice"], "amount": share}],
        }  # fmt: skip


KINDS: Final = {
    "drafted": (), "owed": ("issue",), "voided": ("issue", "void"), "paid": ("issue", "pay"),
    "paid in part": ("issue", "pay_some"), "lost": ("issue", "pay_some", "write_off"),
    "credited": ("issue", "credit"), "paid, then credited": ("issue", "pay", "credit"),
    "given back": ("issue", "pay", "refund"), "paid too much": ("issue", "pay_too_much"),
    "promised": ("issue", "estimate", "accept", "convert"),
}  # fmt: skip
_READS: Final = {
    "invoice": ("/v1/invoices", ("status", "total", "paid", "credited", "written_off", "balance")),
    "estimate": ("/v1/estimates", ("status", "total")),
    "credit_note": ("/v1/credit-notes", ("total", "invoice_id")),
    **dict.fromkeys(
        ("payment", "part", "too_much"),
        ("/v1/payments", ("status", "allocated", "refunded", "unallocated")),
    ),
}


async def sell(owner: Person, sale: Sale) -> None:
    """Take every step until it is acknowledged, under a key of its own."""
    for place, step in enumerate(sale.steps()):
        path, body = step()
        key = f"{sale.made['invoice']}-{place}"
        answer = await acknowledged(owner, path, body, key, sale.refused)
        sale.acknowledged += 1
        if path.endswith("/convert"):
            sale.made["converted"] = answer["id"]


class Selling:
    """A few callers who sell without pause, each to a client of theirs; no sale is left halfway."""

    def __init__(self, owner: Person, clients: Sequence[str], chance: Random) -> None:
        self._owner, self._clients, self._chance = owner, clients, chance
        self._callers: list[asyncio.Task[None]] = []
        self._goes_on = True
        self.sales: list[Sale] = []

    @property
    def refused(self) -> Counter[str]:
        """What was answered in place of what was asked for."""
        return sum((sale.refused for sale in self.sales), Counter())

    async def gets_through(self, more: int = 40, within: float = 120) -> None:
        """Wait until so many more steps were acknowledged."""
        wanted = self._acknowledged() + more

        async def enough() -> bool:
            fallen = next((one for one in self._callers if one.done()), None)
            return fallen.result() is None if fallen else self._acknowledged() >= wanted

        await eventually(enough, within=within)

    def _acknowledged(self) -> int:
        return sum(sale.acknowledged for sale in self.sales)

    async def _sell(self, client_id: str) -> None:
        while self._goes_on:
            sale = Sale(self._chance.choice(list(KINDS)), client_id)
            self.sales.append(sale)
            await sell(self._owner, sale)

    async def __aenter__(self) -> Self:
        self._callers = [asyncio.create_task(self._sell(one)) for one in self._clients]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._goes_on = False
        await asyncio.gather(*self._callers)


async def acknowledged(
    owner: Person, path: str, body: Json, key: str, refused: Counter[str]
) -> Json:  # fmt: skip
    """What is answered at last, asked again under its key as long as nobody can answer."""

    async def answered() -> Json | None:
        try:
            answer = await owner.ask("POST", path, json=body, headers={"Idempotency-Key": key})
        except httpx.TransportError as error:
            refused[f"no answer: {type(error).__name__}"] += 1
            return None
        if answer.is_success:
            return dict(answer.json())
        refused[f"{answer.status_code} {path} {answer.text[:80]}"] += 1
        if _was_cut_short(answer):
            return None
        assert answer.status_code in _LATER, f"{path}: {answer.text}"
        # While no replica is left the gateway's answer is plain text.
        code = _LATER[answer.status_code]
        assert not code or answer.json()["code"] == code, f"{path}: {answer.text}"
        return None

    found = await eventually(answered, within=120, every=0.2)
    assert found is not None
    return found


def _was_cut_short(answer: httpx.Response) -> bool:
    """Say whether a replica died between head and body: the gateway's words, not a problem."""
    is_plain = answer.headers["content-type"].startswith("text/plain")
    return is_plain and (answer.status_code, answer.text) == (500, "Internal Server Error\n")


async def outcome(owner: Person, sale: Sale) -> dict[str, Any]:
    """What a sale has come to, ids apart."""
    names = {one: name for name, one in sale.made.items()}
    found = {}
    for name in sorted(sale.made.keys() & _READS.keys()):
        path, fields = _READS[name]
        shown = await owner.get(f"{path}/{sale.made[name]}")
        found[name] = {one: names.get(shown[one], shown[one]) for one in fields}
    return found


def told(sale: Sale, events: Iterable[Published]) -> dict[str, Counter[str]]:
    """How often the stream has each event about what a sale made."""
    names = {one: name for name, one in sale.made.items()}
    found: dict[str, Counter[str]] = {name: Counter() for name in sale.made}
    for body in (one.body for one in events):
        if body["subject"] in names:
            found[names[body["subject"]]][body["type"]] += 1
    return found

"""What members buy and use, step by step: the same stories in calm and in a storm."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

import httpx

from chassis.ids import new_id
from chassis.testing.eventually import eventually
from tests.chaos.sales import Step, acknowledged
from tests.product import Json, Person

PRICE, FEE, PERIOD_DAYS = "100.00", "20.00", 30
_FIRST_PRICE: Final = "120.00"
_HOME: Final = ZoneInfo("Asia/Riyadh")
# What a client uses of a purse that many stories share is less than each of them puts into it.
PUT_IN, TAKEN_OUT = 3, 2


@dataclass(frozen=True)
class Shop:
    """What is sold, and whose purse many use."""

    membership: str
    credit: str
    sessions: str
    purse: str

    @classmethod
    async def open(cls, owner: Person, purse: str) -> Self:
        """A package of each kind, and what their credit is counted in."""
        sessions = await owner.post("/v1/credit-types", {"name": "جلسات", "unit": "جلسة"})
        sold = {"currency": "SAR", "name": "ذهبي",
                "credits": [{"credit_type_id": sessions["id"], "amount": "5"}]}  # fmt: skip
        membership = await owner.post("/v1/packages", sold | {
            "kind": "membership", "price": PRICE, "joining_fee": FEE,
            "period": {"unit": "day", "count": PERIOD_DAYS},
        })  # fmt: skip
        credit = await owner.post("/v1/packages", sold | {"kind": "credit", "price": PRICE})
        return cls(membership["id"], credit["id"], sessions["id"], purse)


@dataclass
class Story:
    """What one client does, by its kind; `made` are the ids of what its steps make."""

    kind: str
    client_id: str
    shop: Shop
    made: dict[str, str] = field(default_factory=lambda: {"story": str(new_id())})
    acknowledged: int = 0
    # What it was answered before that, where it was something else.
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def names(self) -> Sequence[str]:
        """Its steps."""
        return KINDS[self.kind]

    async def tell(self, owner: Person) -> None:
        """Take every step until it is acknowledged, under a key of its own."""
        for place, name in enumerate(self.names):
            take: Callable[[Person], Awaitable[Step]] = getattr(self, f"_{name}")
            path, body = await take(owner)
            key = f"{self.made['story']}-{place}"
            await acknowledged(owner, path, body, key, self.refused)
            self.acknowledged += 1

    def new(self, name: str) -> str:
        return self.made.setdefault(name, str(new_id()))

    async def _charge(self, _: Person) -> Step:
        return "/v1/credit-charges", self._credit("charge", "10")

    async def _use(self, _: Person) -> Step:
        return "/v1/credit-usages", self._credit("usage", "3")

    async def _reverse(self, _: Person) -> Step:
        return f"/v1/credit-usages/{self.made['usage']}/reverse", {}

    async def _hold(self, _: Person) -> Step:
        return "/v1/credit-holds", self._credit("hold", "4")

    async def _consume(self, _: Person) -> Step:
        return f"/v1/credit-holds/{self.made['hold']}/consume", {}

    async def _release(self, _: Person) -> Step:
        return f"/v1/credit-holds/{self.made['hold']}/release", {}

    async def _put_in(self, _: Person) -> Step:
        asked = self._credit("charge", str(PUT_IN))
        return "/v1/credit-charges", asked | {"client_id": self.shop.purse}

    async def _take_out(self, _: Person) -> Step:
        asked = self._credit("usage", str(TAKEN_OUT))
        return "/v1/credit-usages", asked | {"client_id": self.shop.purse}

    def _credit(self, name: str, amount: str) -> Json:
        return {
            "id": self.new(name), "client_id": self.client_id, "amount": amount,
            "credit_type_id": self.shop.sessions,
        }  # fmt: skip

    async def _sell(self, _: Person) -> Step:
        return "/v1/memberships", {
            "id": self.new("membership"), "client_id": self.client_id,
            "package_id": self.shop.membership,
        }  # fmt: skip

    async def _sell_what_is_due(self, owner: Person) -> Step:
        """A membership whose first period ends today, and that renews by itself."""
        path, body = await self._sell(owner)
        began = datetime.now(_HOME).date() - timedelta(days=PERIOD_DAYS)
        return path, body | {"start_date": began.isoformat(), "auto_renew": True}

    async def _renew(self, owner: Person) -> Step:
        await self._stands(owner, lambda shown: shown["status"] == "active")
        return f"{self._path()}/renew", {}

    async def _pay(self, owner: Person) -> Step:
        return await self._payment(owner, 1, "cash")

    async def _pay_by_cheque(self, owner: Person) -> Step:
        return await self._payment(owner, 1, "cheque")

    async def _pay_next(self, owner: Person) -> Step:
        return await self._payment(owner, 2, "cash")

    async def _deposit(self, owner: Person) -> Step:
        await self._stands(owner, lambda shown: shown["status"] == "active")
        return f"/v1/payments/{self.made['payment 1']}/deposit", {}

    async def _bounce(self, _: Person) -> Step:
        return f"/v1/payments/{self.made['payment 1']}/bounce", {}

    async def _pay_again(self, owner: Person) -> Step:
        await self._stands(owner, lambda shown: shown["status"] == "pending_payment")
        return self._paid("payment again", self.made["invoice 1"], _FIRST_PRICE, "cash")

    async def _order(self, _: Person) -> Step:
        return "/v1/package-orders", {
            "id": self.new("order"), "client_id": self.client_id, "package_id": self.shop.credit,
        }  # fmt: skip

    async def _pay_order(self, owner: Person) -> Step:
        shown = await self._stands(owner, lambda found: bool(found["invoice_id"]))
        self.made["invoice 1"] = shown["invoice_id"]
        return self._paid("payment 1", shown["invoice_id"], PRICE, "cash")

    async def _credit_order(self, owner: Person) -> Step:
        await self._stands(owner, lambda found: found["status"] == "paid")
        return f"/v1/invoices/{self.made['invoice 1']}/credit-notes", {
            "id": self.new("credit note"), "reason": "أُعيد",
        }  # fmt: skip

    async def _payment(self, owner: Person, number: int, method: str) -> Step:
        """Of the invoice of a period, once billing has made it."""

        def is_invoiced(shown: Json) -> bool:
            return shown["period"]["number"] == number and bool(shown["invoice_id"])

        invoice_id = (await self._stands(owner, is_invoiced))["invoice_id"]
        self.made[f"invoice {number}"] = invoice_id
        price = _FIRST_PRICE if number == 1 else PRICE
        return self._paid(f"payment {number}", invoice_id, price, method)

    def _paid(self, name: str, invoice_id: str, amount: str, method: str) -> Step:
        return "/v1/payments", {
            "id": self.new(name), "client_id": self.client_id, "amount": amount,
            "currency": "SAR", "method": method,
            "allocations": [{"invoice_id": invoice_id, "amount": amount}],
        }  # fmt: skip

    def _path(self) -> str:
        if "order" in self.made:
            return f"/v1/package-orders/{self.made['order']}"
        return f"/v1/memberships/{self.made['membership']}"

    async def _stands(self, owner: Person, so: Callable[[Json], bool]) -> Json:
        """What was sold, once it stands so; whoever is away meanwhile comes back."""

        async def found() -> Json:
            try:
                answer = await owner.ask("GET", self._path())
            except httpx.TransportError as error:
                self.refused[f"no answer: {type(error).__name__}"] += 1
                return {}
            if answer.is_success:
                shown: Json = answer.json()
                return shown if so(shown) else {}
            self.refused[f"{answer.status_code} {self._path()}"] += 1
            assert answer.status_code >= 500, answer.text
            return {}

        try:
            return await eventually(found, within=120, every=0.3)
        except AssertionError:
            shown = (await owner.ask("GET", self._path())).text
            raise AssertionError(f"{self}: stands as {shown}") from None


_CHEQUE: Final = ("sell", "pay_by_cheque", "deposit", "bounce")
KINDS: Final = {
    "charged": ("charge",), "used": ("charge", "use"), "reversed": ("charge", "use", "reverse"),
    "held": ("charge", "hold"), "consumed": ("charge", "hold", "consume"),
    "released": ("charge", "hold", "release"), "from one purse": ("put_in", "take_out"),
    "asked for": ("sell",), "paid": ("sell", "pay"),
    "renewed": ("sell", "pay", "renew", "pay_next"),
    "renewed by itself": ("sell_what_is_due", "pay", "pay_next"),
    "reopened": _CHEQUE, "paid again": (*_CHEQUE, "pay_again"),
    "ordered": ("order", "pay_order"), "given back": ("order", "pay_order", "credit_order"),
}  # fmt: skip


class Telling:
    """A few callers who tell stories side by side, each from its beginning to its end."""

    def __init__(self, owner: Person, stories: Sequence[Story], callers: int) -> None:
        self._owner, self._count, self._goes_on = owner, callers, True
        self.stories = stories
        self._callers: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    @property
    def steps(self) -> int:
        """How many there are in all."""
        return sum(len(story.names) for story in self.stories)

    @property
    def refused(self) -> Counter[str]:
        """What was answered in place of what was asked for."""
        return sum((story.refused for story in self.stories), Counter())

    @property
    def begun(self) -> list[Story]:
        """The stories of which something was acknowledged."""
        return [story for story in self.stories if story.acknowledged]

    def enough(self) -> None:
        """Begin no other story."""
        self._goes_on = False

    async def gets_through(self, more: int = 20) -> None:
        """Wait until so many more steps were acknowledged; they must not be over by then."""
        await self.reached(self._done() + more)

    def _done(self) -> int:
        return sum(story.acknowledged for story in self.stories)

    async def reached(self, mark: int) -> None:
        """Wait until so many steps were acknowledged; they must not be over by then."""

        async def so_many() -> bool:
            return self._callers.done() or self._done() >= mark

        await eventually(so_many, within=300, every=0.01)
        if self._callers.done():
            await self._callers
            raise AssertionError("the stories were over too early")

    async def __aenter__(self) -> Self:
        waiting = iter(self.stories)

        async def call() -> None:
            for story in waiting:
                if not self._goes_on:
                    return
                await story.tell(self._owner)

        self._callers = asyncio.gather(*(call() for _ in range(self._count)))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._callers.cancel()
            await asyncio.gather(self._callers, return_exceptions=True)
        else:
            await self._callers


def planned(chance: Random, shop: Shop, clients: Sequence[str]) -> list[Story]:
    """A story of some kind for each client."""
    return [Story(chance.choice(list(KINDS)), one, shop) for one in clients]

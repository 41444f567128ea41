"""Many invoices at once, through the doors."""

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID

import pytest

from chassis.ids import new_id
from chassis.work import UnitOfWork
from services.billing.tests.conftest import Events
from services.billing.tests.factories import Json, Person, make_product, make_tax
from services.billing.tests.invoices.making import (
    INVOICES,
    LINE,
    draft,
    remember_client,
    remember_company,
    user,
)

BULK = f"{INVOICES}/bulk"


async def bulk(person: Person, *invoices: Json, **fields: Any) -> Json:
    return await person.post(BULK, {"invoices": list(invoices), **fields})


def outcomes(made: Json) -> list[str]:
    return [one["outcome"] for one in made["items"]]


async def test_each_of_many_is_as_one_by_itself(owner: Person, events: Events) -> None:
    """BI-14: the same figures, defaults and events as of invoices that are made one by one."""
    await remember_company(owner)
    sara = str(await remember_client(owner, currency="USD", credit_days=10))
    product = await make_product(owner, tax_id=(await make_tax(owner))["id"])
    wanted: Json = {
        "client_id": sara, "lines": [LINE | {"product_id": product["id"]}, LINE],
        "discount": {"type": "percent", "value": "10"}, "shipping": "5.00", "notes": "شكرًا",
    }  # fmt: skip
    alone = await draft(owner, **wanted)
    made = await bulk(owner, wanted, {"lines": [LINE]})
    assert outcomes(made) == ["created", "created"] and made["created"] == 2
    shown = await owner.get(f"{INVOICES}/{made['items'][0]['id']}")
    own = {"id", "created_at", "updated_at"}
    assert {k: v for k, v in shown.items() if k not in own} == {
        k: v for k, v in alone.items() if k not in own
    }
    assert {k: shown[k] for k in made["items"][0].keys() & shown.keys()} == {
        k: v for k, v in made["items"][0].items() if k in shown
    }
    told = [e for e in await events(owner.caller) if e["type"] == "billing.invoice.created"]
    assert [e["subject"] for e in told] == [alone["id"], *(one["id"] for one in made["items"])]


async def test_one_that_is_wrong_keeps_no_other_from_being_made(owner: Person) -> None:
    """BI-14: each problem is the one it would be by itself, its field by the place of its own."""
    known = await draft(owner, external_id="A-1")
    made = await bulk(
        owner,
        {"lines": [LINE]},
        {"lines": [LINE | {"quantity": "0"}]},
        {"lines": [LINE], "client_id": str(new_id())},
        {"lines": [LINE], "external_id": "A-1"},
        {"lines": [LINE, LINE | {"tax_id": str(new_id())}]},
        {"lines": [LINE], "colour": "red"},
        "not an invoice",
        {"lines": [LINE], "branch_id": str(new_id())},
        {"lines": [LINE], "id": known["id"]},
        {"lines": [LINE], "external_id": "B-1"},
        {"lines": [LINE], "external_id": "B-1", "notes": "another"},
    )
    problems = {one["index"]: one["problem"] for one in made["items"] if one["problem"]}
    assert {
        place: (one["status"], one["code"], [e["field"] for e in one["errors"]])
        for place, one in problems.items()
    } == {
        1: (422, "validation_failed", ["invoices.1.lines.0.quantity"]),
        2: (422, "unknown_reference", ["invoices.2.client_id"]),
        3: (409, "external_id_taken", ["invoices.3.external_id"]),
        4: (422, "unknown_tax", ["invoices.4.lines.1.tax_id"]),
        5: (422, "validation_failed", ["invoices.5.colour"]),
        6: (422, "validation_failed", ["invoices.6"]),
        7: (422, "unknown_branch", ["invoices.7.branch_id"]),
        8: (409, "id_taken", ["invoices.8.id"]),
        10: (409, "external_id_taken", ["invoices.10.external_id"]),
    }  # fmt: skip
    assert (made["created"], made["known"], made["refused"]) == (2, 0, 9)
    assert len(await owner.ids(INVOICES)) == 3


async def test_problems_are_told_in_arabic(owner: Person) -> None:
    body = {"invoices": [{"lines": [LINE | {"quantity": "0"}]}, {"lines": [LINE], "id": "x"}]}
    answer = await owner.http.post(BULK, json=body, headers={"Accept-Language": "ar"})
    first = answer.json()["items"][0]["problem"]
    assert first["title"] == "بعض القيم غير صحيحة." or not first["title"].isascii()
    assert not first["errors"][0]["message"].isascii()


@pytest.mark.parametrize("count", [0, 501])
async def test_there_are_one_to_500(owner: Person, count: int) -> None:
    """BI-14"""
    body = {"invoices": [{"lines": [LINE]}] * count}
    assert await owner.wrong("POST", BULK, body) == ("validation_failed", ["invoices"])


async def test_sent_again_they_are_the_same(owner: Person) -> None:
    """BI-14: by the id of each, or by the key of the request; also those that were issued."""
    ids = [str(new_id()) for _ in range(3)]
    wanted = [{"id": one, "lines": [LINE], "external_id": one} for one in ids]
    first = await bulk(owner, *wanted[:2], issue=True)
    again = await bulk(owner, *wanted, issue=True)
    assert outcomes(again) == ["known", "known", "created"]
    assert [one["number"] for one in again["items"]] == ["INV-000001", "INV-000002", "INV-000003"]
    assert [one["version"] for one in again["items"]] == [2, 2, 2]
    assert first["items"] == [one | {"outcome": "created"} for one in again["items"][:2]]
    alone = await owner.http.post(INVOICES, json=wanted[0])
    assert (alone.status_code, alone.json()["number"]) == (200, "INV-000001")
    keyed = [
        await owner.http.post(BULK, json={"invoices": [{"lines": [LINE]}]},
                              headers={"Idempotency-Key": "march"}) for _ in range(2)
    ]  # fmt: skip
    assert keyed[1].headers["Idempotency-Replayed"] == "true"
    assert keyed[0].json() == keyed[1].json()
    assert len(await owner.ids(INVOICES)) == 4


async def test_twins_in_one_request_are_one_invoice(owner: Person) -> None:
    """BI-14"""
    twin = {"id": str(new_id()), "lines": [LINE]}
    made = await bulk(owner, twin, twin, twin | {"notes": "another"}, issue=True)
    assert [one["id"] for one in made["items"]] == [twin["id"], twin["id"], None]
    assert made["items"][2]["problem"]["code"] == "id_taken"
    assert len(await owner.ids(INVOICES)) == 1


async def test_those_that_shall_be_are_issued(owner: Person, events: Events) -> None:
    """BI-14, BI-07: in their order, without gaps, in the chain, and in the ledger."""
    sara = str(await remember_client(owner))
    made = await bulk(
        owner, {"lines": [LINE], "client_id": sara, "issue": True}, {"lines": [LINE]},
        {"lines": [LINE], "currency": "KWD", "issue": True},
        {"lines": [LINE | {"unit_price": "0"}], "issue": True},
        {"lines": [LINE], "currency": "KWD", "issue": True, "exchange_rate": "12.2"},
    )  # fmt: skip
    states = [(one["status"], one["number"]) for one in made["items"]]
    assert states == [
        ("issued", "INV-000001"), ("draft", None), (None, None), ("paid", "INV-000002"),
        ("issued", "INV-000003"),
    ]  # fmt: skip
    assert made["items"][2]["problem"]["code"] == "exchange_rate_unknown"
    shown = [await owner.get(f"{INVOICES}/{made['items'][at]['id']}") for at in (0, 3, 4)]
    assert [one["buyer"] and one["buyer"]["name"] for one in shown] == ["سارة", None, None]
    hashes = [one["chain"] for one in shown]
    assert [one["place"] for one in hashes] == [1, 2, 3]
    assert [one["previous_hash"] for one in hashes[1:]] == [one["hash"] for one in hashes[:2]]
    [balance] = (await owner.get("/v1/balances", client_id=sara))["items"]
    assert balance["due"] == "200.00"
    kinds = Counter(e["type"] for e in await events(owner.caller))
    assert (kinds["billing.invoice.created"], kinds["billing.invoice.issued"]) == (4, 3)
    assert kinds["billing.invoice.paid"] == 1
    assert len(await owner.ids(INVOICES)) == 4


async def test_each_branch_numbers_its_own(owner: Person) -> None:
    """BI-07"""
    branches = [await owner.post("/v1/branches", {"name": name}) for name in ("الرياض", "جدة")]
    await owner.post(
        "/v1/series",
        {"document_type": "invoice", "branch_id": branches[0]["id"], "prefix": "RUH-"},
    )
    of = [branches[0]["id"], None, branches[1]["id"], branches[0]["id"], None]
    made = await bulk(owner, *({"lines": [LINE], "branch_id": one} for one in of), issue=True)
    numbers = [one["number"] for one in made["items"]]
    assert numbers[0] == "RUH-000001" and numbers[3] == "RUH-000002"
    assert sorted(numbers[at] for at in (1, 2, 4)) == [f"INV-00000{n}" for n in (1, 2, 3)]


async def test_whoever_may_not_issue_issues_none(owner: Person) -> None:
    """BI-14"""
    async with owner.colleague("billing:read", "billing:write") as writer:
        wanted = [{"lines": [LINE]}, {"lines": [LINE], "issue": True}]
        assert await writer.refused("POST", BULK, {"invoices": wanted}) == (403, "forbidden")
        assert outcomes(await bulk(writer, *wanted[:1])) == ["created"]
    async with owner.colleague("billing:write", "billing:issue") as issuer:
        assert outcomes(await bulk(issuer, *wanted)) == ["created", "created"]
    async with owner.colleague("billing:read", "billing:issue") as reader:
        assert await reader.refused("POST", BULK, {"invoices": wanted}) == (403, "forbidden")


async def test_clients_are_seen_and_changed_by_who_may(owner: Person) -> None:
    """BI-14: what somebody does not see is not there for them, each for itself."""
    mine = owner.service.caller(
        owner.caller.tenant_id, permissions=frozenset({"billing:write", "billing:read"}),
        is_owner=False, visibility="assigned", user_id=new_id(),
    )  # fmt: skip
    member = {"user_id": str(mine.user_id), "role": "owner"}
    seen = await remember_client(owner, staff=[member])
    watched = await remember_client(owner, staff=[member | {"role": "watcher"}])
    hidden = await remember_client(owner)
    async with owner.service.http(mine) as http:
        person = Person(owner.service, mine, http)
        made = await bulk(
            person, *({"lines": [LINE], "client_id": str(one)} for one in (seen, watched, hidden))
        )
    problems = [one["problem"] and one["problem"]["code"] for one in made["items"]]
    assert problems == [None, "folder_not_writable", "unknown_reference"]


async def test_what_a_client_may_owe_is_counted_on(owner: Person) -> None:
    """CL-22: those that fit are issued, the next is not; where it only warns, it warns."""
    await remember_company(owner)
    limited = str(await remember_client(owner, credit_limit="300.00"))
    free = str(await remember_client(owner))
    wanted = [{"lines": [LINE], "client_id": one} for one in (limited, free, limited)]
    await owner.patch("/v1/settings/billing", {"credit_limit_mode": "refuse"})
    made = await bulk(owner, *wanted, issue=True)
    assert outcomes(made) == ["created", "created", "refused"]
    assert made["items"][2]["problem"]["code"] == "credit_limit_exceeded"
    again = await bulk(owner, wanted[0], wanted[1], issue=True)
    assert outcomes(again) == ["refused", "created"]
    await owner.patch("/v1/settings/billing", {"credit_limit_mode": "warn"})
    warned = await bulk(owner, *wanted, issue=True)
    assert [bool(one["warnings"]) for one in warned["items"]] == [True, False, True]


async def test_20_at_once_with_the_same_make_each_once(owner: Person) -> None:
    """BI-14: some by their ids, some by their external ids, whoever is first."""
    ids = [str(new_id()) for _ in range(5)]
    named = [{"id": one, "lines": [LINE]} for one in ids]
    external = [{"lines": [LINE], "external_id": f"E-{n}"} for n in range(5)]

    async def send(turn: int) -> Json:
        both = named + external
        return await bulk(owner, *(both if turn % 2 else reversed(both)), issue=True)

    answers = await asyncio.gather(*(send(turn) for turn in range(20)))
    made = Counter(outcome for answer in answers for outcome in outcomes(answer))
    assert (made["created"], made["known"], made["refused"]) == (10, 95, 95)
    page = await owner.get(INVOICES, limit=200)
    numbers = sorted(one["number"] for one in page["items"])
    assert numbers == [f"INV-{place:06}" for place in range(1, 11)]


async def test_500_need_no_more_statements_than_a_few(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BI-14: what many name is looked up in sets, so they cost no more questions than two do."""
    asked = [0]
    for name in ("fetch", "fetchrow", "execute"):
        own = getattr(UnitOfWork, name)

        async def counted(self: UnitOfWork, *a: Any, own: Any = own, **k: Any) -> Any:
            asked[-1] += 1
            return await own(self, *a, **k)

        monkeypatch.setattr(UnitOfWork, name, counted)
    seller = user()
    await remember_company(owner, seller)
    clients = [str(await remember_client(owner)) for _ in range(20)]
    product = await make_product(owner, tax_id=(await make_tax(owner))["id"])

    def wanted(at: int) -> Json:
        lines = [LINE, LINE | {"product_id": product["id"]}, LINE]
        return {"id": str(new_id()), "external_id": f"M-{new_id()}", "lines": lines,
                "client_id": clients[at % 20], "salesperson_id": seller["id"]}  # fmt: skip

    for issue in (False, True):
        for count in (2, 500):
            asked.append(0)
            made = await bulk(owner, *(wanted(at) for at in range(count)), issue=issue)
            assert made["created"] == count
    # The first of each also fills what is remembered for a while.
    assert asked[2] <= asked[1] and asked[4] <= asked[3] < 40
    assert UUID(made["items"][499]["id"]) and made["items"][499]["number"] == "INV-000502"

"""Documents about clients whom others pay for: who owes them, and who reads whom they are about."""

from typing import Any
from uuid import UUID

import pytest

from billing.invoices.use_cases.drafts import forget_drafts
from chassis.caller import system
from chassis.ids import new_id
from libs.papers.tests.reading import read
from refs import folders
from services.billing.tests.conftest import Events
from services.billing.tests.factories import Json, Person
from services.billing.tests.invoices.making import (
    INVOICES,
    LINE,
    draft,
    issued,
    remember_client,
)

ESTIMATES, ORDERS, SUBSCRIPTIONS = "/v1/estimates", "/v1/orders", "/v1/subscriptions"
RIGHTS = ("billing:read", "billing:write", "billing:issue")
MONTHLY: Json = {"lines": [LINE], "interval": {"unit": "month"}, "starts_on": "2190-01-01"}


async def paid_for(owner: Person, payer: UUID | str, **values: Any) -> str:
    """A client whom another one pays for."""
    return str(await remember_client(owner, bill_to_id=str(payer), **values))


def whose(made: Json) -> tuple[str | None, str | None]:
    return made["client_id"], made["for_client_id"]


@pytest.mark.parametrize(
    ("path", "more"),
    [(INVOICES, {}), (ESTIMATES, {}), (ORDERS, {}), (SUBSCRIPTIONS, MONTHLY)],
)
async def test_who_pays_owes_and_the_client_is_whom_it_is_about(
    owner: Person, path: str, more: Json
) -> None:
    """CL-64: unless `for_client_id` says otherwise; of what pays the one who pays, nothing."""
    holding = str(await remember_client(owner))
    company = str(await remember_client(owner, currency="USD", bill_to_id=holding))
    sara, other = await paid_for(owner, company), str(await remember_client(owner))
    body = more | {"lines": [LINE]}
    for asked, owed in (
        ({"client_id": sara}, (company, sara)),
        ({"client_id": company}, (holding, company)),
        ({"client_id": other}, (other, None)),
        ({"client_id": sara, "for_client_id": None}, (sara, None)),
        ({"client_id": sara, "for_client_id": sara}, (sara, None)),
        ({"client_id": company, "for_client_id": other}, (company, other)),
    ):
        made = await owner.post(path, body | asked)
        assert whose(made) == owed and made["url"] == f"/v1/clients/{owed[0]}"
        assert made["currency"] == ("USD" if owed[0] == company else "SAR")
        assert await owner.get(f"{path}/{made['id']}") == made
    assert len(await owner.ids(path, client_id=company)) == 2
    assert len(await owner.ids(path, for_client_id=other)) == 1
    assert len(await owner.ids(path, for_client_id=[other, sara])) == 2
    nobody = body | {"client_id": company, "for_client_id": str(new_id())}
    assert await owner.wrong("POST", path, nobody) == ("unknown_reference", ["for_client_id"])


async def test_what_is_about_somebody_is_owed_by_somebody(owner: Person) -> None:
    """CL-64: and not by nobody."""
    body = {"lines": [LINE], "for_client_id": str(await remember_client(owner))}
    assert await owner.wrong("POST", INVOICES, body) == ("client_needed", ["client_id"])


async def test_a_draft_changes_hands_by_the_same_rule(owner: Person, events: Events) -> None:
    """CL-64: and its new payer's days are its own."""
    company = str(await remember_client(owner, credit_days=30))
    sara, other = await paid_for(owner, company), str(await remember_client(owner))
    made = await draft(owner, client_id=other)
    path = f"{INVOICES}/{made['id']}"
    for asked, owed in (
        ({"client_id": sara}, (company, sara)),
        ({"for_client_id": other}, (company, other)),
        ({"for_client_id": company}, (company, None)),
        ({"client_id": sara, "for_client_id": None}, (sara, None)),
        ({"client_id": None}, (None, None)),
    ):
        changed = await owner.patch(path, asked)
        assert whose(changed) == owed
        assert (changed["due_date"] > changed["issue_date"]) == (owed[0] == company)
    assert await owner.wrong("PATCH", path, {"for_client_id": sara}) == (
        "client_needed", ["client_id"],
    )  # fmt: skip
    told = [one["data"] for one in await events(owner.caller)][1]
    assert told["changed"] == ["client_id", "for_client_id"]
    assert told["invoice"]["for_client_id"] == sara


async def test_a_draft_asked_for_again_is_the_same(owner: Person) -> None:
    """CL-64: and another one where it says whom it is about."""
    sara = await paid_for(owner, await remember_client(owner))
    body = {"id": str(new_id()), "lines": [LINE], "client_id": sara}
    made = await owner.post(INVOICES, body)
    assert await owner.post(INVOICES, body) == made
    literal = body | {"for_client_id": None}
    assert await owner.refused("POST", INVOICES, literal) == (409, "id_taken")


async def test_what_is_made_of_a_document_is_owed_and_about_the_same(owner: Person) -> None:
    """CL-64: whoever pays for the client by then."""
    company = await remember_client(owner)
    sara = await paid_for(owner, company)
    estimate = await owner.post(ESTIMATES, {"lines": [LINE], "client_id": sara})
    order = await owner.post(ORDERS, {"lines": [LINE], "client_id": sara})
    await remember_client(owner, id=sara, version=2)
    owed = str(company), sara
    copy = await owner.post(f"{ESTIMATES}/{estimate['id']}/duplicate")
    assert whose(copy) == owed
    for made in (
        await owner.post(f"{ESTIMATES}/{estimate['id']}/convert"),
        await owner.post(f"{ORDERS}/{order['id']}/invoice"),
    ):
        assert whose(made) == owed
        after = await owner.post(f"{INVOICES}/{made['id']}/issue")
        assert whose(after) == owed and after["for_client"]["name"] == "سارة"
        note = await owner.post(f"{INVOICES}/{made['id']}/credit-notes", {"reason": "x"})
        assert whose(note) == owed
        assert await owner.ids("/v1/credit-notes", for_client_id=sara, invoice_id=made["id"]) == [
            note["id"]
        ]
    assert whose(await draft(owner, client_id=sara)) == (sara, None)


async def test_who_pays_is_whose_money_it_is(owner: Person) -> None:
    """CL-64: balances, credit limits and payments are of who owes."""
    company = str(await remember_client(owner, credit_limit="250.00", currency="SAR"))
    sara = await paid_for(owner, company)
    await owner.patch("/v1/settings/billing", {"credit_limit_mode": "refuse"})
    first = await issued(owner, client_id=sara)
    second = await draft(owner, client_id=sara)
    path = f"{INVOICES}/{second['id']}/issue"
    assert await owner.refused("POST", path) == (409, "credit_limit_exceeded")
    [balance] = (await owner.get("/v1/balances", client_id=company))["items"]
    assert balance["due"] == "200.00"
    assert not (await owner.get("/v1/balances", client_id=sara))["items"]
    await owner.post("/v1/payments", {
        "client_id": company, "amount": "200.00", "currency": "SAR", "method": "cash",
        "allocations": [{"invoice_id": first["id"], "amount": "200.00"}],
    })  # fmt: skip
    assert (await owner.get(f"{INVOICES}/{first['id']}"))["status"] == "paid"


async def place(owner: Person, person: Person, folder_id: UUID, level: str) -> None:
    """What somebody may do in a folder."""
    access = [{"principal": f"user:{person.caller.user_id}", "level": level}]
    told = {"folder_id": str(folder_id), "parent_id": "", "version": 1, "access": access}
    context = owner.service.context
    async with context.database.work(system(owner.caller.tenant_id, "billing")) as work:
        await folders.remember_access(work, [told])


@pytest.mark.parametrize("level", ["none", "read", "write"])
async def test_a_payer_whom_somebody_does_not_see_is_told_them_by_nothing(
    owner: Person, level: str
) -> None:
    """CL-64, GW-02: not to be seen is refused by a code of its own, not to be changed as ever."""
    async with owner.colleague(*RIGHTS, visibility="folders") as person:
        theirs, ours = new_id(), new_id()
        await place(owner, person, theirs, level)
        await place(owner, person, ours, "write")
        company = str(await remember_client(owner, folder_id=str(theirs)))
        sara = await paid_for(owner, company, folder_id=str(ours))
        bodies = [{"lines": [LINE], "client_id": sara}]
        bodies += [bodies[0] | {"client_id": company, "for_client_id": sara}]
        if level == "write":
            for body in bodies:
                assert whose(await person.post(INVOICES, body)) == (company, sara)
            return
        hidden = (422, "payer_hidden"), (422, "unknown_reference")
        refused = {"none": hidden, "read": ((403, "folder_not_writable"),) * 2}[level]
        for path in (INVOICES, ESTIMATES, ORDERS):
            for body, refusal in zip(bodies, refused, strict=True):
                answer = await person.http.post(path, json=body)
                assert (answer.status_code, answer.json()["code"]) == refusal
                assert company not in answer.text or body["client_id"] == company
        body = MONTHLY | bodies[0]
        assert (await person.refused("POST", SUBSCRIPTIONS, body | {"auto_issue": False})) == (
            refused[0]
        )
        own = await draft(person)
        path = f"{INVOICES}/{own['id']}"
        assert await person.refused("PATCH", path, {"client_id": sara}) == refused[0]
        # Whoever pays themselves needs nobody else.
        literal = bodies[0] | {"for_client_id": None}
        assert whose(await person.post(INVOICES, literal)) == (sara, None)
        answer = await person.http.post(
            f"{INVOICES}/bulk", json={"invoices": [bodies[0], bodies[1], literal]}
        )
        items = answer.json()["items"]
        assert [one["outcome"] for one in items] == ["refused", "refused", "created"]
        assert [one["problem"]["code"] for one in items[:2]] == [one for _, one in refused]


@pytest.mark.parametrize(
    ("path", "more"),
    [(INVOICES, {}), (ESTIMATES, {}), (ORDERS, {}), (SUBSCRIPTIONS, MONTHLY)],
)
async def test_what_is_asked_for_again_is_told_whoever_pays_meanwhile(
    owner: Person, path: str, more: Json
) -> None:
    """CL-64: also where who pays is hidden by then, as nobody is made to owe anything."""
    async with owner.colleague(*RIGHTS, visibility="folders") as person:
        theirs, ours = new_id(), new_id()
        await place(owner, person, theirs, "none")
        await place(owner, person, ours, "write")
        company = await remember_client(owner, folder_id=str(theirs))
        sara = str(await remember_client(owner, folder_id=str(ours)))
        body = more | {"id": str(new_id()), "lines": [LINE], "client_id": sara}
        if path == SUBSCRIPTIONS:
            body |= {"auto_issue": False}
        made = await person.post(path, body)
        await paid_for(owner, company, id=sara, version=2, folder_id=str(ours))
        assert await person.post(path, body) == made
        other = body | {"id": str(new_id())}
        assert await person.refused("POST", path, other) == (422, "payer_hidden")


async def test_many_asked_for_again_are_told_whoever_pays_meanwhile(owner: Person) -> None:
    """CL-64: the same of those that were made at once."""
    async with owner.colleague(*RIGHTS, visibility="folders") as person:
        theirs, ours = new_id(), new_id()
        await place(owner, person, theirs, "none")
        await place(owner, person, ours, "write")
        company = await remember_client(owner, folder_id=str(theirs))
        sara = str(await remember_client(owner, folder_id=str(ours)))
        body = {"id": str(new_id()), "lines": [LINE], "client_id": sara}
        [made] = (await person.post(f"{INVOICES}/bulk", {"invoices": [body]}))["items"]
        await paid_for(owner, company, id=sara, version=2, folder_id=str(ours))
        both = {"invoices": [body, body | {"id": str(new_id())}]}
        again, other = (await person.post(f"{INVOICES}/bulk", both))["items"]
        assert again == made | {"outcome": "known"}
        assert (other["outcome"], other["problem"]["code"]) == ("refused", "payer_hidden")


async def test_what_is_sent_again_is_issued_by_who_may_change_who_owes_it(owner: Person) -> None:
    """CL-64, GW-02, BI-14: whoever would owe it now."""
    async with owner.colleague(*RIGHTS, visibility="folders") as person:
        theirs, ours = new_id(), new_id()
        await place(owner, person, theirs, "read")
        await place(owner, person, ours, "write")
        company = str(await remember_client(owner, folder_id=str(ours)))
        sara = await paid_for(owner, company, folder_id=str(ours))
        body = {"invoices": [{"id": str(new_id()), "lines": [LINE], "client_id": sara}]}
        await person.post(f"{INVOICES}/bulk", body)
        await remember_client(owner, id=sara, version=2, folder_id=str(ours))
        for version, folder, code in ((2, theirs, "folder_not_writable"), (3, ours, None)):
            await remember_client(owner, id=company, version=version, folder_id=str(folder))
            answer = await person.http.post(f"{INVOICES}/bulk", json=body | {"issue": True})
            [made] = answer.json()["items"]
            assert (made["problem"] or {}).get("code") == code, made


async def test_whom_it_is_about_is_told_who_sees_them(owner: Person) -> None:
    """CL-64, GW-02: a document is seen by who sees who owes it; nobody finds it by the hidden."""
    async with owner.colleague(*RIGHTS, visibility="folders") as person:
        theirs, ours = new_id(), new_id()
        await place(owner, person, theirs, "none")
        await place(owner, person, ours, "write")
        company = str(await remember_client(owner, folder_id=str(ours)))
        sara = await paid_for(owner, company, folder_id=str(theirs))
        made = [
            await owner.post(path, more | {"lines": [LINE], "client_id": sara})
            for path, more in ((INVOICES, {}), (ESTIMATES, {}), (ORDERS, {}),
                               (SUBSCRIPTIONS, MONTHLY))
        ]  # fmt: skip
        for path, one in zip((INVOICES, ESTIMATES, ORDERS, SUBSCRIPTIONS), made, strict=True):
            shown = await person.get(f"{path}/{one['id']}")
            assert shown == one | {"for_client_id": None}
            assert (await person.get(path))["items"] == [shown]
            assert await person.ids(path, for_client_id=sara) == []
        # Also in what a change of theirs is answered with.
        changed = await person.patch(f"{INVOICES}/{made[0]['id']}", {"notes": "x"})
        assert whose(changed) == (company, None)
        after = await person.post(f"{INVOICES}/{made[0]['id']}/issue")
        assert whose(after) == (company, None) and after["for_client"] is None
        note = await owner.post(f"{INVOICES}/{made[0]['id']}/credit-notes", {"reason": "x"})
        for path in (f"{INVOICES}/{made[0]['id']}", f"/v1/credit-notes/{note['id']}"):
            for one, is_told in ((owner, True), (person, False)):
                [page] = read((await one.http.get(f"{path}/pdf")).content)
                # Who buys is called the same.
                assert page.says("سارة سارة") == is_told
        # And who sees the client alone sees none of it.
        async with owner.colleague(*RIGHTS, visibility="folders") as other:
            await place(owner, other, theirs, "write")
            await place(owner, other, ours, "none")
            assert await other.ids(INVOICES) == []
            assert await other.ids(INVOICES, for_client_id=sara) == []


async def test_merged_clients_are_told_as_who_answers_for_them(owner: Person) -> None:
    """CL-64, CL-58: who pays, and whom it is about; undone they are themselves again."""
    company, other = [str(await remember_client(owner)) for _ in range(2)]
    sara = await paid_for(owner, company)
    made = await draft(owner, client_id=sara)
    path = f"{INVOICES}/{made['id']}"
    noura = str(await remember_client(owner))
    await remember_client(owner, id=sara, version=2, merged_into=noura, bill_to_id=company)
    assert whose(await owner.get(path)) == (company, noura)
    for one in (sara, noura):
        assert await owner.ids(INVOICES, for_client_id=one) == [made["id"]]
    await remember_client(owner, id=company, version=2, merged_into=other)
    await remember_client(owner, id=noura, version=2, bill_to_id=company)
    assert whose(await owner.get(path)) == (other, noura)
    assert whose(await draft(owner, client_id=sara)) == (other, noura)
    # One who pays for themselves by a merge is nobody else.
    await remember_client(owner, id=noura, version=3, merged_into=other, bill_to_id=company)
    await remember_client(owner, id=sara, version=3, merged_into=other, bill_to_id=company)
    assert whose(await owner.get(path)) == (other, None)
    assert whose(await draft(owner, client_id=sara)) == (other, None)
    await remember_client(owner, id=noura, version=4, bill_to_id=company)
    await remember_client(owner, id=company, version=3)
    await remember_client(owner, id=sara, version=4, bill_to_id=company)
    assert whose(await owner.get(path)) == (company, sara)


async def test_what_was_drafted_about_an_erased_client_is_gone(owner: Person) -> None:
    """CL-64, CL-84: as what they would have owed."""
    sara = await paid_for(owner, await remember_client(owner))
    kept = await issued(owner, client_id=sara)
    await draft(owner, client_id=sara)
    context = owner.service.context
    async with context.database.work(
        system(owner.caller.tenant_id, "billing"), role="worker"
    ) as work:
        await forget_drafts(work, UUID(sara))
    assert await owner.ids(INVOICES) == [kept["id"]]


async def test_many_at_once_are_owed_each_by_whom_they_should(owner: Person) -> None:
    """CL-64, BI-14: in one request, drafted and issued."""
    company = str(await remember_client(owner))
    sara, other = await paid_for(owner, company), str(await remember_client(owner))
    body = [{"lines": [LINE], **one} for one in (
        {"client_id": sara}, {"client_id": other}, {"client_id": sara, "for_client_id": None},
        {"client_id": other, "for_client_id": sara}, {},
        {"for_client_id": sara}, {"client_id": sara, "for_client_id": str(new_id())},
    )]  # fmt: skip
    made = await owner.post(f"{INVOICES}/bulk", {"invoices": body})
    owed = [(company, sara), (other, None), (sara, None), (other, sara), (None, None)]
    assert [whose(one) for one in made["items"][:5]] == owed
    assert [one["problem"]["code"] for one in made["items"][5:]] == [
        "client_needed", "unknown_reference",
    ]  # fmt: skip
    # Of what is issued at once clients says who pays, and here that nobody else does.
    made = await owner.post(f"{INVOICES}/bulk", {"invoices": body[1:4], "issue": True})
    assert [whose(one) for one in made["items"]] == owed[1:4]

"""Whom a document is for, on paper and on the page of its link, below who owes it."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import pytest

from billing.invoices.repository.invoices import InvoiceRepository
from billing.peers import Peers
from chassis.caller import system
from chassis.ids import new_id
from libs.papers.tests.reading import read
from refs import peers
from services.billing.tests.conftest import Identity
from services.billing.tests.factories import Json, Person
from services.billing.tests.invoices.making import INVOICES, LINE, issued, remember_client
from services.billing.tests.invoices.test_parties import CLIENT, COMPANY
from services.billing.tests.payers.test_payers import ESTIMATES, ORDERS, paid_for, whose


@pytest.fixture
async def about(
    owner: Person, identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> tuple[str, str]:
    """A company and whom it pays for, as clients tells them."""
    company = await remember_client(owner)
    sara = UUID(await paid_for(owner, company))
    told: dict[UUID, Json] = {
        company: CLIENT
        | {"name": "شركة الأفق", "business_name": None, "id": str(company), "version": 1},
        sara: {"name": "سارة القحطاني", "id": str(sara), "version": 1, "bill_to_id": str(company)},
    }

    async def clients(_: Any, __: UUID, ids: Collection[UUID]) -> dict[UUID, Json]:
        return {one: told[one] for one in ids if one in told}

    monkeypatch.setattr(Peers, "clients", clients)
    identity.companies[owner.caller.tenant_id] = COMPANY
    return str(company), str(sara)


async def says(person: Person, path: str, *phrases: str, **query: str) -> None:
    answer = await person.http.get(path, params=query)
    assert answer.status_code == 200, answer.text
    [page] = read(answer.content)
    for phrase in phrases:
        assert page.says(phrase), (phrase, page.text)


async def test_papers_name_whom_they_are_for(owner: Person, about: tuple[str, str]) -> None:
    """CL-64, BI-03: invoice, estimate, order and credit note, in either language; frozen."""
    company, sara = about
    made = await issued(owner, client_id=sara)
    assert whose(made) == about
    assert (made["buyer"]["name"], made["for_client"]) == (
        "شركة الأفق", {"name": "سارة القحطاني", "business_name": None},
    )  # fmt: skip
    note = await owner.post(f"{INVOICES}/{made['id']}/credit-notes", {"reason": "x"})
    drafts = [
        f"{path}/{(await owner.post(path, {'lines': [LINE], 'client_id': sara}))['id']}"
        for path in (INVOICES, ESTIMATES, ORDERS)
    ]
    for path in (f"{INVOICES}/{made['id']}", f"/v1/credit-notes/{note['id']}", *drafts):
        await says(owner, f"{path}/pdf", "شركة الأفق", "عن سارة القحطاني", lang="ar")
        await says(owner, f"{path}/pdf", "شركة الأفق", "For سارة القحطاني", lang="en")
    # What is for nobody else says so of nobody.
    plain = await issued(owner, client_id=company)
    assert plain["for_client"] is None
    answer = await owner.http.get(f"{INVOICES}/{plain['id']}/pdf", params={"lang": "en"})
    assert not read(answer.content)[0].says("For")


async def test_the_page_of_a_link_names_whom_it_is_for(
    owner: Person, about: tuple[str, str]
) -> None:
    """CL-64, BI-03: as the paper does."""
    made = await issued(owner, client_id=about[1])
    estimate = await owner.post(ESTIMATES, {"lines": [LINE], "client_id": about[1]})
    for path in (f"{INVOICES}/{made['id']}", f"{ESTIMATES}/{estimate['id']}"):
        url = (await owner.post(f"{path}/send", {"channel": "link"}))["share_url"]
        link = url[url.index("/v1/") :]
        async with owner.service.http(None) as anybody:
            page = await anybody.get(link, headers={"Accept": "text/html"})
            assert page.status_code == 200
            assert "شركة الأفق" in page.text and "سارة القحطاني" in page.text
            if path.startswith(INVOICES):
                told = (await anybody.get(link)).json()
                assert told["for_client"]["name"] == "سارة القحطاني"
                assert "for_client_id" not in told


async def test_what_is_issued_at_once_is_owed_by_who_pays_now(
    owner: Person, about: tuple[str, str]
) -> None:
    """CL-64: as clients says it, whatever was heard of here before."""
    sara = about[1]
    await remember_client(owner, id=sara, version=2)
    body = {"invoices": [{"lines": [LINE], "client_id": sara}], "issue": True}
    [made] = (await owner.post(f"{INVOICES}/bulk", body))["items"]
    assert whose(made) == about
    shown = await owner.get(f"{INVOICES}/{made['id']}")
    assert shown["buyer"]["name"] == "شركة الأفق"


async def test_what_is_sent_again_is_issued_to_who_owes_it(
    owner: Person, about: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """CL-64, BI-14: as it was drafted, though nobody else pays for its client by now."""
    _company, sara = about
    one = {"id": str(new_id()), "lines": [LINE], "client_id": sara}
    [made] = (await owner.post(f"{INVOICES}/bulk", {"invoices": [one]}))["items"]
    assert whose(made) == about
    await remember_client(owner, id=sara, version=2)

    async def clients(_: Any, __: UUID, ids: Collection[UUID]) -> dict[UUID, Json]:
        return {one: {"name": str(one), "id": str(one), "version": 2} for one in ids}

    monkeypatch.setattr(Peers, "clients", clients)
    again = {"invoices": [one], "issue": True}
    [after] = (await owner.post(f"{INVOICES}/bulk", again))["items"]
    assert after["outcome"] == "known" and whose(after) == about, after
    shown = await owner.get(f"{INVOICES}/{made['id']}")
    assert (shown["buyer"]["name"], shown["for_client"]["name"]) == about


@pytest.mark.parametrize("at_once", [False, True])
async def test_nothing_is_for_its_own_buyer(
    owner: Person, about: tuple[str, str], monkeypatch: pytest.MonkeyPatch, *, at_once: bool
) -> None:
    """CL-64, CL-58: where they were merged into who pays for them before it was issued."""
    company, sara = about
    made = await owner.post(INVOICES, {"lines": [LINE], "client_id": sara})
    values = {"version": 2, "merged_into": company, "bill_to_id": company}
    await remember_client(owner, id=sara, **values)

    async def clients(_: Any, __: UUID, ids: Collection[UUID]) -> dict[UUID, Json]:
        return {one: {"name": "شركة الأفق", "id": company, "version": 2} for one in ids}

    with monkeypatch.context() as patch:
        if not at_once:
            patch.setattr(Peers, "clients", clients)
            after = await owner.post(f"{INVOICES}/{made['id']}/issue")
        else:
            # Undone this moment: clients tells two, of whom one is known here.
            one = {"lines": [LINE], "client_id": company, "for_client_id": sara}
            body = {"invoices": [one], "issue": True}
            [issued_one] = (await owner.post(f"{INVOICES}/bulk", body))["items"]
            after = await owner.get(f"{INVOICES}/{issued_one['id']}")
    assert whose(after) == (company, None) and after["for_client"] is None
    assert after["buyer"]["name"] == "شركة الأفق"
    # And so it is kept, whoever is shown it.
    context, tenant_id = owner.service.context, owner.caller.tenant_id
    async with context.database.work(system(tenant_id, "billing")) as work:
        kept = await InvoiceRepository(work).get(UUID(after["id"]))
    assert kept.for_client is None


async def test_a_draft_that_is_about_another_one_meanwhile_is_not_issued(
    owner: Person, about: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """CL-64, BI-07: while clients is asked who buys it, and for whom."""
    made = await owner.post(INVOICES, {"lines": [LINE], "client_id": about[1]})
    path, answer = f"{INVOICES}/{made['id']}", Peers.clients

    async def clients(of: Any, tenant_id: UUID, ids: Collection[UUID]) -> dict[UUID, Json]:
        await owner.patch(path, {"for_client_id": None})
        return await answer(of, tenant_id, ids)

    with monkeypatch.context() as patch:
        patch.setattr(Peers, "clients", clients)
        assert await owner.refused("POST", f"{path}/issue") == (409, "buyer_changed")
    after = await owner.post(f"{path}/issue")
    assert whose(after) == (about[0], None) and after["for_client"] is None


async def test_who_was_just_made_to_pay_is_heard_of_as_it_is_issued(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CL-64, BI-14: and refused nobody, as a payer who is hidden would be."""
    sara, company = str(await remember_client(owner)), new_id()
    told: dict[UUID, Json] = {
        UUID(sara): {"name": "سارة", "id": sara, "version": 2, "bill_to_id": str(company)},
        company: {"name": "شركة الأفق", "id": str(company), "version": 1,
                  "folder_id": str(new_id())},
    }  # fmt: skip

    async def clients(_: Any, __: UUID, ids: Collection[UUID]) -> dict[UUID, Json]:
        return {one: told[one] for one in ids if one in told}

    async def answer(_: Any, __: UUID, ids: Collection[UUID]) -> list[Json]:
        return [told[one] for one in ids]

    monkeypatch.setattr(Peers, "clients", clients)
    monkeypatch.setattr(peers, "get_clients", answer)
    body = {"invoices": [{"client_id": sara, "lines": [LINE]}], "issue": True}
    [made] = (await owner.post(f"{INVOICES}/bulk", body))["items"]
    assert whose(made) == (str(company), sara), made["problem"]

"""Statements of credit on paper, against what the API tells."""

import pytest

from chassis.caller import system
from libs.papers.tests.reading import Page, read
from memberships.credit.use_cases import printing
from refs import people
from services.memberships.tests.credit.world import (
    BALANCES,
    CHARGES,
    SHARES,
    USAGES,
    Wallet,
    day,
)
from services.memberships.tests.factories import Json, Person, make_credit_type, remember_client

PAPER = f"{BALANCES}/statement/pdf"


async def printed(person: Person, wallet: Wallet, **query: str) -> list[Page]:
    answer = await person.http.get(PAPER, params={"client_id": wallet.client_id, **query})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("inline; filename=")
    assert answer.headers["cache-control"] == "private"
    return read(answer.content)


async def named(person: Person) -> None:
    """The company is known by its name."""
    context, tenant_id = person.service.context, person.caller.tenant_id
    company = {"id": str(tenant_id), "version": 1, "name": "نادي النور"}
    async with context.database.work(system(tenant_id, "memberships")) as work:
        await people.remember_tenant(work, company)


async def used(owner: Person) -> tuple[Wallet, Json]:
    """A client who bought, used, and keeps something; and their statement."""
    wallet = await Wallet.make(
        owner, decimals=1, name={"ar": "جلسات", "en": "Sessions"},
        unit={"ar": "جلسة", "en": "session"},
    )  # fmt: skip
    await wallet.charge("1208", expires_on=day(3))
    lot = await wallet.charge("12.5")
    reversed_use = await wallet.use("3.5")
    await owner.post(f"{USAGES}/{reversed_use['id']}/reverse")
    await wallet.use("2")
    await wallet.hold("4")
    await owner.post(f"{CHARGES}/{lot['id']}/refund", {"amount": "1"})
    found = await owner.get(f"{BALANCES}/statement", client_id=wallet.client_id)
    [shown] = found["credit_types"]
    return wallet, shown


def figures(shown: Json) -> list[str]:
    sums = [shown[name] for name in ("opening", "issued", "used", "refunded", "closing")]
    lines = [one[name] for one in shown["lines"] for name in ("amount", "balance")]
    return [f"{float(one):,.1f}" for one in (*sums, *lines)]


async def test_an_arabic_statement_reads_as_it_should(owner: Person) -> None:
    """ME-16: figures as the API tells them, and by when what can be used today is used."""
    await named(owner)
    wallet, shown = await used(owner)
    [page] = await printed(owner, wallet)
    for phrase in (
        "كشف رصيد", "نادي النور", "سارة", "جلسات", "(جلسة)", "الرصيد الافتتاحي", "الرصيد الختامي",
        "شحن رصيد", "إلغاء استهلاك", "لا ينتهي", day(3), "1 / 1",
    ):  # fmt: skip
        assert page.says(phrase), (phrase, page.text)
    assert not page.says("Balance")
    words = page.text.replace("(", " ").replace(")", " ").split()
    told = (await wallet.balance())["balance"]
    for figure in (*figures(shown), "11.5", "1,202.0", f"{float(told):,.1f}"):
        assert figure.removeprefix("-") in {one.strip("-") for one in words}, (figure, page.text)
    [same] = await printed(owner, wallet, lang="ar")
    assert same.text == page.text


async def test_a_statement_in_english_and_in_both(owner: Person) -> None:
    """ME-16: in the client's language, unless another one is asked for."""
    wallet, shown = await used(owner)
    reader = await remember_client(owner, language="en", name="Sara", code="C-000007")
    [empty] = await printed(owner, Wallet(owner, str(reader), wallet.credit_type_id))
    assert empty.says("Statement of credit Sara Client no. C-000007")
    assert empty.says("The client has no credit of any type.")
    [page] = await printed(owner, wallet, lang="en")
    for phrase in (
        "Statement of credit", "Sessions", "Opening balance 0.0", "Charged 1,220.5", "Used -2.0",
        "Refunded -1.0", "Closing balance (session) 1,217.5", "Credit was charged",
        "Never ends 11.5", "Can be used today 1,213.5",
    ):  # fmt: skip
        assert page.says(phrase), (phrase, page.text)
    assert shown["closing"] == "1217.5"
    [both] = await printed(owner, wallet, lang="both")
    assert both.says("كشف رصيد Statement of credit") and both.says("Closing balance")


async def test_a_statement_is_of_some_days_and_types(owner: Person) -> None:
    """ME-16: what was before is its opening; where there is much it has pages."""
    wallet, _ = await used(owner)
    [page] = await printed(owner, wallet, lang="en", date_from=day(0), date_to=day(1))
    assert page.says(f"From {day(0)} To {day(0)} Opening balance 1,217.5")
    assert not page.says("Credit was charged")
    minutes = await make_credit_type(owner, name={"en": "Minutes"}, unit={"en": "minute"})
    other = Wallet(owner, wallet.client_id, minutes["id"])
    for _ in range(40):
        await other.charge("3")
    pages = await printed(owner, wallet, lang="en")
    assert pages[0].says("1 / 3 Sessions") and pages[2].says("3 / 3")
    pages = await printed(owner, wallet, lang="en", credit_type_id=minutes["id"])
    assert pages[0].says("Minutes") and not any(one.says("Sessions") for one in pages)
    assert pages[-1].says("Charged 120 Closing balance (minute) 120 Never ends 120")


async def test_what_linked_clients_share_is_told_apart(owner: Person, linked: set[str]) -> None:
    """ME-16: also where the client has nothing of their own."""
    giver = await Wallet.make(owner)
    taker = await giver.other()
    await giver.charge("5")
    await owner.post(SHARES, {"client_id": giver.client_id, "with_client_id": taker.client_id})
    [page] = await printed(owner, taker, lang="en")
    assert page.says("Can be used today 0 Linked clients share, once it is used up 5")
    await taker.charge("2")
    [page] = await printed(owner, taker, lang="en")
    assert page.says("Charged 2 Can be used today 2") and page.says("it is used up 5")


async def test_what_is_refused_of_a_statement_on_paper(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ME-16, GW-02: whom nobody sees has none; and what is asked wrongly is named."""
    wallet, _ = await used(owner)
    path = f"{PAPER}?client_id={wallet.client_id}"
    async with owner.colleague("memberships:read", visibility="assigned") as other:
        assert await other.refused("GET", path) == (404, "not_found")
    async with owner.colleague("memberships:write") as other:
        assert (await other.refused("GET", path))[0] == 403
    answer = await owner.http.get(f"{path}&lang=fr")
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == ["lang"]
    monkeypatch.setattr(printing, "MOST_PRINTED", 3)
    answer = await owner.http.get(path)
    assert (answer.status_code, answer.json()["code"]) == (422, "statement_too_long")
    assert [one["field"] for one in answer.json()["errors"]] == ["date_from"]

"""Who sees expenses and incomes, and what is kept of them when their client is erased."""

from typing import Any

import pytest

from billing.books.use_cases import forget_entries
from chassis.caller import system
from refs import lag
from refs.writing import Access
from services.billing.tests.conftest import Events
from services.billing.tests.factories import Person
from services.billing.tests.invoices.making import remember_client

EXPENSES, INCOMES = "/v1/expenses", "/v1/incomes"
RIGHTS = ("billing:read", "billing:write", "billing:delete")
BOOKS = pytest.mark.parametrize("book", [EXPENSES, INCOMES])


@BOOKS
@pytest.mark.parametrize(
    ("role", "codes"),
    [
        ("owner", [201, 200, 200, 204]),
        ("watcher", [403, 200, 403, 403]),
        ("", [422, 404, 404, 404]),
    ],
)
async def test_who_sees_a_client_sees_its_entries_and_who_may_change_it_changes_them(
    owner: Person, events: Events, book: str, role: str, codes: list[int]
) -> None:
    """GW-02, CL-82"""
    async with owner.colleague(*RIGHTS, visibility="assigned") as person:
        staff = [{"user_id": str(person.caller.user_id), "role": role}] if role else []
        body = {"amount": "1", "client_id": str(await remember_client(owner, staff=staff))}
        made = await owner.post(book, body)
        path, before = f"{book}/{made['id']}", len(await events(owner.caller))
        assert await person.ids(book) == ([made["id"]] if role else [])
        assert len((await person.get(f"{book}/sums"))["items"]) == bool(role)
        tries: list[tuple[str, str, Any]] = [
            ("POST", book, body), ("GET", path, None), ("PATCH", path, {"notes": "x"}),
            ("DELETE", path, None),
        ]  # fmt: skip
        found = [await person.http.request(m, place, json=sent) for m, place, sent in tries]
        assert [one.status_code for one in found] == codes
        told = len(await events(owner.caller)) - before
        assert told == (3 if role == "owner" else 0)


async def test_what_is_about_nobody_is_its_maker_s(owner: Person) -> None:
    """CL-82: and the one's who spent it, and of who sees everything."""
    async with (
        owner.colleague(*RIGHTS, visibility="assigned") as maker,
        owner.colleague(*RIGHTS, visibility="assigned") as other,
        owner.colleague(*RIGHTS) as manager,
    ):
        made = await maker.post(EXPENSES, {"amount": "1"})
        path = f"{EXPENSES}/{made['id']}"
        assert await maker.get(path) == await manager.get(path) == made
        assert await other.refused("GET", path) == (404, "expense_not_found")
        assert await other.ids(EXPENSES) == [] and await manager.ids(EXPENSES) == [made["id"]]
        stranger = owner.service.caller()
        async with owner.service.http(stranger) as http:
            assert (await http.get(path)).status_code == 404
            assert (await http.get(f"{EXPENSES}/sums")).json() == {"items": []}


async def test_of_a_client_who_is_erased_the_figures_are_kept(owner: Person) -> None:
    """CL-84: the law makes a company keep its books, and no words about anybody in them."""
    client_id = await remember_client(owner)
    words = {"party": "سارة", "reference": "سارة", "notes": "سارة"}
    made = await owner.post(INCOMES, {"amount": "1", "client_id": str(client_id), **words})
    other = await owner.post(INCOMES, {"amount": "1", **words})
    async with owner.service.context.database.work(
        system(owner.caller.tenant_id, "billing"), role="worker"
    ) as work:
        await forget_entries(work, client_id)
    assert await owner.get(f"{INCOMES}/{made['id']}") == made | dict.fromkeys(words)
    assert await owner.get(f"{INCOMES}/{other['id']}") == other


async def test_clients_is_asked_while_changes_of_access_come_late(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GW-02: about each entry of a client, and before one is written down."""
    about = {"amount": "1", "client_id": str(await remember_client(owner))}
    path = f"{EXPENSES}/{(await owner.post(EXPENSES, about))['id']}"
    says: list[Access] = []

    async def access(*_: Any) -> Access:
        return says[-1]

    monkeypatch.setattr(lag, "is_late", lambda _: True)
    monkeypatch.setattr(lag, "access", access)
    async with owner.colleague(*RIGHTS) as person:
        for said, statuses in (
            (Access(may_write=False), [200, 403, 403]),
            (Access(may_see=False, may_write=False), [404, 404, 422]),
        ):  # fmt: skip
            says.append(said)
            answers = [
                await person.http.get(path), await person.http.patch(path, json={"notes": "x"}),
                await person.http.post(EXPENSES, json=about),
            ]  # fmt: skip
            assert [one.status_code for one in answers] == statuses

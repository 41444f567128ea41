"""Who sees invoices, and who may make, change and issue them: who may change their client."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from billing.invoices.use_cases.drafts import forget_drafts
from chassis.caller import system
from chassis.forgetting import forget, wait_for_others
from chassis.ids import new_id
from chassis.work import UnitOfWork
from refs import clients, folders, lag
from refs.writing import Access
from services.billing.tests.conftest import Events
from services.billing.tests.factories import Person
from services.billing.tests.invoices.making import INVOICES, LINE, draft, issued, remember_client

RIGHTS = frozenset({"billing:read", "billing:write", "billing:delete", "billing:issue"})
REFUSED = (403, "folder_not_writable")


@dataclass(frozen=True)
class Case:
    """Somebody, and whether they see the client and may change it."""

    visibility: str
    level: str = ""
    role: str = ""
    sees: bool = True
    writes: bool = True


CASES = {
    "role that sees all": Case("all"),
    "role that sees all, reader of the folder": Case("all", level="read"),
    "reader of the folder": Case("folders", level="read", writes=False),
    "writer of the folder": Case("folders", level="write"),
    "owner of the client": Case("assigned", role="owner"),
    "collaborator": Case("assigned", role="collaborator"),
    "watcher": Case("assigned", role="watcher", writes=False),
    "watcher with write on the folder": Case("assigned", level="write", role="watcher"),
    "nobody to the client": Case("assigned", sees=False, writes=False),
    "owner of the client whom the folder is hidden from": Case(
        "all", level="none", role="owner", sees=False, writes=False
    ),
}


@pytest.mark.parametrize("name", CASES)
async def test_who_may_not_change_a_client_changes_no_invoice_of_it(
    owner: Person, events: Events, name: str
) -> None:
    """GW-02, BI-02: seen and not to be changed is 403, not seen 404; merged ones as survivors."""
    case = CASES[name]
    async with owner.colleague(*RIGHTS, visibility=case.visibility) as person:
        folder_id, tenant_id = new_id(), owner.caller.tenant_id
        staff = [{"user_id": str(person.caller.user_id), "role": case.role}] if case.role else []
        sara = str(await remember_client(owner, folder_id=str(folder_id), staff=staff))
        old = str(await remember_client(owner))
        if case.level:
            access = [{"principal": f"user:{person.caller.user_id}", "level": case.level}]
            told = {"folder_id": str(folder_id), "parent_id": "", "version": 1, "access": access}
            async with owner.service.context.database.work(system(tenant_id, "billing")) as work:
                await folders.remember_access(work, [told])
        of_sara, of_old = [await draft(owner, client_id=one) for one in (sara, old)]
        await remember_client(owner, id=old, version=2, merged_into=sara)
        before = len(await events(owner.caller))
        ids = [of_sara["id"], of_old["id"]]
        seen = ids[::-1] if case.sees else []
        assert await person.ids(INVOICES) == seen
        assert await person.ids(INVOICES, client_id=sara) == seen
        tries: list[tuple[str, str, Any]] = [
            ("POST", INVOICES, {"client_id": sara, "lines": [LINE]}),
            *(("PATCH", f"{INVOICES}/{one}", {"notes": "x"}) for one in ids),
            ("DELETE", f"{INVOICES}/{ids[0]}", None), ("POST", f"{INVOICES}/{ids[1]}/issue", None),
        ]  # fmt: skip
        found = [await person.http.request(m, path, json=body) for m, path, body in tries]
        if case.writes:
            assert [one.status_code for one in found] == [201, 200, 200, 204, 200]
            return
        codes = [(one.status_code, one.json()["code"]) for one in found]
        missing = (404, "invoice_not_found")
        assert codes == (
            [REFUSED] * 5 if case.sees else [(422, "unknown_reference"), *[missing] * 4]
        )
        own = await draft(person)
        taken = {"client_id": sara}
        assert await person.refused("PATCH", f"{INVOICES}/{own['id']}", taken) == codes[0]
        assert len(await events(owner.caller)) == before + 1


async def test_a_walk_in_sale_is_its_maker_s(owner: Person) -> None:
    """BI-07: and its salesperson's, and of who sees everything."""
    async with owner.colleague(*RIGHTS, visibility="assigned") as maker:
        made = await draft(maker)
        path = f"{INVOICES}/{made['id']}"
        assert (await maker.get(path))["url"] is None
        async with owner.colleague(*RIGHTS, visibility="assigned") as other:
            assert await other.refused("GET", path) == (404, "invoice_not_found")
            assert await other.refused("POST", f"{path}/issue") == (404, "invoice_not_found")
            assert await other.ids(INVOICES) == []
        async with owner.colleague(*RIGHTS) as manager:
            assert await manager.ids(INVOICES) == [made["id"]]
        assert (await maker.post(f"{path}/issue"))["number"] == "INV-000001"


async def test_another_company_sees_nothing(owner: Person) -> None:
    """GW-03"""
    made = await draft(owner)
    stranger = owner.service.caller()
    async with owner.service.http(stranger) as http:
        answer = await http.get(f"{INVOICES}/{made['id']}")
        assert (answer.status_code, (await http.get(INVOICES)).json()["items"]) == (404, [])
        taken = await http.post(INVOICES, json={"id": made["id"], "lines": [LINE]})
        assert taken.status_code == 201, "an id is unique within a company"


async def test_of_a_client_who_is_erased_only_what_was_issued_is_kept(owner: Person) -> None:
    """CL-84: the law makes a company keep its invoices."""
    client_id = await remember_client(owner)
    kept = await issued(owner, client_id=str(client_id))
    lost = await draft(owner, client_id=str(client_id))
    async with owner.service.context.database.work(
        system(owner.caller.tenant_id, "billing"), role="worker"
    ) as work:
        await wait_for_others(work, [client_id])
        await forget(work, [client_id])
        await clients.forget_client(work, client_id)
        await forget_drafts(work, client_id)
    assert await owner.ids(INVOICES) == [kept["id"]]
    assert await owner.refused("GET", f"{INVOICES}/{lost['id']}") == (404, "invoice_not_found")
    body = {"lines": [LINE], "client_id": str(client_id)}
    assert await owner.wrong("POST", INVOICES, body) == ("unknown_reference", ["client_id"])


async def test_clients_is_asked_while_changes_of_access_come_late(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GW-02: before anything is read here, about each invoice of a client and each new one."""
    says: list[Access] = []

    async def access(work: UnitOfWork, client_id: UUID) -> Access:
        assert not work.has_begun
        return says[-1]

    monkeypatch.setattr(lag, "is_late", lambda _: True)
    monkeypatch.setattr(lag, "access", access)
    says.append(Access())
    about = {"client_id": str(await remember_client(owner))}
    made = await draft(owner, **about)
    path, new = f"{INVOICES}/{made['id']}", {"lines": [LINE], **about}
    async with owner.colleague(*RIGHTS) as person:
        for said, statuses in (
            (Access(), [200, 200, 201, 200, 200]),
            (Access(may_write=False), [200, 403, 403, 403, 403]),
            (Access(may_see=False, may_write=False), [404, 404, 422, 422, 404]),
        ):  # fmt: skip
            own = f"{INVOICES}/{(await draft(person))['id']}"
            says.append(said)
            answers = [
                await person.http.get(path), await person.http.patch(path, json={"notes": "x"}),
                await person.http.post(INVOICES, json=new),
                await person.http.patch(own, json=about), await person.http.post(f"{path}/issue"),
            ]  # fmt: skip
            assert [one.status_code for one in answers] == statuses

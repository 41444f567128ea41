"""The link of an invoice: what its client sees by it, how it is mailed, and where it ends."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from billing.invoices import schedules
from billing.invoices.use_cases.linking import forget_links
from chassis import jobs
from chassis.caller import system
from chassis.ids import new_id
from chassis.testing.eventually import eventually
from services.billing.tests.conftest import Events
from services.billing.tests.estimates.making import anybody
from services.billing.tests.factories import Json, Person, make_tax
from services.billing.tests.invoices.making import (
    INVOICES,
    LINE,
    draft,
    issued,
    remember_client,
    remember_company,
)
from services.billing.tests.public_invoices.making import PUBLIC, address, sent

_TAKE = """
delete from pgqueuer where tenant_id = $1 and entrypoint = 'billing.mail_invoice'
returning payload
"""
NOWHERE = (404, "invoice_link_not_found", "This link leads nowhere, or not any more.")


async def test_a_client_looks_at_an_invoice(owner: Person, events: Events) -> None:
    """BI-03: as it stands, in both languages; every look counts, the first one is told."""
    await remember_company(owner)
    tax = await make_tax(owner)
    made, url = await sent(
        owner, LINE | {"tax_id": tax["id"]}, client_id=str(await remember_client(owner)),
        currency="SAR",
    )  # fmt: skip
    assert (made["channel"], made["viewed_at"], made["views"]) == ("link", None, 0)
    assert made["sent_at"] and made["link_expires_at"]
    async with anybody(owner) as http:
        seen, again = (await http.get(url)).json(), (await http.get(url)).json()
    assert seen == again
    assert (seen["number"], seen["total"], seen["balance"]) == ("INV-000001", "230.00", "230.00")
    assert seen["title"] == {"ar": "فاتورة", "en": "Invoice"}
    assert seen["status_name"] == {"ar": "بانتظار السداد", "en": "Awaiting payment"}
    assert (seen["seller"]["name"], seen["buyer"]["name"]) == ("عيادة النور", "سارة")
    assert not {"id", "client_id", "url", "created_by", "salesperson_id"} & seen.keys()
    await owner.post("/v1/payments", {
        "client_id": made["client_id"], "amount": "30.00", "currency": "SAR", "method": "cash",
        "allocations": [{"invoice_id": made["id"], "amount": "30.00"}],
    })  # fmt: skip
    async with anybody(owner) as http:
        after = (await http.get(url)).json()
    assert (after["status"], after["balance"]) == ("partially_paid", "200.00")
    shown = await owner.get(f"{INVOICES}/{made['id']}")
    assert shown["views"] == 3 and shown["viewed_at"] <= shown["last_viewed_at"]
    verbs = [e["type"].rpartition(".")[2] for e in await events(owner.caller)]
    assert verbs.count("sent") == verbs.count("viewed") == 1


async def test_twenty_first_looks_are_one(owner: Person, events: Events) -> None:
    """BI-03: whoever looks first, `viewed` is told once and none is left uncounted."""
    made, url = await sent(owner)
    async with anybody(owner) as http:
        answers = await asyncio.gather(*(http.get(url) for _ in range(20)))
    assert {one.status_code for one in answers} == {200}
    assert (await owner.get(f"{INVOICES}/{made['id']}"))["views"] == 20
    kinds = [e["type"] for e in await events(owner.caller)]
    assert kinds.count("billing.invoice.viewed") == 1


async def test_a_client_has_its_pdf(owner: Person) -> None:
    """BI-03: the same paper that staff print."""
    made, url = await sent(owner)
    async with anybody(owner) as http:
        theirs = await http.get(f"{url}/pdf", params={"lang": "en"})
        assert (await http.get(f"{url}/pdf", params={"lang": "xx"})).status_code == 422
    ours = await owner.http.get(f"{INVOICES}/{made['id']}/pdf", params={"lang": "en"})
    assert theirs.status_code == 200 and theirs.content == ours.content
    assert "INV-000001.pdf" in theirs.headers["content-disposition"]


async def test_links_that_lead_nowhere_are_all_alike(owner: Person) -> None:
    """BI-03, GW-03: unknown, revoked, replaced, over, or of an erased client."""
    revoked, replaced = await sent(owner), await sent(owner)
    await owner.delete(f"{INVOICES}/{revoked[0]['id']}/link")
    await owner.post(f"{INVOICES}/{replaced[0]['id']}/link")
    client_id = await remember_client(owner)
    of_erased = await sent(owner, client_id=str(client_id))
    async with owner.service.context.database.work(
        system(owner.caller.tenant_id, "billing"), role="worker"
    ) as work:
        await forget_links(work, client_id)
    soon = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()
    made = await issued(owner)
    over = await owner.post(f"{INVOICES}/{made['id']}/link", {"link_expires_at": soon})
    ended = address(over)
    dead = [
        f"{PUBLIC}/{'x' * 43}", f"{PUBLIC}/{'y' * 150}", revoked[1], replaced[1], of_erased[1],
        ended,
    ]  # fmt: skip
    async with anybody(owner) as http:

        async def is_over() -> bool:
            return (await http.get(ended)).status_code == 404

        await eventually(is_over)
        found = set()
        for url in dead:
            for path in ("", "/pdf"):
                answer = await http.get(url + path)
                found.add((answer.status_code, answer.json()["code"], answer.json()["detail"]))
    assert found == {NOWHERE}


async def test_what_is_not_owed_by_anybody_is_not_sent(owner: Person) -> None:
    """BI-03: a draft, or what was voided; its link still says that it was."""
    made, url = await sent(owner)
    await owner.post(f"{INVOICES}/{made['id']}/void")
    for invoice in (await draft(owner), made):
        for action in ("send", "link"):
            refused = await owner.refused("POST", f"{INVOICES}/{invoice['id']}/{action}")
            assert refused == (409, "invoice_not_sendable")
    async with anybody(owner) as http:
        assert (await http.get(url)).json()["status"] == "void"
    fresh = await issued(owner)
    for ends in ("2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z"):
        found = await owner.wrong(
            "POST", f"{INVOICES}/{fresh['id']}/link", {"link_expires_at": ends}
        )
        assert found == ("expiry_not_possible", ["link_expires_at"])


async def test_the_link_is_told_once(owner: Person) -> None:
    """BI-03, GW-08: who asks again with the same key is not told it again."""
    made = await issued(owner)
    for action in ("send", "link"):
        path, key = f"{INVOICES}/{made['id']}/{action}", {"Idempotency-Key": action}
        first, second = [await owner.http.post(path, headers=key) for _ in range(2)]
        assert first.json()["share_url"].startswith("http")
        assert second.headers["Idempotency-Replayed"] == "true"
        assert PUBLIC not in second.text and PUBLIC not in str(await owner.get(INVOICES))


class Comms:
    """Stands for comms: what it was asked for."""

    def __init__(self) -> None:
        self.asked: dict[str, tuple[str, str]] = {}
        self.message_id = new_id()

    async def mail(self, by: Any, client_id: UUID, subject: str, body: str, *, key: str) -> UUID:
        self.asked[key] = (subject, body)
        return self.message_id


@pytest.mark.parametrize(("language", "word"), [("ar", "الفاتورة"), ("en", "Invoice")])
async def test_it_is_mailed_once_with_a_message(
    owner: Person, monkeypatch: pytest.MonkeyPatch, language: str, word: str
) -> None:
    """BI-03: in the client's language, also when the job runs twice; nothing of it lies open."""
    await remember_company(owner)
    emails = [{"address": "sara@example.sa", "primary": True, "opt_out": False}]
    client_id = await remember_client(owner, emails=emails, language=language)
    made = await issued(owner, client_id=str(client_id), currency="SAR")
    after = await owner.post(f"{INVOICES}/{made['id']}/send", {"message": "شكرًا {لكم}"})
    assert (after["channel"], after["message_id"]) == ("email", None)
    async with owner.service.context.database.plumbing() as connection:
        rows = await connection.fetch(_TAKE, owner.caller.tenant_id)
    [job] = [jobs.read(row["payload"])[2] for row in rows]
    assert "شكرًا" not in str(job) and after["share_url"].rpartition("/")[2] not in str(job)
    comms = Comms()
    monkeypatch.setattr(owner.service.context, "peers", comms)
    for _ in range(2):
        await schedules.mail_invoice(owner.service.context, owner.caller.tenant_id, job)
    [(subject, body)] = comms.asked.values()
    assert subject.startswith(word) and "INV-000001" in subject
    assert "200.00 SAR" in body and "شكرًا {لكم}" in body and made["due_date"] in body
    assert re.findall(r"http\S+", body) == [after["share_url"]]
    shown = await owner.get(f"{INVOICES}/{made['id']}")
    assert (shown["message_id"], shown["mail_failure"]) == (str(comms.message_id), None)


async def test_a_watcher_gives_no_links(owner: Person) -> None:
    """GW-02: who may not change the client gives nobody a link to what is theirs."""
    rights = ("billing:read", "billing:write")
    async with (
        owner.colleague(*rights, visibility="assigned") as watcher,
        owner.colleague(*rights, visibility="assigned") as other,
        owner.colleague("billing:read") as reader,
    ):
        staff = [{"user_id": str(watcher.caller.user_id), "role": "watcher"}]
        made = await issued(owner, client_id=str(await remember_client(owner, staff=staff)))
        tries: list[tuple[str, str, Json | None]] = [
            ("POST", "send", None), ("POST", "link", None), ("DELETE", "link", None),
        ]  # fmt: skip
        for method, action, body in tries:
            url = f"{INVOICES}/{made['id']}/{action}"
            assert await watcher.refused(method, url, body) == (403, "folder_not_writable")
            assert await other.refused(method, url, body) == (404, "invoice_not_found")
            assert (await reader.refused(method, url, body))[0] == 403

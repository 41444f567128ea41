"""What the tax authority is told, and what becomes of documents by what it says."""

from collections.abc import Iterator
from typing import Any

import pytest
from diwan.billing.v1 import events_pb2
from google.protobuf.json_format import ParseDict
from pypdfium2 import PdfDocument

from billing import authority as port
from billing.devices import schedules as device_jobs
from billing.settings import Settings
from billing.submissions import schedules
from chassis import jobs
from chassis.errors import Unavailable
from libs.papers.tests.reading import read
from services.billing.tests.conftest import Events, Identity
from services.billing.tests.einvoices.authority import OTP, Authority, opened
from services.billing.tests.einvoices.companies import e_invoicing, taxed_client
from services.billing.tests.einvoices.stamping import DEVICES, file_of
from services.billing.tests.estimates.making import anybody
from services.billing.tests.factories import Json, Person
from services.billing.tests.invoices.making import INVOICES, issued
from services.billing.tests.papers.test_papers import pages
from services.billing.tests.public_invoices.making import address
from services.billing.tests.ubl.judging import faults

NOTES = "/v1/credit-notes"
_TAKE = "delete from pgqueuer where tenant_id = $1 and entrypoint = $2 returning payload"


@pytest.fixture
def authority(owner: Person) -> Iterator[Authority]:
    context = owner.service.context
    with opened() as found:
        settings: Settings = context.settings
        context.keep(port.Authority(settings.model_copy(update={"einvoice_url": found.url})))
        yield found


async def _run(owner: Person, name: str, run: Any) -> int:
    """The jobs of the company, each once; how many there were."""
    async with owner.service.context.database.plumbing() as connection:
        rows = await connection.fetch(_TAKE, owner.caller.tenant_id, name)
    for row in rows:
        await run(owner.service.context, owner.caller.tenant_id, jobs.read(row["payload"])[2])
    return len(rows)


async def _submit(owner: Person) -> int:
    return await _run(owner, "billing.submit_einvoice", schedules.submit_einvoice)


async def _onboarded(owner: Person) -> Json:
    made = await owner.post(DEVICES, {"name": "الرياض"})
    asked = await owner.post(f"{DEVICES}/{made['id']}/onboard", {"otp": OTP})
    assert asked["status"] == "onboarding" and "BEGIN CERTIFICATE REQUEST" in asked["csr"]
    assert await _run(owner, "billing.certify_device", device_jobs.certify_device) == 1
    return await owner.get(f"{DEVICES}/{made['id']}")


async def _state(owner: Person, made: Json, path: str = INVOICES) -> Json:
    found: Json = (await owner.get(f"{path}/{made['id']}"))["einvoice"]
    return found


async def test_a_device_is_onboarded_renewed_and_tells_no_secret(
    owner: Person, identity: Identity, authority: Authority
) -> None:
    """BI-07, ask 9: by the code of the portal, after six documents that pass all rules."""
    await e_invoicing(owner, identity)
    device = await _onboarded(owner)
    assert (device["status"], device["problems"]) == ("active", [])
    assert device["certificate_expires_at"] is not None
    assert len(authority.heard) == 6
    renewed = await owner.post(f"{DEVICES}/{device['id']}/renew", {"otp": OTP})
    assert renewed["status"] == "active" and renewed["version"] > device["version"]
    secrets = [*authority.secrets, *authority.secrets.values()]
    assert not any(one in str(renewed) for one in secrets)
    refused = await owner.refused("POST", f"{DEVICES}/{device['id']}/onboard", {"otp": OTP})
    assert refused == (409, "device_not_ready")


async def test_a_wrong_code_and_a_bare_company_get_no_certificate(
    owner: Person, identity: Identity, authority: Authority
) -> None:
    """BI-07: what the authority says goes along; nothing is kept."""
    made = await owner.post(DEVICES, {})
    path = f"{DEVICES}/{made['id']}/onboard"
    assert (await owner.wrong("POST", path, {"otp": OTP}))[0] == "device_incomplete"
    assert (await owner.wrong("POST", path, {"otp": "12"}))[1] == ["otp"]
    await e_invoicing(owner, identity)
    answer = await owner.http.post(path, json={"otp": "999999"})
    assert (answer.status_code, answer.json()["code"]) == (409, "tax_authority_refused")
    assert "رمز غير صحيح" in answer.json()["detail"]
    assert await owner.get(f"{DEVICES}/{made['id']}") == made
    authority.next = [503]
    assert (await owner.post(path, {"otp": OTP}))["status"] == "onboarding"
    with pytest.raises(Unavailable):
        await _run(owner, "billing.certify_device", device_jobs.certify_device)
    async with owner.colleague("billing:read", "billing:write") as other:
        assert await other.refused("POST", path, {"otp": OTP}) == (403, "forbidden")


async def test_simplified_ones_are_reported_and_standard_ones_cleared(
    owner: Person, identity: Identity, authority: Authority, events: Events,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """BI-07, ask 9: once; what was cleared is given as the authority stamped it."""
    line = await e_invoicing(owner, identity)
    await _onboarded(owner)
    client_id = await taxed_client(owner, monkeypatch)
    walk_in, whole = await issued(owner, line), await issued(owner, line, client_id=client_id)
    note = await owner.post(f"{INVOICES}/{whole['id']}/credit-notes", {"reason": "أُلغيت"})
    assert await _submit(owner) == 3
    assert (await _state(owner, walk_in))["status"] == "reported"
    cleared = await _state(owner, whole)
    assert cleared["status"] == "cleared" and cleared["submitted_at"] is not None
    assert (await _state(owner, note, NOTES))["status"] == "cleared"
    assert b"<!-- cleared -->" in await file_of(owner, whole)
    assert faults(await file_of(owner, walk_in)) == set()
    kinds = [one["type"] for one in await events(owner.caller)]
    assert kinds.count("billing.invoice.einvoice_reported") == 1
    assert kinds.count("billing.invoice.einvoice_cleared") == 1
    told = (await events(owner.caller))[kinds.index("billing.credit_note.einvoice_cleared")]
    assert kinds.count("billing.credit_note.einvoice_cleared") == 1
    assert (told["subject"], told["clientid"]) == (note["id"], client_id)
    message = ParseDict(told["data"], events_pb2.CreditNoteChanged()).credit_note
    assert (message.number, message.total, message.invoice_id) == (
        note["number"],
        whole["total"],
        whole["id"],
    )
    assert await owner.ids(INVOICES, einvoice_status="cleared") == [whole["id"]]
    refused = await owner.refused("POST", f"{INVOICES}/{whole['id']}/submit")
    assert refused == (409, "e_invoice_not_submittable")


@pytest.mark.parametrize("trouble", [500, 503, 401, 429, "lost"])
async def test_it_is_told_again_in_the_same_words(
    owner: Person, identity: Identity, authority: Authority, trouble: Any
) -> None:
    """BI-07, ask 9: after trouble, or an answer that was lost; what it knows already is taken."""
    line = await e_invoicing(owner, identity)
    await _onboarded(owner)
    made = await issued(owner, line)
    authority.next = [trouble]
    with pytest.raises(Unavailable):
        await _submit(owner)
    assert (await _state(owner, made))["status"] == "pending"
    assert (await owner.post(f"{INVOICES}/{made['id']}/submit"))["einvoice"]["status"] == "pending"
    assert await _submit(owner) == 1
    assert (await _state(owner, made))["status"] == "reported"
    first, second = authority.heard[-2:]
    assert first == second and authority.taken[made["id"]] == first[2]


async def test_warnings_and_refusals_are_kept_as_they_were_said(
    owner: Person, identity: Identity, authority: Authority, events: Events
) -> None:
    """BI-07, ask 9: 202 is taken, 400 is not; the same is not told once more."""
    line = await e_invoicing(owner, identity)
    await _onboarded(owner)
    authority.warns = True
    warned = await issued(owner, line)
    await _submit(owner)
    found = await _state(owner, warned)
    assert (found["status"], found["errors"]) == ("reported", [])
    assert found["warnings"] == [{"code": "BR-KSA-98", "message": "قاعدة BR-KSA-98"}]
    authority.warns, authority.rejects = False, ["BR-KSA-99"]
    made = await issued(owner, line)
    await _submit(owner)
    found = await _state(owner, made)
    assert (found["status"], found["errors"][0]["code"]) == ("rejected", "BR-KSA-99")
    assert await owner.ids(INVOICES, einvoice_status="rejected") == [made["id"]]
    assert (await events(owner.caller))[-1]["type"] == "billing.invoice.einvoice_rejected"
    authority.rejects = []
    refused = await owner.refused("POST", f"{INVOICES}/{made['id']}/submit")
    assert refused == (409, "e_invoice_rejected")
    note = await owner.post(f"{INVOICES}/{made['id']}/credit-notes", {"reason": "رُفضت"})
    again = await issued(owner, line)
    assert await _submit(owner) == 2 and (await _state(owner, made))["status"] == "rejected"
    assert {
        (await _state(owner, note, NOTES))["status"],
        (await _state(owner, again))["status"],
    } == {"reported"}


@pytest.mark.parametrize(
    ("codes", "is_told_again"),
    [(["certificate-permissions"], True), (["invalid-certificate", "BR-KSA-99"], False)],
)
async def test_what_its_certificate_was_to_blame_for_is_told_again_by_hand(
    owner: Person, identity: Identity, authority: Authority, codes: list[str],
    is_told_again: bool,
) -> None:  # fmt: skip
    """BI-07, ask 9: by who may issue, and where nothing else was wrong."""
    line = await e_invoicing(owner, identity)
    await _onboarded(owner)
    authority.rejects = codes
    made = await issued(owner, line)
    note = await owner.post(f"{INVOICES}/{made['id']}/credit-notes", {"reason": "أُلغيت"})
    await _submit(owner)
    authority.rejects = []
    async with owner.colleague("billing:read", "billing:write") as other:
        path = f"{INVOICES}/{made['id']}/submit"
        assert await other.refused("POST", path) == (403, "forbidden")
    for of, one in ((INVOICES, made), (NOTES, note)):
        assert [e["code"] for e in (await _state(owner, one, of))["errors"]] == codes
        if not is_told_again:
            refused = await owner.refused("POST", f"{of}/{one['id']}/submit")
            assert refused == (409, "e_invoice_rejected")
            continue
        async with owner.colleague("billing:read", "billing:issue") as issuer:
            told = (await issuer.post(f"{of}/{one['id']}/submit"))["einvoice"]
        assert (told["status"], told["errors"]) == ("pending", [])
    assert await _submit(owner) == 2 * is_told_again
    after = "reported" if is_told_again else "rejected"
    assert (await _state(owner, made))["status"] == after
    assert (await _state(owner, note, NOTES))["status"] == after


async def test_what_was_rejected_is_not_handed_on_as_a_tax_invoice(
    owner: Person, identity: Identity, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BI-07, BI-03: neither its paper nor its link says that it is one, and it is not sent."""
    line = await e_invoicing(owner, identity)
    await _onboarded(owner)
    client_id = await taxed_client(owner, monkeypatch)
    made = await issued(owner, line, client_id=client_id)
    path = f"{INVOICES}/{made['id']}"
    note = await owner.post(f"{path}/credit-notes", {"reason": "x", "lines": [line]})
    url = address(await owner.post(f"{path}/send", {"channel": "link"}))
    [before] = await pages(owner, f"{path}/pdf", lang="both")
    assert before.says("فاتورة ضريبية Tax invoice")
    authority.rejects = ["BR-KSA-99"]
    await _submit(owner)
    for of, says in ((path, "فاتورة Invoice"), (f"{NOTES}/{note['id']}", "إشعار دائن Credit note")):
        answer = await owner.http.get(f"{of}/pdf", params={"lang": "both"})
        [page] = read(answer.content)
        assert page.says(f"{says} مستند رفضته هيئة الضريبة Rejected by the tax authority"), (
            page.text
        )
        with PdfDocument(answer.content) as paper:
            assert paper.count_attachments() == 0
    assert (await owner.get(f"{path}/qr"))["qr"] is None
    assert b"BR-KSA-99" not in await file_of(owner, made)
    async with anybody(owner) as http:
        shown = (await http.get(url)).json()
        assert shown["status_name"]["en"] == "Rejected by the tax authority"
        assert "errors" not in str(shown)
    for action in ("send", "link"):
        assert await owner.refused("POST", f"{path}/{action}") == (409, "e_invoice_rejected")

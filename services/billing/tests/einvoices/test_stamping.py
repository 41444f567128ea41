"""E-invoices as devices make them: counted, chained and stamped, judged by its rules."""

import asyncio
from base64 import b64decode
from itertools import permutations
from uuid import UUID

import pytest
from fatoora import invoice_hash_base64_from_xml_str
from pypdfium2 import PdfDocument

from billing.devices.use_cases.devices import lock_devices
from billing.proof.schedules import prove
from billing.ubl.rules.document import FIRST
from chassis.caller import system
from services.billing.tests.conftest import Identity
from services.billing.tests.einvoices.companies import SETTINGS, e_invoicing, taxed_client
from services.billing.tests.einvoices.stamping import DEVICES, certified, file_of, place_in
from services.billing.tests.factories import Json, Person
from services.billing.tests.invoices.making import INVOICES, draft, issued
from services.billing.tests.ubl.judging import STAMP, faults

NOTES = "/v1/credit-notes"


async def _broken(person: Person) -> str | None:
    fault = await prove(person.service.context, person.caller.tenant_id)
    return f"{fault.about}: {fault.figure}" if fault else None


async def test_a_stamped_invoice_passes_all_rules(
    owner: Person, identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BI-07, ask 9: simplified and standard ones; each holds the hash of the one before it."""
    line = await e_invoicing(owner, identity)
    device = await certified(owner)
    client_id = await taxed_client(owner, monkeypatch)
    before, seen = FIRST, []
    for place, fields in enumerate(({}, {"client_id": client_id}, {}), 1):
        made = await issued(owner, line, **fields)
        assert made["einvoice"] == {
            "status": "pending", "counter": place, "warnings": [], "errors": [],
            "submitted_at": None,
        }  # fmt: skip
        content = await file_of(owner, made)
        assert faults(content) == set()
        assert place_in(content) == (place, before)
        before = invoice_hash_base64_from_xml_str(content.decode())
        tags = b64decode((await owner.get(f"{INVOICES}/{made['id']}/qr"))["qr"])
        seen.append(_tags(tags))
    assert [len(one) for one in seen] == [9, 9, 9]
    after = await owner.get(f"{DEVICES}/{device['id']}")
    assert (after["last_counter"], after["last_hash"]) == (3, before)
    assert await _broken(owner) is None


def _tags(content: bytes) -> list[bytes]:
    found, rest = [], content
    while rest:
        found.append(rest[2 : 2 + rest[1]])
        rest = rest[2 + rest[1] :]
    return found


async def test_credit_notes_are_e_invoices_too(
    owner: Person, identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BI-07, ask 9: in the chain of the device, with their invoice and why."""
    line = await e_invoicing(owner, identity)
    await certified(owner)
    client_id = await taxed_client(owner, monkeypatch)
    for place, fields in enumerate(({}, {"client_id": client_id})):
        made = await issued(owner, line, **fields)
        note = await owner.post(f"{INVOICES}/{made['id']}/credit-notes", {"reason": "أُلغيت"})
        content = await file_of(owner, note, NOTES)
        assert faults(content) == set()
        assert note["einvoice"]["counter"] == place_in(content)[0] == 2 * place + 2
        assert b">381<" in content and "أُلغيت".encode() in content
        assert made["number"].encode() in content
    listed = await owner.ids(NOTES, einvoice_status="pending")
    assert len(listed) == 2 and not await owner.ids(INVOICES, einvoice_status="cleared")


async def test_without_a_certificate_it_is_chained_and_not_stamped(
    owner: Person, identity: Identity
) -> None:
    """BI-07: a device is there from the first one on."""
    line = await e_invoicing(owner, identity)
    made = await issued(owner, line)
    assert made["einvoice"]["status"] == "generated"
    assert faults(await file_of(owner, made)) == STAMP
    [device] = (await owner.get(DEVICES))["items"]
    assert (device["status"], device["last_counter"]) == ("new", 1)
    note = await owner.post(f"{INVOICES}/{made['id']}/credit-notes", {"reason": "x"})
    assert faults(await file_of(owner, note, NOTES)) == STAMP


async def _insist(person: Person, path: str, body: Json | None = None) -> None:
    """Whoever finds no room for so many asks again."""
    while (answer := await person.http.post(path, json=body)).status_code == 503:
        continue
    assert answer.status_code == 200, answer.text


async def _issue(person: Person, made: Json) -> None:
    await _insist(person, f"{INVOICES}/{made['id']}/issue")


async def test_two_hundred_at_once_make_one_chain(owner: Person, identity: Identity) -> None:
    """BI-07, opening 20: counters without a gap, each hash that of the one before."""
    line = await e_invoicing(owner, identity)
    await certified(owner)
    drafts = [await draft(owner, line) for _ in range(200)]
    await asyncio.gather(*(_issue(owner, one) for one in drafts))
    files = [await file_of(owner, one) for one in drafts]
    by_place = {place_in(one)[0]: one for one in files}
    assert sorted(by_place) == list(range(1, 201))
    before = FIRST
    for place in range(1, 201):
        assert place_in(by_place[place])[1] == before
        before = invoice_hash_base64_from_xml_str(by_place[place].decode())
        if place % 20 == 0:
            assert faults(by_place[place]) == set()
    assert await _broken(owner) is None


async def test_a_branch_may_have_a_device_of_its_own(owner: Person, identity: Identity) -> None:
    """BI-07: the others are stamped by the company's."""
    line = await e_invoicing(owner, identity)
    north, south = [
        (await owner.post("/v1/branches", {"name": name}))["id"] for name in ("الشمال", "الجنوب")
    ]
    own, of_north = await certified(owner), await certified(owner, branch_id=north)
    for branch, counter in ((None, 1), (north, 1), (south, 2), (north, 2)):
        made = await issued(owner, line, branch_id=branch)
        assert made["einvoice"]["counter"] == counter
    assert await owner.ids(DEVICES, branch_id=north) == [of_north["id"]]
    refused = await owner.refused("DELETE", f"{DEVICES}/{own['id']}")
    assert refused == (409, "device_in_use")
    assert await _broken(owner) is None


async def _branch(person: Person, name: str) -> str:
    """A branch that numbers for itself."""
    branch_id: str = (await person.post("/v1/branches", {"name": name}))["id"]
    series = {"document_type": "invoice", "prefix": f"{name}-", "branch_id": branch_id}
    await person.post("/v1/series", series)
    return branch_id


async def test_a_branch_waits_for_its_own_device_alone(owner: Person, identity: Identity) -> None:
    """BI-07: of three that issue at once one is held up, and those without a device by the
    company's; everything comes through in the end.
    """
    line = await e_invoicing(owner, identity)
    north, south, west = [await _branch(owner, name) for name in ("N", "S", "W")]
    for fields in ({}, {"branch_id": north}, {"branch_id": south}):
        await certified(owner, **fields)
    drafts = [await draft(owner, line, branch_id=one) for one in (north, south, west, None)]
    of_north, of_south, of_west, of_company = drafts
    caller = system(owner.caller.tenant_id, "billing")
    async with owner.service.context.database.work(caller) as work:
        await lock_devices(work, {UUID(north)})
        held_up = asyncio.create_task(_issue(owner, of_north))
        await asyncio.gather(*(_issue(owner, one) for one in (of_south, of_company)))
        assert not held_up.done()
        await lock_devices(work, {None})
        waiting = asyncio.create_task(_issue(owner, of_west))
        await _issue(owner, await draft(owner, line, branch_id=south))
        assert not held_up.done() and not waiting.done()
    await asyncio.gather(held_up, waiting)
    found = [await owner.get(f"{INVOICES}/{one['id']}") for one in drafts]
    counted = [one["einvoice"]["counter"] for one in found]
    assert counted == [1, 1, 2, 1]
    assert await _broken(owner) is None


async def test_sets_of_all_branches_at_once_do_not_block_each_other(
    owner: Person, identity: Identity
) -> None:
    """BI-07: whichever branches come together, each device counts without a gap."""
    line = await e_invoicing(owner, identity)
    branches = [None, *[await _branch(owner, name) for name in ("N", "S", "W")]]
    for one in branches[:3]:
        await certified(owner, **({"branch_id": one} if one else {}))
    bodies = [
        {"invoices": [{"lines": [line], "branch_id": one} for one in order], "issue": True}
        for order in permutations(branches, 3)
    ]
    await asyncio.gather(*(_insist(owner, f"{INVOICES}/bulk", one) for one in bodies))
    assert len(await owner.ids(INVOICES, einvoice_status="pending", limit=100)) == 3 * len(bodies)
    assert await _broken(owner) is None


@pytest.mark.parametrize(
    ("change", "figure"),
    [
        ("xml = convert_to(replace(convert_from(xml, 'utf8'), '230.00', '330.00'), 'utf8')",
         "the e-invoice"),
        ("counter = 7", "the counter"),
        ("previous_hash = content_hash", "the hash before"),
    ],
)  # fmt: skip
async def test_whoever_changes_one_is_found(
    owner: Person, identity: Identity, change: str, figure: str
) -> None:
    """BI-07, opening 20: `billing verify` names it."""
    line = await e_invoicing(owner, identity)
    [_, second] = [await issued(owner, line) for _ in range(2)]
    caller = system(owner.caller.tenant_id, "billing")
    async with owner.service.context.database.work(caller) as work:
        query = f"update e_invoices set {change} where id = $1"
        await (await work.connection()).execute(query, UUID(second["id"]))
    assert await _broken(owner) == f"e-invoice {second['id']}: {figure}"


async def test_the_paper_holds_the_file(owner: Person, identity: Identity) -> None:
    """BI-07, BI-03: a PDF/A-3, with the code of the e-invoice and the e-invoice itself."""
    line = await e_invoicing(owner, identity)
    await certified(owner)
    made = await issued(owner, line)
    note = await owner.post(f"{INVOICES}/{made['id']}/credit-notes", {"reason": "أُلغيت"})
    for of, one in ((INVOICES, made), (NOTES, note)):
        answer = await owner.http.get(f"{of}/{one['id']}/pdf")
        with PdfDocument(answer.content) as paper:
            assert paper.count_attachments() == 1
            attached = paper.get_attachment(0)
            assert attached.get_name() == f"{one['number']}.xml"
            assert bytes(attached.get_data()) == await file_of(owner, one, of)
        assert b"pdfaid:part>3<" in answer.content


async def test_off_nothing_is_kept(owner: Person) -> None:
    """BI-07: and no device is made."""
    made = await issued(owner)
    assert made["einvoice"] is None
    assert await owner.ids(DEVICES) == []
    note = await owner.post(f"{INVOICES}/{made['id']}/credit-notes", {"reason": "x"})
    assert note["einvoice"] is None and b">381<" in await file_of(owner, note, NOTES)
    await owner.patch(SETTINGS, {"e_invoicing": True})
    bare = await owner.http.post(f"{INVOICES}/{made['id']}/credit-notes", json={"reason": "x"})
    assert bare.json()["code"] == "over_credited"


async def test_a_device_is_made_named_and_put_away(owner: Person) -> None:
    """BI-07: its key is nobody's to see."""
    made = await owner.post(DEVICES, {"name": "الرياض", "industry": "Health"})
    assert made["serial"] == f"1-Diwan|2-1|3-{made['id']}"
    assert not {"private_key", "credentials"} & made.keys()
    [listed] = (await owner.get(DEVICES))["items"]
    assert listed == made == await owner.get(f"{DEVICES}/{made['id']}")
    assert await owner.refused("POST", DEVICES, {}) == (409, "device_taken")
    again = await owner.http.post(DEVICES, json={"id": made["id"], "name": "الرياض",
                                                 "industry": "Health"})  # fmt: skip
    assert (again.status_code, again.json()) == (200, made)
    changed = await owner.patch(f"{DEVICES}/{made['id']}", {"name": "جدة"})
    assert (changed["name"], changed["version"]) == ("جدة", 2)
    assert (await owner.post(f"{DEVICES}/{made['id']}/retire"))["status"] == "retired"
    other = await owner.post(DEVICES, {})
    await owner.delete(f"{DEVICES}/{other['id']}")
    async with owner.colleague("billing:read", "billing:write") as reader:
        assert await reader.ids(DEVICES) == [made["id"]]
        assert await reader.refused("POST", DEVICES, {}) == (403, "forbidden")
    refused = await owner.refused("GET", f"{DEVICES}/{UUID(int=1)}")
    assert refused == (404, "device_not_found")

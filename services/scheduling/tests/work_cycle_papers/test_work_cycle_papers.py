"""Work cycles on paper: what is read of the PDF, against what the API tells."""

from typing import Any
from uuid import UUID

import pytest

from chassis.ids import new_id
from libs.papers.tests.reading import Page, read
from papers.look import Look
from scheduling.peers import Letterhead, Peers
from scheduling.work_cycles.consumers import consumers
from services.scheduling.tests.factories import (
    Json,
    Person,
    hear,
    remember_client,
    remember_tenant,
    remember_user,
)
from services.scheduling.tests.work_cycles.test_work_cycles import (
    CYCLES,
    TYPES,
    make_cycle,
    make_type,
    told,
)

COMPANY: Json = {
    "name": "شركة النور", "vat_number": "310122393500003", "phone": "+966112345678",
    "address": {"city": "الرياض"},
}  # fmt: skip
FIELDS: list[Json] = [
    {"key": "plate", "label": {"ar": "رقم اللوحة", "en": "Plate"}, "type": "text"},
    {"key": "insured", "label": {"ar": "مؤمّنة", "en": "Insured"}, "type": "boolean"},
    {"key": "made_on", "label": {"ar": "تاريخ الصنع", "en": "Made on"}, "type": "date"},
]


@pytest.fixture(autouse=True)
def letterheads(monkeypatch: pytest.MonkeyPatch) -> dict[UUID, Letterhead]:
    """Stands for billing: how the papers of companies look."""
    known: dict[UUID, Letterhead] = {}
    plain = Letterhead(COMPANY, Look("ar", footer={"ar": "آيبان الشركة"}), has_language=False)

    async def letterhead(_: Peers, tenant_id: UUID) -> Letterhead:
        return known.get(tenant_id, plain)

    monkeypatch.setattr(Peers, "letterhead", letterhead)
    return known


async def printed(person: Person, cycle: Json, **query: str) -> Page:
    answer = await person.http.get(f"{CYCLES}/{cycle['id']}/pdf", params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("inline; filename=")
    assert answer.headers["cache-control"] == "private"
    [page] = read(answer.content)
    return page


async def whole(owner: Person, *, language: str = "", **settings: Any) -> Json:
    """A cycle of which everything is told, with an invoice, an expense, and one about nobody."""
    await remember_tenant(owner)
    client_id = str(await remember_client(owner, language=language, code="C-7", name="ورشة الأمل"))
    hind = str(await remember_user(owner, name="هند", is_active=False))
    salem = str(await remember_user(owner, name="سالم"))
    kind = await make_type(
        owner, name={"ar": "عقود السيارات", "en": "Car contracts"}, prefix="CAR-",
        custom_fields=FIELDS, **settings,
    )  # fmt: skip
    cycle = await make_cycle(
        owner, client_id=client_id, work_cycle_type_id=kind["id"], title="تجهيز المعرض",
        starts_on="2026-03-01", due_on="2026-04-15", budget="25000.00", currency="SAR",
        staff_ids=[salem], description="وصف العمل", notes="ملاحظة داخلية",
        custom_fields={"plate": "KSA 1234", "insured": True, "made_on": "2025-01-31"},
    )  # fmt: skip
    await remember_user(owner, id=salem, version=2, name="سالم", is_active=False)
    assert hind != salem
    of_client: Json = {"client_id": client_id}
    invoice = told("invoice", "issued", 1, cycle["id"], id=new_id(), number="INV-00042",
                   issue_date="2026-03-05", status="issued", total="11500.00",
                   subtotal="10000.00", paid="4600.00", **of_client)  # fmt: skip
    spent = told("expense", "recorded", 1, cycle["id"], id=new_id(), amount="2300.00",
                 net="2000.00", date="2026-03-09", **of_client)  # fmt: skip
    of_nobody = [
        told("expense", "recorded", 1, cycle["id"], id=new_id(), amount="57.50", net="50.00",
             date="2026-03-11", client_id="")
        for _ in range(2)
    ]  # fmt: skip
    await hear(owner, consumers, invoice, spent, *of_nobody)
    return await owner.get(f"{CYCLES}/{cycle['id']}")


async def test_a_cycle_is_printed_as_it_is_shown(owner: Person) -> None:
    """CL-81, CL-83: in its client's language, on the company's paper."""
    cycle = await whole(owner)
    page = await printed(owner, cycle)
    for phrase in (
        "شركة النور", "310122393500003", "+966112345678", "الرياض", "عقود السيارات",
        "قيد التنفيذ", "ورشة الأمل", "C-7", cycle["number"], "تجهيز المعرض", "2026-03-01",
        "2026-04-15", "سالم", "رقم اللوحة", "KSA 1234", "نعم", "2025-01-31", "فاتورة",
        "INV-00042", "2026-03-05", "11,500.00", "4,600.00", "مصروف", "2,300.00", "2026-03-09",
        "مصروفات أخرى", "115.00", "7,900.00", "25,000.00", "2,415.00", "22,585.00", "وصف العمل",
        "ملاحظة داخلية", "آيبان الشركة", "1 / 1",
    ):  # fmt: skip
        assert page.says(phrase), (phrase, page.text)
    assert [one["profit"] for one in cycle["totals"]] == ["7900.00"]
    # What is about nobody is its maker's: it is told as one.
    assert "57.50" not in page.text and "2026-03-11" not in page.text


async def test_it_is_printed_in_the_language_that_is_asked_for(
    owner: Person, letterheads: dict[UUID, Letterhead]
) -> None:
    """CL-81: else in that of the company's papers, else the client's."""
    cycle = await whole(owner, language="en")
    page = await printed(owner, cycle)
    for phrase in (
        "Car contracts",
        "In progress",
        "Invoice INV-00042",
        "Other expenses (2)",
        "Profit without tax (SAR) 7,900.00",
        "Left of it 22,585.00",
        "Insured Yes",
    ):
        assert page.says(phrase), (phrase, page.text)
    assert not page.says("العميل")
    assert (await printed(owner, cycle, lang="ar")).says("عقود السيارات العميل")
    assert (await printed(owner, cycle, lang="both")).says("العميل Client المتبقي من Left of")
    look = Look("ar", "#0f766e", header={"ar": "قسم العقود"})
    letterheads[owner.caller.tenant_id] = Letterhead(COMPANY, look, has_language=True)
    page = await printed(owner, cycle)
    assert page.says("العميل قسم العقود") and not page.says("Client")
    answer = await owner.http.get(f"{CYCLES}/{cycle['id']}/pdf", params={"lang": "fr"})
    assert answer.status_code == 422


async def test_its_type_says_what_stands_on_it(owner: Person) -> None:
    """CL-81: templates of its own: a title, sections, and what stands below."""
    settings = {"title": {"en": "Job card"}, "sections": ["description", "staff", "staff"],
                "footer": {"ar": "شكرًا لكم", "en": "Thank you"}}  # fmt: skip
    cycle = await whole(owner, language="en", print=settings)
    kept = (await owner.get(f"{TYPES}/{cycle['type']['id']}"))["print"]
    assert kept["sections"] == ["description", "staff"]
    assert (kept["title"]["en"], kept["footer"]["ar"]) == ("Job card", "شكرًا لكم")
    page = await printed(owner, cycle)
    assert page.says(f"Job card {cycle['number']} سالم وصف العمل Thank you"), page.text
    for phrase in ("Car", "KSA", "INV-00042", "7,900.00", "25,000.00", "ملاحظة", "آيبان"):
        assert not page.says(phrase), phrase
    path = f"{TYPES}/{cycle['type']['id']}"
    changed = await owner.patch(path, {"print": {"sections": ["sums", "budget", "notes"]}})
    assert (changed["print"]["title"], changed["print"]["footer"]) == (None, None)
    page = await printed(owner, cycle)
    assert page.says("Car contracts Sums (SAR) Budget ملاحظة آيبان") and not page.says("INV-00042")
    [listed] = (await owner.get(TYPES))["items"]
    assert listed == await owner.get(path)
    for wrong, field in (({"sections": ["secrets"]}, "print.sections.0"),
                         ({"footer": {"ar": "x" * 301}}, "print.footer.ar")):  # fmt: skip
        assert await owner.wrong("PATCH", path, {"print": wrong}) == ("validation_failed", [field])


async def test_what_is_hidden_is_not_on_paper(owner: Person) -> None:
    """CL-83, GW-02: as GET tells it: money to who reads billing, cycles to who sees clients."""
    cycle = await whole(owner)
    async with owner.colleague("scheduling:read") as clerk:
        page = await printed(clerk, cycle)
        assert page.says("عقود السيارات 25,000.00 سالم")
        for figure in ("INV-00042", "11,500.00", "7,900.00", "2,415.00", "22,585.00"):
            assert figure not in page.text
    path = f"{CYCLES}/{cycle['id']}/pdf"
    rights = ("scheduling:read", "billing:read")
    async with owner.colleague(*rights, visibility="assigned") as agent:
        assert await agent.refused("GET", path) == (404, "work_cycle_not_found")
    async with owner.colleague("billing:read") as other:
        gone = await other.refused("GET", f"{CYCLES}/{cycle['id']}")
        assert await other.refused("GET", path) == gone and gone[0] == 404
    async with owner.service.http(owner.service.caller()) as http:
        assert (await http.get(path)).status_code == 404


async def test_another_clients_documents_are_not_on_paper(owner: Person) -> None:
    """CL-81, CL-83"""
    cycle = await whole(owner)
    foreign = told("invoice", "issued", 1, cycle["id"], id=new_id(), number="INV-00099",
                   issue_date="2026-03-06", status="issued", total="1.00", subtotal="1.00",
                   paid="0.00", client_id=str(await remember_client(owner)))  # fmt: skip
    await hear(owner, consumers, foreign)
    page = await printed(owner, cycle)
    assert "INV-00099" not in page.text and page.says("INV-00042 7,900.00")


async def test_what_is_closed_says_since_when(owner: Person) -> None:
    """CL-81: where the company is; and one of which little is told is printed too."""
    cycle = await make_cycle(owner)
    kind = await owner.get(f"{TYPES}/{cycle['type']['id']}")
    ended = await owner.post(
        f"{CYCLES}/{cycle['id']}/status", {"status_id": kind["statuses"][1]["id"]}
    )
    page = await printed(owner, cycle, lang="en")
    assert page.says("Completed Closed on") and ended["closed_at"]


async def test_words_of_any_length_stay_on_the_paper(owner: Person) -> None:
    """CL-81: what a business names by itself leaves room for who it is, and for its values."""
    long = "عقود السيارات والمعدات الثقيلة " * 4
    field = {"key": "plate", "label": long, "type": "text"}
    kind = await make_type(owner, name=long, custom_fields=[field])
    values = {"plate": "Q" * 300 + " 7777"}
    cycle = await make_cycle(owner, work_cycle_type_id=kind["id"], custom_fields=values)
    page = await printed(owner, cycle, lang="ar")
    for number in ("310122393500003", "+966112345678", "7777"):
        at = page.text.index(number)
        boxes = [page.shown.get_charbox(at + place) for place in range(len(number))]
        # A4 is 595 points wide.
        assert all(0 < left < right < 595 for left, _, right, _ in boxes), number
        assert len({round(bottom) for _, bottom, _, _ in boxes}) <= 2, number


async def test_a_value_from_before_its_field_became_a_date_is_printed_as_it_is(
    owner: Person,
) -> None:
    """CL-81: a type may change what its fields are, and leaves what cycles say."""
    cycle = await whole(owner)
    dated = [{**one, "type": "date"} if one["key"] == "plate" else one for one in FIELDS]
    await owner.patch(f"{TYPES}/{cycle['type']['id']}", {"custom_fields": dated})
    assert (await printed(owner, cycle)).says("KSA 1234")

"""Open invoices of the system before: owed by whom the rows name, under their old numbers."""

import io

import pytest
import xlsxwriter

from billing.invoices.use_cases.overdue import tell_overdue
from chassis.caller import system
from chassis.ids import new_id
from services.billing.tests.conftest import Events
from services.billing.tests.factories import Json, Person, make_tax
from services.billing.tests.importing import Imports, counts, table
from services.billing.tests.invoice_imports.conftest import (
    HEADINGS,
    IMPORTS,
    Client,
    Named,
    proved,
    rows,
)
from services.billing.tests.invoices.making import INVOICES, issued, remember_client
from services.billing.tests.payments.making import entries, owed, pay, state


async def test_what_is_open_is_owed_under_its_old_number(
    owner: Person, imports: Imports, client: Client, events: Events
) -> None:
    """BI-11: aged by its own day, in either calendar and any digits; no revenue, tax or series."""
    sara, mona = await client("C-1"), await client("C-2", currency="KWD")
    done = await imports.done(owner, rows(
        ("C-1", "2024-7", "01/03/2024", "2024-03-31", "١٬١٥٠٫٥", "150.50"),
        ("C-2", "2024-8", "20/08/1445", "", "7.125", ""),
    ))  # fmt: skip
    assert counts(done) == (2, 0, 0, 0)
    [first] = (await owner.get(INVOICES, client_id=sara))["items"]
    assert {name: first[name] for name in (
        "type", "status", "number", "issue_date", "due_date", "currency", "total",
        "original_total", "balance", "paid", "tax_total", "lines", "chain", "einvoice",
    )} == {
        "type": "opening_invoice", "status": "overdue", "number": "2024-7",
        "issue_date": "2024-03-01", "due_date": "2024-03-31", "currency": "SAR",
        "total": "1000.00", "original_total": "1150.50", "balance": "1000.00", "paid": "0.00",
        "tax_total": "0.00", "lines": [], "chain": None, "einvoice": None,
    }  # fmt: skip
    [second] = (await owner.get(INVOICES, number="2024-8"))["items"]
    assert (second["total"], second["issue_date"]) == ("7.125", second["due_date"])
    assert second["issue_date"] == "2024-03-01"
    shown = await imports.rows(owner, done)
    assert [(one["invoice_id"], one["client_id"]) for one in shown] == [
        (first["id"], sara), (second["id"], mona),
    ]  # fmt: skip
    assert shown[0]["url"] == f"/v1/clients/{sara}"
    assert await entries(owner, client_id=sara) == [
        ("receivable", "1000.00"), ("opening_balances", "-1000.00"),
    ]  # fmt: skip
    told = [e["type"] for e in await events(owner.caller) if e["subject"] == first["id"]]
    assert told == ["billing.invoice.balance_changed"]
    assert (await issued(owner, client_id=sara))["chain"]["place"] == 1
    assert await proved(owner)


async def test_it_is_paid_and_in_what_is_told_of_a_client(
    owner: Person, imports: Imports, client: Client
) -> None:
    """BI-11: balances, statements and ageing show it; revenue and taxes do not."""
    sara = await client("C-1")
    await imports.done(owner, rows(("C-1", "7", "2024-03-01", "2024-03-31", "100.00", "")))
    [former] = (await owner.get(INVOICES, client_id=sara))["items"]
    bill = await owed(owner, "50.00", sara)
    [balance] = (await owner.get("/v1/balances", client_id=sara))["items"]
    names = ("invoiced", "opening", "due", "overdue")
    assert [balance[name] for name in names] == ["50.00", "100.00", "150.00", "100.00"]
    await pay(owner, "120.00", sara, auto_allocate=True)
    assert await state(owner, former) == ("paid", "100.00", "0.00")
    assert await state(owner, bill) == ("partially_paid", "20.00", "30.00")
    statement = await owner.get("/v1/statements", client_id=sara)
    [movement] = [one for one in statement["items"] if one["event"] == "invoice.taken_over"]
    assert (movement["invoice_number"], movement["amount"]) == ("7", "100.00")
    text = (await owner.http.get(
        "/v1/statements", params={"client_id": sara, "format": "csv"},
        headers={"Accept-Language": "en"},
    )).text  # fmt: skip
    assert "Invoice from before" in text
    revenue = await owner.get("/v1/billing/reports/revenue", date_from="2024-01-01")
    [earned] = revenue["totals"]["currencies"]
    assert (earned["net"], earned["tax"]) == ("50.00", "0.00")
    assert await proved(owner)


async def test_bad_rows_are_told_and_left_out(
    owner: Person, imports: Imports, client: Client, named: Named
) -> None:
    """BI-11: nobody, several of them, amounts that do not fit, and what is there already."""
    await client("C-1")
    named["code", "C-9"] = None
    headings = (*HEADINGS, "المتبقي", "العملة")
    day = "2024-03-01"
    file = table(
        ("C-1", "1", day, "", "10", "", "", ""), ("?", "2", day, "", "10", "", "", ""),
        ("C-9", "3", day, "", "10", "", "", ""), ("", "4", day, "", "10", "", "", ""),
        ("C-1", "1", day, "", "10", "", "", ""), ("C-1", "", day, "", "10", "", "", ""),
        ("C-1", "5", "?", "", "10", "", "", ""), ("C-1", "6", day, "2024-02-01", "1", "", "", ""),
        ("C-1", "7", day, "", "10", "4", "5", ""), ("C-1", "8", day, "", "10", "10", "", ""),
        ("C-1", "9", day, "", "", "", "", ""), ("C-1", "10", day, "", "1.005", "", "", ""),
        ("C-1", "11", day, "", "-5", "", "", ""), ("C-1", "12", day, "", "5", "", "", "XXQ"),
        ("C-1", "1", "2024-03-02", "", "", "", "5", ""),
        headings=headings,
    )  # fmt: skip
    done = await imports.done(owner, file)
    found = [(row, field, code) for row, _, field, code in await imports.faults(owner, done)]
    assert found == [
        (3, "client.code", "unknown_reference"), (4, "client.code", "several_match"),
        (5, "client", "key_empty"), (6, "number", "exists_already"), (7, "number", "required"),
        (8, "issue_date", found[5][2]), (9, "due_date", "due_before_issue"),
        (10, "balance", "amounts_differ"), (11, "balance", "nothing_open"),
        (12, "total", "amount_needed"), (13, "total", "not_an_amount"),
        (14, "total", found[11][2]), (15, "currency", found[12][2]),
    ]  # fmt: skip
    assert counts(done) == (2, 0, 0, 13)
    again = await imports.done(owner, file)
    assert counts(again) == (0, 0, 0, 15)
    assert (await imports.faults(owner, again))[0][3] == "exists_already"
    path = f"{IMPORTS}/{done['id']}/report"
    arabic = (await owner.http.get(path, headers={"Accept-Language": "ar"})).text
    assert arabic.lstrip("\ufeff").startswith("الصف,النتيجة,الفاتورة,")
    assert await proved(owner)


async def test_a_dry_run_tells_the_same_and_changes_nothing(
    owner: Person, imports: Imports, client: Client
) -> None:
    """BI-11"""
    sara = await client("C-1")
    file = rows(("C-1", "1", "2024-03-01", "", "5", ""), ("?", "2", "2024-03-01", "", "5", ""))
    dry = await imports.done(owner, file, dry_run="true")
    assert (counts(dry), dry["result"]["dry_run"]) == ((1, 0, 0, 1), True)
    assert await owner.ids(INVOICES, client_id=sara) == []
    refused = await owner.refused("POST", f"{IMPORTS}/{dry['id']}/undo")
    assert refused == (409, "nothing_to_undo")
    assert counts(await imports.done(owner, file)) == counts(dry)


async def test_undone_is_what_nobody_paid_of(
    owner: Person, imports: Imports, client: Client
) -> None:
    """BI-11: void, so the same file may come again."""
    sara = await client("C-1")
    file = rows(*(("C-1", str(n), "2024-03-01", "", "5", "") for n in range(4)))
    done = await imports.done(owner, file)
    paid = (await owner.get(INVOICES, number="1"))["items"][0]
    await pay(owner, "2.00", sara, of={paid["id"]: "2.00"})
    assert await imports.undone(owner, done) == ["undone", "kept", "undone", "undone"]
    assert [one["status"] for one in (await owner.get(INVOICES, number="2"))["items"]] == ["void"]
    [balance] = (await owner.get("/v1/balances", client_id=sara))["items"]
    assert (balance["opening"], balance["due"]) == ("5.00", "3.00")
    assert counts(await imports.done(owner, file)) == (3, 0, 0, 1)
    assert await proved(owner)


async def test_only_of_clients_that_one_may_change(
    owner: Person, imports: Imports, named: Named
) -> None:
    """BI-11, GW-02: and only by who issues, and reads clients."""
    hidden = await remember_client(owner)
    named["code", "C-1"] = hidden
    file = rows(("C-1", "1", "2024-03-01", "", "5", ""))
    rights = ("billing:issue", "billing:read", "clients:read")
    async with owner.colleague(*rights, visibility="assigned") as clerk:
        job = await imports.begun(clerk, file)
        await imports.work(owner, clerk)
        done = await clerk.get(f"{IMPORTS}/{job}")
        assert counts(done) == (0, 0, 0, 1)
        assert (await imports.faults(clerk, done))[0][3] == "unknown_reference"
        assert (await owner.get(f"{IMPORTS}/{job}"))["author"] == clerk.caller.principal
    for lacking, code in (("billing:issue", "forbidden"), ("clients:read", "clients_unread")):
        async with owner.colleague(*{*rights} - {lacking}) as other:
            answer = await other.http.post(IMPORTS, files={"file": ("x", file)})
            assert (answer.status_code, answer.json()["code"]) == (403, code)


async def test_it_is_void_or_written_off_and_has_no_paper(
    owner: Person, imports: Imports, client: Client
) -> None:
    """BI-11: its paper is that of the system before."""
    await client("C-1")
    await imports.done(owner, rows(
        ("C-1", "1", "2024-03-01", "", "5", ""), ("C-1", "2", "2024-03-01", "", "5", "")
    ))  # fmt: skip
    first, second = await owner.ids(INVOICES, type="opening_invoice")
    for method, action in (("POST", "send"), ("POST", "link"), ("GET", "pdf"), ("GET", "xml")):
        refused = await owner.refused(method, f"{INVOICES}/{first}/{action}")
        assert refused == (409, "is_opening_invoice"), action
    assert (await owner.post(f"{INVOICES}/{first}/void"))["status"] == "void"
    assert (await owner.post(f"{INVOICES}/{second}/write-off"))["status"] == "written_off"
    assert await proved(owner)


async def test_it_is_credited_without_tax(owner: Person, imports: Imports, client: Client) -> None:
    """BI-11: in part or the rest of it; nothing was earned of it here."""
    sara = await client("C-1")
    await imports.done(owner, rows(("C-1", "2024-7", "2024-03-01", "", "100.00", "")))
    [former] = await owner.ids(INVOICES, type="opening_invoice")
    path = f"{INVOICES}/{former}/credit-notes"
    await pay(owner, "30.00", sara, of={former: "30.00"})
    line = {"description": "خصم", "quantity": "1", "unit_price": "20.00"}
    tax = await make_tax(owner)
    for lines, code in (
        ([line | {"tax_id": tax["id"]}], "unknown_reference"),
        ([line | {"invoice_line": 0}], "unknown_reference"),
    ):
        answer = await owner.http.post(path, json={"lines": lines, "reason": "x"})
        assert answer.json()["errors"][0]["code"] == code, answer.text
    over = [line | {"unit_price": "100.01"}]
    refused = await owner.refused("POST", path, {"lines": over, "reason": "x"})
    assert refused == (409, "over_credited")
    await owner.post(path, {"lines": [line], "reason": "x"})
    assert await state(owner, {"id": former}) == ("overdue", "30.00", "50.00")
    note = await owner.post(path, {"reason": "الباقي"})
    assert (note["total"], note["tax_total"], note["number"]) == ("80.00", "0.00", "CN-000002")
    [balance] = (await owner.get("/v1/balances", client_id=sara))["items"]
    names = ("invoiced", "opening", "due", "credit")
    assert [balance[name] for name in names] == ["0.00", "0.00", "0.00", "30.00"]
    revenue = await owner.get("/v1/billing/reports/revenue", date_from="2024-01-01")
    assert revenue["totals"]["currencies"] == []
    paper = await owner.http.get(f"/v1/credit-notes/{note['id']}/pdf")
    assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")
    refused = await owner.refused("GET", f"/v1/credit-notes/{note['id']}/xml")
    assert refused == (409, "is_opening_invoice")
    assert await proved(owner)


async def test_what_was_overdue_before_is_news_to_nobody(
    owner: Person, imports: Imports, client: Client, events: Events
) -> None:
    """BI-11: nor is anybody reminded of it by our rules."""
    await client("C-1")
    await imports.done(owner, rows(("C-1", "1", "2024-03-01", "2024-04-01", "5", "")))
    tenant_id = owner.caller.tenant_id
    async with owner.service.context.database.work(system(tenant_id, "billing")) as work:
        assert not await tell_overdue(work)
    assert "billing.invoice.overdue" not in [e["type"] for e in await events(owner.caller)]


async def test_a_workbook_needs_no_mapping(owner: Person, imports: Imports, named: Named) -> None:
    """BI-11: headings as people write them; the surest key counts; digits as a sheet shows them."""
    sara = await remember_client(owner)
    named["phone", "0501234567"] = sara
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([
            ["Mobile", "Invoice no", "Invoice date", "Outstanding"],
            ["0501234567", 118, "2024-03-01", 0.1 + 0.2],
        ]):  # fmt: skip
            sheet.write_row(at, 0, row)
    answer = await owner.http.post(f"{IMPORTS}/preview", files={"file": ("x", made.getvalue())})
    assert answer.json()["mapping"] == {
        "client.phone": ["Mobile"], "number": ["Invoice no"], "issue_date": ["Invoice date"],
        "balance": ["Outstanding"],
    }  # fmt: skip
    await imports.done(owner, made.getvalue())
    [found] = (await owner.get(INVOICES, client_id=str(sara)))["items"]
    assert (found["number"], found["total"]) == ("118", "0.30")


@pytest.mark.parametrize(
    ("fields", "content", "field", "code"),
    [
        ({}, b"", "file", "empty_file"),
        ({}, b"BEGIN:VCARD\nFN:x\nEND:VCARD\n", "file", "unreadable_file"),
        ({}, b"number,date,total\n1,2,3\n", "mapping.client.code", "column_needed"),
        ({}, b"client code,date,total\n1,2,3\n", "mapping.number", "column_needed"),
        ({}, b"client code,number,total\n1,2,3\n", "mapping.issue_date", "column_needed"),
        ({}, b"client code,number,date\n1,2,3\n", "mapping.balance", "column_needed"),
        ({"mapping": '{"lines": "x"}'}, b"x\n1\n", "mapping.lines", "unknown_field"),
        ({"mapping": '{"number": "y"}'}, b"x\n1\n", "mapping.number", "unknown_column"),
        ({"mode": "update"}, b"x\n1\n", "mode", "not_allowed"),
    ],
)  # fmt: skip
async def test_what_cannot_be_taken_in_is_refused_at_once(
    owner: Person, fields: Json, content: bytes, field: str, code: str
) -> None:
    answer = await owner.http.post(IMPORTS, files={"file": ("x", content)}, data=fields)
    assert answer.status_code == 422, answer.text
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [(field, code)]


async def test_nobody_elses_import_is_found(owner: Person) -> None:
    """BI-11"""
    for path in ("", "/rows", "/report"):
        found = await owner.refused("GET", f"{IMPORTS}/{new_id()}{path}")
        assert found == (404, "import_not_found")

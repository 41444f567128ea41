"""Credit that clients have left elsewhere: charged to whom the rows name, once, and taken back."""

import io

import pytest
import xlsxwriter

from chassis.ids import new_id
from services.memberships.tests.charge_imports.conftest import HEADINGS, IMPORTS, rows
from services.memberships.tests.conftest import Client, Events, Named
from services.memberships.tests.credit.world import CHARGES, USAGES, Wallet, day
from services.memberships.tests.factories import (
    Json,
    Person,
    make_credit_type,
    remember_client,
)
from services.memberships.tests.importing import Imports, counts, table


async def test_what_is_left_is_charged_and_used(
    owner: Person, imports: Imports, client: Client, events: Events
) -> None:
    """ME-10, ME-13: the type by its name in either language or its id, digits and days as typed."""
    sara, mona = await client("C-1"), await client("C-2")
    kind = await make_credit_type(owner, name={"ar": "جلسات", "en": "Sessions"}, decimals=1)
    done = await imports.done(owner, rows(
        ("C-1", "جلسات", "٨٫٥", "2026-01-01", "31/12/2990", "old-1"),
        ("C-2", "sessions", "3", "", "", ""), ("C-2", kind["id"], "1.0", "", day(9), "old-3"),
    ))  # fmt: skip
    assert counts(done) == (3, 0, 0, 0)
    shown = await imports.rows(owner, done)
    charge = await owner.get(f"{CHARGES}/{shown[0]['credit_charge_id']}")
    assert {name: charge[name] for name in (
        "client_id", "credit_type_id", "amount", "remaining", "status", "starts_on", "expires_on",
        "source", "external_id", "created_by",
    )} == {
        "client_id": sara, "credit_type_id": kind["id"], "amount": "8.5", "remaining": "8.5",
        "status": "active", "starts_on": "2026-01-01", "expires_on": "2990-12-31",
        "source": "import", "external_id": "old-1", "created_by": owner.caller.principal,
    }  # fmt: skip
    assert [(one["client_id"], one["url"]) for one in shown] == [
        (one, f"/v1/clients/{one}") for one in (sara, mona, mona)
    ]
    assert await owner.ids(CHARGES, external_id="old-3") == [shown[2]["credit_charge_id"]]
    hers = Wallet(owner, mona, kind["id"])
    assert await hers.usable() == "4.0"
    await hers.use("2.0")
    assert await hers.usable() == "2.0"
    told = [e for e in await events(owner.caller) if e["type"] == "memberships.credit.charged"]
    assert len(told) == 3
    await hers.prove()


async def test_bad_rows_are_told_and_left_out(
    owner: Person, imports: Imports, client: Client, named: Named
) -> None:
    """ME-10: nobody, several of them, no such type, no amount, a time that is over, and doubles."""
    sara = await client("C-1")
    named["code", "C-9"] = None
    await make_credit_type(owner, name="جلسات")
    for _ in range(2):
        await make_credit_type(owner, name="دقائق")
    await make_credit_type(owner, name="قديم", active=False)
    file = rows(
        ("C-1", "جلسات", "1", "", "", "one"), ("?", "جلسات", "1", "", "", ""),
        ("C-9", "جلسات", "1", "", "", ""), ("", "جلسات", "1", "", "", ""),
        ("C-1", "?", "1", "", "", ""), ("C-1", "دقائق", "1", "", "", ""),
        ("C-1", "قديم", "1", "", "", ""), ("C-1", "", "1", "", "", ""),
        ("C-1", "جلسات", "", "", "", ""), ("C-1", "جلسات", "0", "", "", ""),
        ("C-1", "جلسات", "1.5", "", "", ""), ("C-1", "جلسات", "-1", "", "", ""),
        ("C-1", "جلسات", "1", "", "2020-01-01", ""), ("C-1", "جلسات", "1", day(9), day(8), ""),
        ("C-1", "جلسات", "1", "?", "", ""), ("C-1", "جلسات", "1", "", "", "one"),
    )  # fmt: skip
    done = await imports.done(owner, file)
    found = [(row, field, code) for row, _, field, code in await imports.faults(owner, done)]
    assert found == [
        (3, "client.code", "unknown_reference"), (4, "client.code", "several_match"),
        (5, "client", "key_empty"), (6, "credit_type", "unknown_reference"),
        (7, "credit_type", "several_match"), (8, "credit_type", "unknown_reference"),
        (9, "credit_type", "required"), (10, "amount", "required"),
        (11, "amount", "not_an_amount"), (12, "amount", "not_an_amount"),
        (13, "amount", found[10][2]), (14, "expires_on", "expires_too_soon"),
        (15, "expires_on", "expires_too_soon"), (16, "starts_on", found[13][2]),
        (17, "external_id", "exists_already"),
    ]  # fmt: skip
    assert counts(done) == (1, 0, 0, 15)
    assert counts(await imports.done(owner, file)) == (0, 0, 0, 16)
    assert len(await owner.ids(CHARGES, client_id=sara)) == 1
    path = f"{IMPORTS}/{done['id']}/report"
    arabic = (await owner.http.get(path, headers={"Accept-Language": "ar"})).text
    assert arabic.lstrip("\ufeff").startswith("الصف,النتيجة,الشحنة,")


async def test_a_dry_run_tells_the_same_and_keeps_nothing(
    owner: Person, imports: Imports, client: Client, events: Events
) -> None:
    """ME-10"""
    sara = await client("C-1")
    await make_credit_type(owner, name="جلسات")
    file = rows(("C-1", "جلسات", "5", "", "", "a"), ("C-1", "?", "5", "", "", "b"))
    dry = await imports.done(owner, file, dry_run="true")
    assert (counts(dry), dry["result"]["dry_run"]) == ((1, 0, 0, 1), True)
    assert await owner.ids(CHARGES, client_id=sara) == []
    assert "memberships.credit.charged" not in [e["type"] for e in await events(owner.caller)]
    refused = await owner.refused("POST", f"{IMPORTS}/{dry['id']}/undo")
    assert refused == (409, "nothing_to_undo")
    assert counts(await imports.done(owner, file)) == counts(dry)


async def test_undone_is_what_is_unused(owner: Person, imports: Imports, client: Client) -> None:
    """ME-16: of what was used the rest; then the same file may come again."""
    sara = await client("C-1")
    kind = await make_credit_type(owner, name="جلسات")
    file = rows(
        ("C-1", "جلسات", "5", "", day(1), "a"), ("C-1", "جلسات", "5", "", day(2), "b"),
        ("C-1", "?", "5", "", "", "c"), ("C-1", "جلسات", "5", "", day(3), "d"),
    )  # fmt: skip
    done = await imports.done(owner, file)
    hers = Wallet(owner, sara, kind["id"])
    await hers.use("2")
    assert await imports.undone(owner, done) == ["kept", "undone", None, "undone"]
    assert await hers.usable() == "0"
    assert await imports.undone(owner, done) == ["kept", "undone", None, "undone"]
    again = await imports.done(owner, file)
    assert (counts(again), await hers.usable()) == ((3, 0, 0, 1), "15")
    assert len((await owner.get(USAGES, client_id=sara))["items"]) == 1
    await hers.prove()


async def test_what_is_owed_is_settled_by_what_is_taken_over(
    owner: Person, imports: Imports, client: Client
) -> None:
    """ME-14: as by any other charge."""
    sara = await client("C-1")
    kind = await make_credit_type(owner, name="جلسات", allow_negative=True)
    hers = Wallet(owner, sara, kind["id"])
    await hers.use("3")
    await imports.done(owner, rows(("C-1", "جلسات", "5", "", "", "")))
    assert await hers.usable() == "2"
    await hers.prove()


async def test_only_of_clients_that_one_may_change(
    owner: Person, imports: Imports, named: Named
) -> None:
    """ME-10, GW-02: and only by who writes memberships, and reads clients."""
    named["code", "C-1"] = await remember_client(owner)
    await make_credit_type(owner, name="جلسات")
    file = rows(("C-1", "جلسات", "5", "", "", ""))
    rights = ("memberships:write", "memberships:read", "clients:read")
    async with owner.colleague(*rights, visibility="assigned") as clerk:
        job = await imports.begun(clerk, file)
        await imports.work(owner, clerk)
        done = await clerk.get(f"{IMPORTS}/{job}")
        assert counts(done) == (0, 0, 0, 1)
        assert (await imports.faults(clerk, done))[0][3] == "unknown_reference"
        assert (await owner.get(f"{IMPORTS}/{job}"))["author"] == clerk.caller.principal
    for lacking, code in (("memberships:write", "forbidden"), ("clients:read", "clients_unread")):
        async with owner.colleague(*{*rights} - {lacking}) as other:
            answer = await other.http.post(IMPORTS, files={"file": ("x", file)})
            assert (answer.status_code, answer.json()["code"]) == (403, code)


async def test_a_workbook_needs_no_mapping(owner: Person, imports: Imports, named: Named) -> None:
    """ME-10: headings as people write them; the surest key counts."""
    sara = await remember_client(owner)
    named["phone", "0501234567"] = sara
    await make_credit_type(owner, name="Sessions")
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([
            ["Mobile", "Credit type", "Remaining", "Valid until"],
            ["0501234567", "sessions", 7, "2990-01-31"],
        ]):  # fmt: skip
            sheet.write_row(at, 0, row)
    answer = await owner.http.post(f"{IMPORTS}/preview", files={"file": ("x", made.getvalue())})
    assert answer.json()["mapping"] == {
        "client.phone": ["Mobile"], "credit_type": ["Credit type"], "amount": ["Remaining"],
        "expires_on": ["Valid until"],
    }  # fmt: skip
    await imports.done(owner, made.getvalue())
    [found] = (await owner.get(CHARGES, client_id=str(sara)))["items"]
    assert (found["amount"], found["expires_on"]) == ("7", "2990-01-31")


@pytest.mark.parametrize(
    ("fields", "content", "field", "code"),
    [
        ({}, b"", "file", "empty_file"),
        ({}, b"BEGIN:VCARD\nFN:x\nEND:VCARD\n", "file", "unreadable_file"),
        ({}, b"credit type,amount\n1,2\n", "mapping.client.code", "column_needed"),
        ({}, b"client code,amount\n1,2\n", "mapping.credit_type", "column_needed"),
        ({}, b"client code,credit type\n1,2\n", "mapping.amount", "column_needed"),
        ({"mapping": '{"lots": "x"}'}, b"x\n1\n", "mapping.lots", "unknown_field"),
        ({"mapping": '{"amount": "y"}'}, b"x\n1\n", "mapping.amount", "unknown_column"),
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
    """ME-10"""
    for path in ("", "/rows", "/report"):
        found = await owner.refused("GET", f"{IMPORTS}/{new_id()}{path}")
        assert found == (404, "import_not_found")


async def test_a_file_without_types_tells_the_arabic_headings(owner: Person) -> None:
    """ME-10: what a gym's sheet calls its columns."""
    file = table(("1",) * len(HEADINGS), headings=HEADINGS)
    answer = await owner.http.post(f"{IMPORTS}/preview", files={"file": ("x", file)})
    assert list(answer.json()["mapping"]) == [
        "client.code", "credit_type", "amount", "starts_on", "expires_on", "external_id",
    ]  # fmt: skip

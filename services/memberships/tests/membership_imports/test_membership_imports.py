"""Memberships that run elsewhere: taken over with what is paid of them, and taken back."""

import io
from uuid import UUID

import pytest
import xlsxwriter

from chassis.ids import new_id
from memberships.proof.schedules import prove
from services.memberships.tests.billing import Billing, ask
from services.memberships.tests.conftest import Client, Events, Named
from services.memberships.tests.factories import Json, Person, make_package, remember_client
from services.memberships.tests.importing import Imports, counts, table
from services.memberships.tests.membership_imports.conftest import HEADINGS, IMPORTS, rows
from services.memberships.tests.memberships.holding import MEMBERSHIPS, freeze, on_the, shown

TODAY = "2026-03-10"
START, UNTIL = "2026-01-01", "2026-04-01"
BAD = table(
    ("C-1", "شهري", START, UNTIL, "", "a", ""), ("?", "شهري", START, UNTIL, "", "", ""),
    ("C-9", "شهري", START, UNTIL, "", "", ""), ("", "شهري", START, UNTIL, "", "", ""),
    ("C-1", "?", START, UNTIL, "", "", ""), ("C-1", "سنوي", START, UNTIL, "", "", ""),
    ("C-1", "", START, UNTIL, "", "", ""), ("C-1", "شهري", "", UNTIL, "", "", ""),
    ("C-1", "شهري", "2026-02-01", "", "", "", ""),
    ("C-1", "شهري", "2026-02-01", "2026-02-01", "", "", ""),
    ("C-1", "شهري", "2026-02-01", "", "", "", "2026-01-15"),
    ("C-1", "شهري", "2026-02-01", "2026-02-28", "", "", "2026-02-28"),
    ("C-1", "شهري", "2026-02-01", "31/13/2026", "", "", ""),
    ("C-1", "شهري", "2026-02-01", "2026-03-01", "نعم", "", ""),
    ("C-1", "شهري", "2026-02-01", UNTIL, "ربما", "", ""),
    ("C-1", "شهري", "2026-02-01", UNTIL, "", "a", ""),
    ("C-1", "شهري", START, UNTIL, "", "", ""), ("C-1", "قديم", START, "", "", "", UNTIL),
    headings=(*HEADINGS, "آخر يوم"),
)  # fmt: skip


async def proved(owner: Person) -> bool:
    return await prove(owner.service.context, owner.caller.tenant_id) is None


async def test_what_runs_goes_on_with_its_days(
    owner: Person, imports: Imports, client: Client, events: Events
) -> None:
    """ME-02, ME-03, ME-04: without an invoice; the package by its name, external id or id."""
    sara = await client("C-1")
    package = await make_package(owner, name={"ar": "شهري", "en": "Monthly"}, external_id="P-1")
    async with on_the(owner, TODAY):
        done = await imports.done(owner, rows(
            ("C-1", "شهري", "2026-01-31", "2026-03-31", "نعم", "old-1"),
            ("C-1", "P-1", "2025-01-01", "2026-03-05", "", ""),
            ("C-1", package["id"], "01/06/2024", "2025-06-01", "لا", ""),
            ("C-1", "monthly", "2026-04-01", "2026-05-01", "", ""),
        ))  # fmt: skip
        assert counts(done) == (4, 0, 0, 0), await imports.faults(owner, done)
        ids = [one["membership_id"] for one in await imports.rows(owner, done)]
        assert [await shown(owner, one) for one in ids] == [
            ("active", "2026-03-31"), ("grace", "2026-03-05"), ("expired", "2025-06-01"),
            ("upcoming", "2026-05-01"),
        ]  # fmt: skip
        found = await owner.get(f"{MEMBERSHIPS}/{ids[0]}")
        assert {name: found[name] for name in (
            "client_id", "package_id", "start_date", "auto_renew", "external_id", "invoice_id",
        )} == {
            "client_id": sara, "package_id": package["id"], "start_date": "2026-01-31",
            "auto_renew": True, "external_id": "old-1", "invoice_id": None,
        }  # fmt: skip
        assert found["package"]["period"] == {"unit": "month", "count": 1}
        [period] = (await owner.get(f"{MEMBERSHIPS}/{ids[0]}/periods"))["items"]
        assert (period["starts_on"], period["ends_on"]) == ("2026-01-31", "2026-03-31")
        told = [e["type"] for e in await events(owner.caller) if e["subject"] in ids]
        assert told == ["memberships.membership.taken_over"] * 4
        assert await proved(owner)


async def test_its_next_period_follows_what_was_paid_before(
    owner: Person, imports: Imports, client: Client
) -> None:
    """ME-06: from the old end on, counted from the day of the month on which it began."""
    await client("C-1")
    await make_package(owner, name="مجاني", price="0.00")
    async with on_the(owner, "2026-02-20"):
        done = await imports.done(owner, rows(
            ("C-1", "مجاني", "2026-01-31", "2026-02-28", "", ""),
        ))  # fmt: skip
        [row] = await imports.rows(owner, done)
        await owner.post(f"{MEMBERSHIPS}/{row['membership_id']}/renew")
        assert await shown(owner, row["membership_id"]) == ("active", "2026-03-31")
        assert await proved(owner)


async def test_bad_rows_are_told_and_left_out(
    owner: Person, imports: Imports, client: Client, named: Named
) -> None:
    """ME-01: nobody, no such package, days that cannot be, and what is there already."""
    await client("C-1")
    named["code", "C-9"] = None
    await make_package(owner, name="شهري")
    await make_package(owner, name="قديم", active=False)
    for _ in range(2):
        await make_package(owner, name="سنوي")
    async with on_the(owner, TODAY):
        done = await imports.done(owner, BAD)
        found = [(row, field, code) for row, _, field, code in await imports.faults(owner, done)]
        assert found == [
            (3, "client.code", "unknown_reference"), (4, "client.code", "several_match"),
            (5, "client", "key_empty"), (6, "package", "unknown_reference"),
            (7, "package", "several_match"), (8, "package", "required"),
            (9, "start_date", "required"), (10, "renewal_date", "required"),
            (11, "renewal_date", "ends_before_start"), (12, "last_day", "ends_before_start"),
            (13, "last_day", "days_differ"), (14, "renewal_date", found[11][2]),
            (15, "auto_renew", "membership_ended"), (16, "auto_renew", found[13][2]),
            (17, "external_id", "external_id_taken"), (18, "start_date", "exists_already"),
        ]  # fmt: skip
        assert counts(done) == (2, 0, 0, 16)
        assert counts(await imports.done(owner, BAD)) == (0, 0, 0, 18)
        path = f"{IMPORTS}/{done['id']}/report"
        arabic = (await owner.http.get(path, headers={"Accept-Language": "ar"})).text
        assert arabic.lstrip("\ufeff").startswith("الصف,النتيجة,العضوية,")
        assert await proved(owner)


async def test_a_dry_run_tells_the_same_and_keeps_nothing(
    owner: Person, imports: Imports, client: Client, events: Events
) -> None:
    """ME-01"""
    sara = await client("C-1")
    await make_package(owner, name="شهري")
    file = rows(("C-1", "شهري", "2026-01-01", "2026-04-01", "", "a"), ("C-1", "?", "", "", "", ""))
    dry = await imports.done(owner, file, dry_run="true")
    assert (counts(dry), dry["result"]["dry_run"]) == ((1, 0, 0, 1), True)
    assert await owner.ids(MEMBERSHIPS, client_id=sara) == []
    types = [e["type"] for e in await events(owner.caller)]
    assert "memberships.membership.taken_over" not in types
    refused = await owner.refused("POST", f"{IMPORTS}/{dry['id']}/undo")
    assert refused == (409, "nothing_to_undo")
    assert counts(await imports.done(owner, file)) == counts(dry)


async def test_undone_is_what_nothing_came_of(
    owner: Person, imports: Imports, client: Client, events: Events
) -> None:
    """ME-01: not what was frozen, renewed, changed, or let somebody in since."""
    codes = [f"C-{n}" for n in range(7)]
    clients = [await client(code) for code in codes]
    package = await make_package(owner, name="شهري")
    file = rows(*((code, "شهري", "2026-01-01", "2026-04-01", "", code) for code in codes))
    async with on_the(owner, TODAY):
        done = await imports.done(owner, file)
        ids = [one["membership_id"] for one in await imports.rows(owner, done)]
        await freeze(owner, ids[0], "2026-03-15", "2026-03-20")
        await owner.post(f"{MEMBERSHIPS}/{ids[1]}/renew")
        await owner.patch(f"{MEMBERSHIPS}/{ids[2]}", {"note": "صديق"})
        await owner.post("/v1/check-ins", {"client_id": clients[3]})
        await owner.post(f"{MEMBERSHIPS}/{ids[4]}/cancel", {"at": "period_end"})
        undone = await imports.undone(owner, done)
        assert undone == [*["kept"] * 5, "undone", "undone"]
        assert await owner.refused("GET", f"{MEMBERSHIPS}/{ids[5]}") == (
            404,
            "membership_not_found",
        )
        assert len(await owner.ids(MEMBERSHIPS, package_id=package["id"])) == 5
        gone = [e for e in await events(owner.caller)
                if e["type"] == "memberships.membership.deleted"]  # fmt: skip
        assert {one["data"]["membership"]["status"] for one in gone} == {"cancelled"}
        assert sorted(one["subject"] for one in gone) == sorted(ids[5:])
        assert counts(await imports.done(owner, file)) == (2, 0, 0, 5)
        assert await proved(owner)


async def test_what_only_time_changed_is_untouched(
    owner: Person, imports: Imports, client: Client
) -> None:
    """ME-04: it expired meanwhile, and nobody did anything."""
    await client("C-1")
    await make_package(owner, name="شهري")
    async with on_the(owner, TODAY):
        file = rows(("C-1", "شهري", "2026-01-01", "2026-04-01", "", ""))
        done = await imports.done(owner, file)
    async with on_the(owner, "2026-06-01"):
        assert await imports.undone(owner, done) == ["undone"]


async def test_only_of_clients_that_one_may_change(
    owner: Person, imports: Imports, named: Named
) -> None:
    """ME-01, GW-02: and only by who manages memberships, and reads clients."""
    named["code", "C-1"] = await remember_client(owner)
    await make_package(owner, name="شهري")
    file = rows(("C-1", "شهري", "2026-01-01", "2026-04-01", "", ""))
    rights = ("memberships:manage", "memberships:read", "clients:read")
    async with owner.colleague(*rights, visibility="assigned") as clerk:
        job = await imports.begun(clerk, file)
        await imports.work(owner, clerk)
        done = await clerk.get(f"{IMPORTS}/{job}")
        assert counts(done) == (0, 0, 0, 1)
        assert (await imports.faults(clerk, done))[0][3] == "unknown_reference"
    for lacking, code in (("memberships:manage", "forbidden"), ("clients:read", "clients_unread")):
        async with owner.colleague(*{*rights} - {lacking}) as other:
            answer = await other.http.post(IMPORTS, files={"file": ("x", file)})
            assert (answer.status_code, answer.json()["code"]) == (403, code)


async def test_a_workbook_needs_no_mapping(owner: Person, imports: Imports, named: Named) -> None:
    """ME-01: headings as people write them."""
    sara = await remember_client(owner)
    named["email", "sara@example.sa"] = sara
    await make_package(owner, name="Monthly")
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([
            ["Email", "Membership type", "Join date", "Paid until", "Notes"],
            ["sara@example.sa", "monthly", "2026-01-01", "2990-01-31", "VIP"],
        ]):  # fmt: skip
            sheet.write_row(at, 0, row)
    answer = await owner.http.post(f"{IMPORTS}/preview", files={"file": ("x", made.getvalue())})
    assert answer.json()["mapping"] == {
        "client.email": ["Email"], "package": ["Membership type"], "start_date": ["Join date"],
        "last_day": ["Paid until"], "note": ["Notes"],
    }  # fmt: skip
    await imports.done(owner, made.getvalue())
    [found] = (await owner.get(MEMBERSHIPS, client_id=str(sara)))["items"]
    assert (found["renewal_date"], found["note"]) == ("2990-02-01", "VIP")


@pytest.mark.parametrize(
    ("fields", "content", "field", "code"),
    [
        ({}, b"", "file", "empty_file"),
        ({}, b"BEGIN:VCARD\nFN:x\nEND:VCARD\n", "file", "unreadable_file"),
        ({}, b"package,start date,end\n1,2,3\n", "mapping.client.code", "column_needed"),
        ({}, b"client code,start date,end\n1,2,3\n", "mapping.package", "column_needed"),
        ({}, b"client code,package,end\n1,2,3\n", "mapping.start_date", "column_needed"),
        ({}, b"client code,package,start\n1,2,3\n", "mapping.renewal_date", "column_needed"),
        ({"mapping": '{"status": "x"}'}, b"x\n1\n", "mapping.status", "unknown_field"),
        ({"mapping": '{"package": "y"}'}, b"x\n1\n", "mapping.package", "unknown_column"),
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
    """ME-01"""
    for path in ("", "/rows", "/report"):
        found = await owner.refused("GET", f"{IMPORTS}/{new_id()}{path}")
        assert found == (404, "import_not_found")


async def test_a_change_that_is_not_paid_any_more_leaves_its_package(
    owner: Person, imports: Imports, client: Client, billing: Billing
) -> None:
    """ME-01, ME-06: renewed by the month again, whatever was paid for elsewhere; what is planned
    is something that came of it.
    """
    sara = await client("C-1")
    package = await make_package(owner, name="شهري")
    gold = await make_package(owner, name="ذهبي", price="500.00")
    async with on_the(owner, TODAY):
        done = await imports.done(owner, rows(("C-1", "شهري", "2026-03-01", "2026-05-11", "", "")))
        [made] = (await owner.get(MEMBERSHIPS, client_id=sara))["items"]
        path, body = f"{MEMBERSHIPS}/{made['id']}/change", {"package_id": gold["id"]}
        await owner.post(path, body)
        await ask(owner)
        for status in ("paid", "issued"):
            await billing.becomes(owner, f"membership:{made['id']}:period:2", status)
        now = await owner.get(f"{MEMBERSHIPS}/{made['id']}")
        assert (now["package_id"], now["package"]) == (package["id"], made["package"])
        assert await imports.undone(owner, done) == ["kept"]


async def test_what_has_another_package_to_come_is_kept(
    owner: Person, imports: Imports, client: Client
) -> None:
    """ME-01: somebody has planned it."""
    sara = await client("C-1")
    await make_package(owner, name="شهري")
    gold = await make_package(owner, name="ذهبي", price="500.00")
    async with on_the(owner, TODAY):
        done = await imports.done(owner, rows(("C-1", "شهري", "2026-01-01", "2026-04-01", "", "")))
        [made] = (await owner.get(MEMBERSHIPS, client_id=sara))["items"]
        body = {"package_id": gold["id"], "at": "period_end"}
        await owner.post(f"{MEMBERSHIPS}/{made['id']}/change", body)
        assert await imports.undone(owner, done) == ["kept"]


async def test_who_was_merged_has_it_once(
    owner: Person, imports: Imports, client: Client, named: Named
) -> None:
    """ME-01: the same file again, once two clients of it are one."""
    sara, twin = [await client(code) for code in ("C-1", "C-2")]
    await make_package(owner, name="شهري")
    file = rows(("C-2", "شهري", "2026-01-01", "2026-04-01", "", ""))
    async with on_the(owner, TODAY):
        assert counts(await imports.done(owner, file)) == (1, 0, 0, 0)
        await remember_client(owner, id=twin, version=2, merged_into=sara)
        named["code", "C-2"] = UUID(sara)
        assert counts(await imports.done(owner, file)) == (0, 0, 0, 1)
        assert len(await owner.ids(MEMBERSHIPS, client_id=sara)) == 1

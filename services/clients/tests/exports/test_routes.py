"""Clients taken out as files: whole, in the reader's language, and harmless."""

import csv
import io
import zipfile
from typing import Any

import pytest
import vobject
from sqlalchemy import Uuid, bindparam, column, select, table
from sqlalchemy.dialects.postgresql import JSONB

from chassis.cells import harmless
from chassis.statements import statement
from clients.exports.rules.columns import COLUMNS
from services.clients.tests.factories import Person

_audit = table(
    "audit_log", column("tenant_id", Uuid), column("actor"), column("action"),
    column("changes", JSONB), column("at"),
)  # fmt: skip
_LAST_EXPORT = statement(
    select(_audit.c.actor, _audit.c.changes)
    .where(_audit.c.tenant_id == bindparam("tenant_id"), _audit.c.action == "exported")
    .order_by(_audit.c.at.desc())
    .limit(1)
)
_EVIL = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1")


async def export(person: Person, language: str = "en", **query: Any) -> bytes:
    answer = await person.http.get(
        "/v1/clients/export", params=query, headers={"Accept-Language": language}
    )
    assert answer.status_code == 200, answer.text
    assert "clients-20" in answer.headers["content-disposition"]
    return answer.content


def rows_of(content: bytes) -> list[dict[str, str]]:
    assert content.startswith("\ufeff".encode())
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


async def test_a_table_has_every_client_of_the_filter_once_in_words(owner: Person) -> None:
    """CL-78: more than a page, in order, with names in place of ids."""
    for number in range(3):
        await owner.make_client(f"خارج {number}")
    names = [f"عميل {number:04}" for number in range(520)]
    for name in names:
        await owner.make_client(name, tags=["تصدير"])
    rows = rows_of(await export(owner, tag="تصدير"))
    assert [row["Name"] for row in rows] == names
    first = rows[0]
    assert first["Folder"] and first["Status"] and first["Tags"] == "تصدير"
    shown = (await owner.get("/v1/clients", name=names[0]))["items"][0]
    assert (first["Id"], first["Code"]) == (shown["id"], shown["code"])


async def test_headings_and_names_are_in_the_readers_language(owner: Person) -> None:
    await owner.make_client("نورة")
    english, arabic = [rows_of(await export(owner, language)) for language in ("en", "ar")]
    assert list(english[0]) == list(COLUMNS)
    assert arabic[0]["الاسم"] == english[0]["Name"] == "نورة"
    assert arabic[0]["المجلد"] != english[0]["Folder"]


async def test_the_companys_own_fields_are_columns_and_filters(owner: Person) -> None:
    """CL-45, CL-78"""
    options = [
        {"key": "red", "label": {"ar": "أحمر", "en": "Red"}},
        {"key": "blue", "label": {"en": "Blue"}},
    ]
    label = {"ar": "اللون", "en": "Colour"}
    field = {"key": "colour", "label": label, "type": "multi_choice", "options": options}
    await owner.post("/v1/custom-fields", field)
    await owner.make_client("both", custom_fields={"colour": ["red", "blue"]})
    await owner.make_client("none")
    [row] = rows_of(await export(owner, **{"custom.colour": "red"}))
    assert (row["Name"], row["Colour"]) == ("both", "Red, Blue")
    assert [row["اللون"] for row in rows_of(await export(owner, "ar"))] == ["أحمر, Blue", ""]


async def test_no_formula_of_a_clients_name_is_run_by_a_spreadsheet(owner: Person) -> None:
    """CL-78: texts stay texts, phone numbers keep their plus."""
    for name in _EVIL:
        await owner.make_client(name, phones=[{"number": "+966501234567"}])
    rows = rows_of(await export(owner))
    assert all(row["Name"].startswith("'") for row in rows if row["Name"].strip()[:1] in "'=+-@")
    assert {row["Phones"] for row in rows} == {"+966501234567"}
    book = zipfile.ZipFile(io.BytesIO(await export(owner, "ar", format="xlsx")))
    page = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page and "=1+1" in page and 'rightToLeft="1"' in page


def test_only_what_begins_a_formula_is_changed() -> None:
    assert [harmless(text) for text in ("=1", "+1-1", "أحمد", "", "+966501234567, +971501234567")] \
        == ["'=1", "'+1-1", "أحمد", "", "+966501234567, +971501234567"]  # fmt: skip


async def test_cards_are_read_back_by_an_address_book(owner: Person) -> None:
    """CL-78"""
    made = await owner.make_client(
        "عبد الله القحطاني; الابن", business_name="مؤسسة, القحطاني", tags=["VIP"],
        phones=[{"number": "0501234567", "primary": True}], emails=[{"address": "a@example.com"}],
        addresses=[{"street": "شارع العليا", "city": "الرياض"}],
    )  # fmt: skip
    [card] = vobject.readComponents((await export(owner, format="vcf")).decode())
    assert card.fn.value == made["name"] and card.uid.value == f"urn:uuid:{made['id']}"
    assert card.org.value == ["مؤسسة, القحطاني"] and card.tel.value == "+966501234567"
    assert card.email.value == "a@example.com" and card.adr.value.city == "الرياض"


async def test_an_export_has_what_its_reader_sees_and_leaves_a_trace(owner: Person) -> None:
    """CL-78: a permission of its own, the folder's access, an entry in the audit log."""
    active = await owner.folder("Active")
    await owner.make_client("seen")
    await owner.make_client("unseen", folder_id=active["id"])
    async with owner.colleague() as agent:
        assert await agent.refused("GET", "/v1/clients/export") == (403, "forbidden")
    rights = frozenset({"clients:read", "clients:export"})
    async with owner.colleague(permissions=rights, visibility="all") as agent:
        entry = {"principal": f"user:{agent.caller.user_id}", "level": "none"}
        await owner.http.put(f"/v1/folders/{active['id']}/access", json=[entry])
        assert [row["Name"] for row in rows_of(await export(agent))] == ["seen"]
        async with owner.service.context.database.work(owner.caller) as work:
            actor, changes = await work.fetchrow(_LAST_EXPORT, tenant_id=work.tenant_id) or ("", {})
        assert actor == agent.caller.principal and changes["format"] == "csv"


@pytest.mark.parametrize(("query", "field"), [("format=pdf", "format"), ("colour=red", "colour")])
async def test_what_is_not_known_is_refused(owner: Person, query: str, field: str) -> None:
    answer = await owner.http.get(f"/v1/clients/export?{query}")
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == field


async def test_the_whole_history_of_a_client_is_taken_out(owner: Person) -> None:
    """CL-78: the client, every note and every link; for who may export and sees the client."""
    client, branch = await owner.make_client("مؤسسة"), await owner.make_client("فرع")
    link = {"from_client_id": client["id"], "to_client_id": branch["id"], "kind": "branch"}
    await owner.post("/v1/client-links", link)
    bodies = [f"ملاحظة {number:03}" for number in range(510)]
    for body in bodies:
        await owner.post("/v1/notes", {"client_id": client["id"], "body": body})
    found = await owner.get(f"{client['url']}/history/export")
    assert found["client"] == await owner.get(client["url"])
    assert sorted(note["body"] for note in found["notes"]) == bodies
    assert [one["client"]["name"] for one in found["links"]] == ["فرع"]
    assert found["timeline"] == []
    async with owner.colleague() as agent:
        assert (await agent.refused("GET", f"{client['url']}/history/export"))[0] == 403
    rights = frozenset({"clients:read", "clients:export"})
    async with owner.colleague(permissions=rights, visibility="assigned") as agent:
        assert (await agent.refused("GET", f"{client['url']}/history/export"))[0] == 404

"""Files of clients taken in: the same checks as by hand, bad rows told, all of it undone."""

import csv
import io
from typing import Any

import orjson
import pytest

from clients.imports.use_cases import importing
from services.clients.tests.conftest import Events, Worker
from services.clients.tests.factories import Json, Person

MAPPING = {"name": "الاسم", "phones.number": "الجوال", "emails.address": "البريد"}


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several of them, also with a few rows."""
    monkeypatch.setattr(importing, "CHUNK", 3)


def table(*rows: tuple[str, ...], headings: tuple[str, ...] = ("الاسم", "الجوال", "البريد")) -> str:
    made = io.StringIO(newline="")
    csv.writer(made).writerows([headings, *rows])
    return made.getvalue()


async def sent(person: Person, content: str | bytes, **fields: Any) -> str:
    """Begin an import; its id."""
    if "mapping" in fields:
        fields["mapping"] = orjson.dumps(fields["mapping"]).decode()
    content = content.encode() if isinstance(content, str) else content
    answer = await person.http.post("/v1/imports", files={"file": ("ملف", content)}, data=fields)
    assert answer.status_code == 202, answer.text
    job_id: str = answer.json()["job_id"]
    assert answer.headers["location"] == f"/v1/jobs/{job_id}"
    return job_id


async def imported(person: Person, worker: Worker, content: str | bytes, **fields: Any) -> Json:
    """The import once it is over."""
    job_id = await sent(person, content, **fields)
    await worker.run(person)
    done = await person.get(f"/v1/imports/{job_id}")
    assert (done["status"], done["kind"]) == ("done", "clients.import"), done
    return done


def counts(done: Json) -> tuple[int, ...]:
    return tuple(done["result"][name] for name in ("created", "updated", "unchanged", "failed"))


async def faults(person: Person, done: Json) -> list[tuple[Any, ...]]:
    rows = (await person.get(f"/v1/imports/{done['id']}/rows", outcome="failed"))["items"]
    return [(row["row"], f["column"], f["field"], f["code"]) for row in rows for f in row["faults"]]


async def test_rows_become_clients_and_bad_ones_are_told(
    owner: Person, worker: Worker, events: Events
) -> None:
    """CL-24, CL-29, CL-32: an event each, a serial and code, the folder's default status."""
    content = table(
        ("عبد الله", "0501234567", "a@example.com"), ("", "0501234568", ""),
        ("سارة", "+966 50 123 4569 ، 0112345678", "x"), ("", "", ""),
        ("محمد", "٠٥٠١٢٣٤٥٧٠", "m@example.com; n@example.com"), ("نورة", "1", ""),
    )  # fmt: skip
    done = await imported(owner, worker, content, mapping=MAPPING)
    assert counts(done) == (2, 0, 0, 3)
    assert done["progress"] == {"done": 5, "total": 5, "percent": 100}
    assert await faults(owner, done) == [
        (3, None, "name", "required"), (4, "البريد", "emails.0.address", "invalid"),
        (7, "الجوال", "phones.0.number", "invalid"),
    ]  # fmt: skip
    assert sorted(await owner.found()) == ["عبد الله", "محمد"]
    page = await owner.get("/v1/clients", q="محمد")
    [client] = page["items"]
    assert [one["e164"] for one in client["phones"]] == ["+966501234570"]
    assert [one["address"] for one in client["emails"]] == ["m@example.com", "n@example.com"]
    lead = await owner.folder("Leads")
    assert (client["folder_id"], client["status_id"]) == (lead["id"], lead["statuses"][0]["id"])
    assert (client["source"], client["code"]) == ("import", f"C-{client['serial']:06}")
    told = [e for e in await events(owner.caller) if e["type"] == "clients.client.created"]
    assert len(told) == 2
    assert {(e["actor"], e["data"]["client"]["source"]) for e in told} == {
        (owner.caller.principal, "import")
    }


async def test_the_report_is_in_the_readers_language(owner: Person, worker: Worker) -> None:
    """CL-24: formulas in it are as harmless as in any export."""
    content = table(("=1+1", "x", ""), ("سارة", "0501234567", ""))
    done = await imported(owner, worker, content, mapping=MAPPING)
    path = f"/v1/imports/{done['id']}/report"
    arabic = (await owner.http.get(path, headers={"Accept-Language": "ar"})).text
    english = (await owner.http.get(path, params={"outcome": "failed"})).text
    assert arabic.splitlines()[1].startswith("2,failed,,الجوال,phones.0.number,invalid,")
    assert arabic.splitlines()[0].lstrip("\ufeff").startswith("الصف,")
    assert "This is not a phone number." in english and len(english.splitlines()) == 2


async def test_a_dry_run_tells_the_same_and_changes_nothing(
    owner: Person, worker: Worker, events: Events
) -> None:
    """CL-24: also of clients who are there."""
    await owner.make_client("قديم", phones=[{"number": "0501234567"}])
    before, told = await owner.get("/v1/clients"), len(await events(owner.caller))
    content = table(("جديد", "0501234599", ""), ("أحدث", "0501234567", ""), ("", "", "x"))
    asked = {"mapping": MAPPING, "mode": "upsert", "key": "phone"}
    dry = await imported(owner, worker, content, dry_run="true", **asked)
    assert (counts(dry), dry["result"]["dry_run"]) == ((1, 1, 0, 1), True)
    assert (await owner.get("/v1/clients"), len(await events(owner.caller))) == (before, told)
    refused = await owner.refused("POST", f"/v1/imports/{dry['id']}/undo")
    assert refused == (409, "nothing_to_undo")
    real = await imported(owner, worker, content, **asked)
    assert counts(real) == counts(dry)
    assert await faults(owner, real) == await faults(owner, dry)


@pytest.mark.parametrize(
    ("key", "path", "stored", "typed"),
    [
        ("phone", "phones.number", {"phones": [{"number": "+966501234567"}]}, "٠٥٠١٢٣٤٥٦٧"),
        ("email", "emails.address", {"emails": [{"address": "A.B@x.com"}]}, "a.b@X.com"),
        ("code", "code", {"code": "AB-12"}, "ab-12"),
        ("external_id", "external_id", {"external_id": "X9"}, "X9"),
    ],
)  # fmt: skip
async def test_existing_clients_are_found_as_the_api_finds_them(
    owner: Person, worker: Worker, key: str, path: str, stored: Json, typed: str
) -> None:
    """CL-24: create skips, update changes only, upsert does either; several are not guessed at."""
    client = await owner.make_client("قديم", tags=["VIP"], **stored)
    content = table((typed, "أحدث", "SA"), ("0559999999@x.com", "آخر", ""), ("", "بلا", ""),
                    headings=("k", "n", "c"))  # fmt: skip
    asked = {"mapping": {path: "k", "name": "n", "country_code": "c"}, "key": key}
    made = await imported(owner, worker, content, mode="update", **asked)
    assert counts(made) == (0, 1, 0, 2)
    assert [one[3] for one in await faults(owner, made)] == ["no_match", "key_empty"]
    found = await owner.get(client["url"])
    assert (found["name"], found["country_code"], found["tags"]) == ("أحدث", "SA", ["VIP"])
    again = await imported(owner, worker, content.replace(",آخر", ",أحدث"), mode="create", **asked)
    assert (await faults(owner, again))[0][3] == "exists_already"
    third = await imported(owner, worker, table((typed, "أحدث", ""), headings=("k", "n", "c")),
                           mode="upsert", **asked)  # fmt: skip
    assert counts(third) == (0, 0, 1, 0)
    if key not in ("code", "external_id"):  # no two clients have one
        await owner.make_client("ثالث", **stored)
        many = await imported(owner, worker, content, mode="upsert", **asked)
        assert (await faults(owner, many))[0][3] == "several_match"


async def test_a_row_may_change_the_client_that_an_earlier_row_makes(
    owner: Person, worker: Worker
) -> None:
    """CL-24: one client, not two, in whatever chunks the rows come."""
    rows = [("عميل", "0501234567", f"m{n}@example.com") for n in range(7)]
    asked = {"mapping": MAPPING, "mode": "upsert", "key": "phone"}
    done = await imported(owner, worker, table(*rows), **asked)
    assert counts(done) == (1, 6, 0, 0)
    [client] = (await owner.get("/v1/clients"))["items"]
    assert [one["address"] for one in client["emails"]] == [row[2] for row in rows]
    undo = (await owner.post(f"/v1/imports/{done['id']}/undo"))["job_id"]
    await worker.run(owner)
    assert (await owner.get(f"/v1/jobs/{undo}"))["result"] == {"undone": 7, "kept": 0}
    assert await owner.found() == []


async def test_cells_name_things_as_people_do(owner: Person, worker: Worker) -> None:
    """CL-28, CL-30, CL-31: folders, statuses, options, countries, dates, in either language."""
    folder = await owner.folder("Active")
    status = folder["statuses"][1]
    await owner.post("/v1/custom-fields", {
        "key": "level", "label": {"ar": "المستوى", "en": "Level"}, "type": "choice",
        "options": [{"key": "gold", "label": {"ar": "ذهبي", "en": "Gold"}}],
    })  # fmt: skip
    await owner.post("/v1/custom-fields", {"key": "weight", "label": "الوزن", "type": "number"})
    headings = ("الاسم", "المجلد", "الحالة", "المستوى", "الوزن", "الدولة", "تاريخ الميلاد",
                "الجنس", "الوسوم", "النوع")  # fmt: skip
    row = ("هدى", "Active", status["name"]["ar"], "ذهبي", "١٬٢٣٤٫٥", "السعودية", "17/5/1990",
           "أنثى", "VIP، تسويق", "عميل محتمل")  # fmt: skip
    done = await imported(owner, worker, table(row, headings=headings))
    assert counts(done) == (1, 0, 0, 0), await faults(owner, done)
    [client] = (await owner.get("/v1/clients"))["items"]
    assert (client["folder_id"], client["status_id"]) == (folder["id"], status["id"])
    assert client["custom_fields"] == {"level": "gold", "weight": "1234.5"}
    assert (client["country_code"], client["birth_date"]) == ("SA", "1990-05-17")
    assert (client["gender"], client["kind"]) == ("female", "lead")
    assert client["tags"] == ["VIP", "تسويق"]


async def test_a_taken_code_or_unique_value_refuses_its_row_only(
    owner: Person, worker: Worker
) -> None:
    """CL-28: told by the database in the middle of a chunk."""
    await owner.post(
        "/v1/custom-fields", {"key": "card", "label": "البطاقة", "type": "text", "unique": True}
    )
    await owner.make_client("قديم", code="A1", custom_fields={"card": "77"})
    headings = ("name", "code", "card")
    rows = [
        ("a", "A2", "1"),
        ("b", "a-1", "2"),
        ("c", "A3", "77"),
        ("d", "A4", "1"),
        ("e", "A2", ""),
    ]
    done = await imported(owner, worker, table(*rows, headings=headings))
    assert counts(done) == (2, 0, 0, 3)
    assert [(one[0], one[3]) for one in await faults(owner, done)] == [
        (4, "custom_field_taken"), (5, "custom_field_taken"), (6, "code_taken"),
    ]  # fmt: skip
    undo = (await owner.post(f"/v1/imports/{done['id']}/undo"))["job_id"]
    await worker.run(owner)
    assert (await owner.get(f"/v1/jobs/{undo}"))["result"] == {"undone": 2, "kept": 0}
    again = await imported(owner, worker, table(*rows[:2], headings=headings))
    assert counts(again) == (2, 0, 0, 0)


async def test_an_import_does_no_more_than_its_maker_may(owner: Person, worker: Worker) -> None:
    """CL-30, CL-31, GW-02: hidden clients are not found, and no new tags without the right."""
    secret = await owner.make_client("سر", phones=[{"number": "0501234567"}])
    async with owner.colleague(visibility="folders") as agent:
        access = [{"principal": agent.caller.principal, "level": "write"}]
        folder = await owner.folder("Active")
        answer = await owner.http.put(f"/v1/folders/{folder['id']}/access", json=access)
        assert answer.status_code == 200, answer.text
        headings = ("name", "phone", "folder", "tags")
        content = table(
            ("a", "0501234567", "Active", ""), ("b", "0501234568", "Leads", ""),
            ("c", "0501234569", "Active", "جديد تمامًا"), headings=headings,
        )  # fmt: skip
        done = await imported(agent, worker, content, mode="upsert", key="phone")
        assert counts(done) == (1, 0, 0, 2)
        told = [(one[0], one[3]) for one in await faults(agent, done)]
        assert told == [(3, "folder_not_writable"), (4, "unknown_tag")]
        assert await agent.found() == ["a"]
        async with owner.colleague(visibility="folders") as other:
            for path in ("", "/rows", "/report"):
                found = await other.refused("GET", f"/v1/imports/{done['id']}{path}")
                assert found[0] == 404
    assert (await owner.get(secret["url"]))["version"] == 1


async def test_nobody_is_found_by_what_their_folder_hides(owner: Person, worker: Worker) -> None:
    """CL-71: else an import would tell whose number it is."""
    leads = await owner.folder("Leads")
    await owner.patch(f"/v1/folders/{leads['id']}", {"visible_fields": ["tags"]})
    client = await owner.make_client("سر", folder_id=leads["id"], phones=[{"number": "0501234567"}])
    rows, how = table(("a", "0501234567", "")), {"mode": "update", "key": "phone"}
    async with owner.colleague() as agent:
        assert counts(await imported(agent, worker, rows, **how)) == (0, 0, 0, 1)
    assert (await owner.get(client["url"]))["version"] == 1
    assert counts(await imported(owner, worker, rows, **how)) == (0, 1, 0, 0)


@pytest.mark.parametrize(
    ("fields", "content", "field", "code"),
    [
        ({}, "", "file", "empty_file"),
        ({}, "name\n", "file", "empty_file"),
        ({}, b"%PDF-1.4 x", "file", "unreadable_file"),
        ({}, b"PK\x03\x04 broken", "file", "unreadable_file"),
        ({}, "x,y\n1,2\n", "mapping.name", "name_not_mapped"),
        ({"mapping": '{"name": "z"}'}, "x,y\n1,2\n", "mapping.name", "unknown_column"),
        ({"mapping": '{"colour": "x", "name": "x"}'}, "x\n1\n", "mapping.colour", "unknown_field"),
        ({"mapping": '{"custom_fields.no": "x", "name": "x"}'}, "x\n1\n",
         "mapping.custom_fields.no", "unknown_field"),
        ({"mapping": "[]"}, "x\n1\n", "mapping", "not_an_object"),
        ({"mapping": '{"name": "x"}', "mode": "update"}, "x\n1\n", "key", "key_needed"),
        ({"mapping": '{"name": "x"}', "key": "phone"}, "x\n1\n", "mapping.phones.number",
         "key_not_mapped"),
        ({"mode": "merge"}, "name\n1\n", "mode", "not_allowed"),
    ],
)  # fmt: skip
async def test_what_cannot_be_taken_in_is_refused_at_once(
    owner: Person, fields: Json, content: str | bytes, field: str, code: str
) -> None:
    content = content.encode() if isinstance(content, str) else content
    answer = await owner.http.post("/v1/imports", files={"file": ("x", content)}, data=fields)
    assert answer.status_code == 422, answer.text
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [(field, code)]
    assert (await owner.get("/v1/jobs"))["items"] == []


async def test_a_preview_suggests_what_the_columns_are(owner: Person) -> None:
    """CL-24: by Arabic and English headings, by custom fields, by what stands in them."""
    await owner.post(
        "/v1/custom-fields", {"key": "car", "label": {"ar": "السيارة", "en": "Car"}, "type": "text"}
    )
    headings = ("اسم العميل", "Mobile", "جوال 2", "a", "b", "السيارة", "؟")
    rows = [("هدى", "0501", "0502", "h@example.com", "+966501234567", "تويوتا", "z")] * 2
    answer = await owner.http.post(
        "/v1/imports/preview", files={"file": ("x", table(*rows, headings=headings).encode())}
    )
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["mapping"] == {
        "name": ["اسم العميل"], "phones.number": ["Mobile", "جوال 2", "b"],
        "emails.address": ["a"], "custom_fields.car": ["السيارة"],
    }  # fmt: skip
    assert (found["format"], found["encoding"], found["delimiter"]) == ("csv", "utf-8", ",")
    assert found["columns"][0] == {
        "heading": "اسم العميل", "samples": ["هدى", "هدى"], "path": "name",
    }  # fmt: skip
    assert found["columns"][-1]["path"] is None

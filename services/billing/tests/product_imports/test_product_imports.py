"""Files of products taken in: the same checks as by hand, bad rows told, all of it undone."""

import asyncio
import csv
import io
from typing import Any
from uuid import UUID

import orjson
import pytest
import xlsxwriter

from billing.product_imports import schedules
from billing.product_imports.use_cases import importing
from chassis import jobs
from chassis.caller import Caller
from services.billing.tests.factories import Json, Person, make_product, make_tax

IMPORTS = "/v1/products/imports"
HEADINGS = ("الاسم", "الرمز", "السعر", "الضريبة")
MAPPING = {"name": "الاسم", "sku": "الرمز", "prices.SAR": "السعر", "tax_id": "الضريبة"}
_TAKE = """
delete from pgqueuer where tenant_id = $1 and entrypoint = any($2) and status = 'queued'
returning entrypoint, payload
"""


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several of them, also with a few rows."""
    monkeypatch.setattr(importing, "CHUNK", 3)


def table(*rows: tuple[str, ...], headings: tuple[str, ...] = HEADINGS) -> bytes:
    made = io.StringIO(newline="")
    csv.writer(made).writerows([headings, *rows])
    return made.getvalue().encode()


async def sent(person: Person, content: bytes, **fields: Any) -> str:
    """Begin an import; its id."""
    if "mapping" in fields:
        fields["mapping"] = orjson.dumps(fields["mapping"]).decode()
    answer = await person.http.post(IMPORTS, files={"file": ("x", content)}, data=fields)
    assert answer.status_code == 202, answer.text
    job: str = answer.json()["job_id"]
    assert answer.headers["location"] == f"{IMPORTS}/{job}"
    return job


async def work(person: Person, monkeypatch: pytest.MonkeyPatch, *people: Person) -> None:
    """Do what waits in the company, all of it at once."""
    known = {one.caller.user_id: one.caller for one in (person, *people)}

    async def rights(_: Any, __: UUID, user_id: UUID) -> Caller | None:
        return known.get(user_id)

    context, handlers = person.service.context, schedules.jobs.jobs
    monkeypatch.setattr(context, "rights", rights)
    async with context.database.plumbing() as connection:
        rows = await connection.fetch(_TAKE, person.caller.tenant_id, list(handlers))
    await asyncio.gather(*(
        handlers[row["entrypoint"]].handler(
            context, person.caller.tenant_id, jobs.read(row["payload"])[2]
        )
        for row in rows
    ))  # fmt: skip


async def imported(
    person: Person, monkeypatch: pytest.MonkeyPatch, content: bytes, **fields: Any
) -> Json:
    """The import once it is over."""
    job = await sent(person, content, **fields)
    await work(person, monkeypatch)
    done = await person.get(f"{IMPORTS}/{job}")
    assert (done["status"], done["kind"]) == ("done", "billing.product_import"), done
    return done


def counts(done: Json) -> tuple[int, ...]:
    return tuple(done["result"][name] for name in ("created", "updated", "unchanged", "failed"))


async def faults(person: Person, done: Json) -> list[tuple[Any, ...]]:
    rows = (await person.get(f"{IMPORTS}/{done['id']}/rows", outcome="failed"))["items"]
    return [(row["row"], f["column"], f["field"], f["code"]) for row in rows for f in row["faults"]]


async def undone(person: Person, monkeypatch: pytest.MonkeyPatch, done: Json) -> list[str | None]:
    """What became of each row when it was taken back."""
    await person.post(f"{IMPORTS}/{done['id']}/undo")
    await work(person, monkeypatch)
    rows = (await person.get(f"{IMPORTS}/{done['id']}/rows"))["items"]
    return [row["undone"] for row in rows]


async def test_rows_become_products_and_bad_ones_are_told(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BI-10: names by their script, prices in any digits, taxes by name or rate."""
    tax = await make_tax(owner, name={"ar": "ضريبة القيمة المضافة", "en": "VAT"}, rate="0.15")
    content = table(
        ("استشارة", "A-1", "١٬٢٥٠٫٥", "15%"), ("Visit", "A-2", "20", "vat"), ("", "A-3", "1", ""),
        ("", "", "", ""), ("x", "A-4", "1.234", ""), ("y", "a-1", "1", ""), ("z", "A-6", "1", "?"),
    )  # fmt: skip
    done = await imported(owner, monkeypatch, content, mapping=MAPPING)
    assert counts(done) == (2, 0, 0, 4)
    assert done["progress"] == {"done": 6, "total": 6, "percent": 100}
    assert await faults(owner, done) == [
        (4, None, "name", "required"), (6, "السعر", "prices.SAR", "not_a_price"),
        (7, "الرمز", "sku", "sku_taken"), (8, "الضريبة", "tax_id", "not_an_id"),
    ]  # fmt: skip
    found = (await owner.get("/v1/products", sort="created_at"))["items"]
    assert [one["name"] for one in found] == [{"ar": "استشارة"}, {"en": "Visit"}]
    assert [one["prices"] for one in found] == [{"SAR": "1250.50"}, {"SAR": "20.00"}]
    assert {one["tax_id"] for one in found} == {tax["id"]}
    path = f"{IMPORTS}/{done['id']}/report"
    arabic = (await owner.http.get(path, headers={"Accept-Language": "ar"})).text
    assert arabic.lstrip("\ufeff").startswith("الصف,النتيجة,المنتج,")


async def test_a_dry_run_tells_the_same_and_changes_nothing(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BI-10"""
    await make_product(owner, sku="A-1")
    before = await owner.get("/v1/products")
    content = table(("س", "a-1", "5", ""), ("ص", "A-2", "6", ""), ("", "A-3", "x", ""))
    asked = {"mapping": MAPPING, "mode": "upsert", "key": "sku"}
    dry = await imported(owner, monkeypatch, content, dry_run="true", **asked)
    assert (counts(dry), dry["result"]["dry_run"]) == ((1, 1, 0, 1), True)
    assert await owner.get("/v1/products") == before
    refused = await owner.refused("POST", f"{IMPORTS}/{dry['id']}/undo")
    assert refused == (409, "nothing_to_undo")
    real = await imported(owner, monkeypatch, content, **asked)
    assert (counts(real), await faults(owner, real)) == (counts(dry), await faults(owner, dry))


async def test_products_are_found_and_changed_by_their_key(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BI-10: other prices and languages stay; undone, all is as before."""
    old = await make_product(
        owner, name={"ar": "قديم", "en": "Old"}, sku="AB-12", prices={"SAR": "1.00", "KWD": "2.000"}
    )
    before = await owner.get(f"/v1/products/{old['id']}")
    content = table(("New", "ab-12", "3"), ("x", "none", "4"), headings=("n", "k", "p"))
    asked = {"mapping": {"name.en": "n", "sku": "k", "prices.SAR": "p"}, "key": "sku"}
    done = await imported(owner, monkeypatch, content, mode="update", **asked)
    assert (counts(done), (await faults(owner, done))[0][3]) == ((0, 1, 0, 1), "no_match")
    now = await owner.get(f"/v1/products/{old['id']}")
    assert now["name"] == {"ar": "قديم", "en": "New"}
    assert now["prices"] == {"SAR": "3.00", "KWD": "2.000"} and now["sku"] == "AB-12"
    again = await imported(owner, monkeypatch, content, mode="upsert", **asked)
    assert counts(again) == (1, 0, 1, 0)
    edited = (await owner.get("/v1/products", sku="none"))["items"][0]
    await owner.patch(f"/v1/products/{edited['id']}", {"unit": "hour"})
    assert await undone(owner, monkeypatch, again) == [None, "kept"]
    assert await undone(owner, monkeypatch, done) == ["undone", None]
    after = await owner.get(f"/v1/products/{old['id']}")
    moving = ("version", "updated_at")
    assert {k: v for k, v in after.items() if k not in moving} == {
        k: v for k, v in before.items() if k not in moving
    }


async def test_one_file_twice_at_once_makes_no_doubles(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BI-10: whoever comes second is told, or finds what the first has made."""
    monkeypatch.setattr(importing, "CHUNK", 50)
    rows = [(f"p{n}", f"SKU-{n}", str(n + 1), "") for n in range(40)]
    asked = {"mapping": MAPPING, "mode": "upsert", "key": "sku"}
    both = [await sent(owner, table(*rows), **asked) for _ in range(2)]
    await work(owner, monkeypatch)
    assert (await owner.get("/v1/products", count=True))["total"] == 40
    done = [await owner.get(f"{IMPORTS}/{one}") for one in both]
    assert {one["status"] for one in done} == {"done"}
    assert sum(one["result"]["created"] for one in done) == 40


async def test_a_workbook_needs_no_mapping(owner: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """BI-10: headings as people write them; a bare price is in the company's currency."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(
            [["Product name", "Code", "Price", "Type"], ["x", 7, 12.5, "خدمة"]]
        ):
            sheet.write_row(at, 0, row)
    answer = await owner.http.post(f"{IMPORTS}/preview", files={"file": ("x", made.getvalue())})
    assert answer.json()["mapping"] == {
        "name": ["Product name"], "sku": ["Code"], "prices.SAR": ["Price"], "kind": ["Type"],
    }  # fmt: skip
    done = await imported(owner, monkeypatch, made.getvalue())
    [product] = (await owner.get("/v1/products"))["items"]
    assert (counts(done)[0], product["sku"], product["kind"]) == (1, "7", "service")
    assert product["prices"] == {"SAR": "12.50"}


@pytest.mark.parametrize(
    ("fields", "content", "field", "code"),
    [
        ({}, b"", "file", "empty_file"),
        ({}, b"%PDF-1.4 x", "file", "unreadable_file"),
        ({}, b"BEGIN:VCARD\nFN:x\nEND:VCARD\n", "file", "unreadable_file"),
        ({}, b"x,y\n1,2\n", "mapping.name", "name_not_mapped"),
        ({"mapping": '{"name": "z"}'}, b"x\n1\n", "mapping.name", "unknown_column"),
        ({"mapping": '{"prices.RIYAL": "x", "name": "x"}'}, b"x\n1\n", "mapping.prices.RIYAL",
         "unknown_field"),
        ({"mapping": '{"name": "x"}', "mode": "update"}, b"x\n1\n", "key", "key_needed"),
        ({"mapping": '{"name": "x"}', "key": "sku"}, b"x\n1\n", "mapping.sku", "key_not_mapped"),
    ],
)  # fmt: skip
async def test_what_cannot_be_taken_in_is_refused_at_once(
    owner: Person, fields: Json, content: bytes, field: str, code: str
) -> None:
    answer = await owner.http.post(IMPORTS, files={"file": ("x", content)}, data=fields)
    assert answer.status_code == 422, answer.text
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [(field, code)]


async def test_an_import_is_its_makers(owner: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """BI-10, GW-02: and of who manages billing and sees everything."""
    async with owner.colleague("billing:write", "billing:read", visibility="assigned") as clerk:
        job = await sent(clerk, table(("x", "A", "1", "")), mapping=MAPPING)
        await work(owner, monkeypatch, clerk)
        assert (await clerk.get(f"{IMPORTS}/{job}"))["status"] == "done"
        assert (await owner.get(f"{IMPORTS}/{job}"))["author"] == clerk.caller.principal
        async with owner.colleague("billing:read", visibility="assigned") as other:
            for path in ("", "/rows", "/report"):
                found = await other.refused("GET", f"{IMPORTS}/{job}{path}")
                assert found == (404, "import_not_found")
            assert (await other.refused("POST", f"{IMPORTS}/{job}/undo"))[0] == 404

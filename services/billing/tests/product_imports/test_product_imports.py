"""Files of products taken in: the same checks as by hand, bad rows told, all of it undone."""

import io

import pytest
import xlsxwriter

from billing.product_imports import schedules
from billing.product_imports.use_cases import importing
from services.billing.tests.factories import Json, Person, make_product, make_tax
from services.billing.tests.importing import Imports, counts, table

IMPORTS = "/v1/products/imports"
HEADINGS = ("الاسم", "الرمز", "السعر", "الضريبة")
MAPPING = {"name": "الاسم", "sku": "الرمز", "prices.SAR": "السعر", "tax_id": "الضريبة"}


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several of them, also with a few rows."""
    monkeypatch.setattr(importing, "CHUNK", 3)


def _table(*rows: tuple[str, ...], headings: tuple[str, ...] = HEADINGS) -> bytes:
    return table(*rows, headings=headings)


@pytest.fixture
def imports(monkeypatch: pytest.MonkeyPatch) -> Imports:
    return Imports(IMPORTS, schedules.jobs, monkeypatch)


async def test_rows_become_products_and_bad_ones_are_told(owner: Person, imports: Imports) -> None:
    """BI-10: names by their script, prices in any digits, taxes by name or rate."""
    tax = await make_tax(owner, name={"ar": "ضريبة القيمة المضافة", "en": "VAT"}, rate="0.15")
    content = _table(
        ("استشارة", "A-1", "١٬٢٥٠٫٥", "15%"), ("Visit", "A-2", "20", "vat"), ("", "A-3", "1", ""),
        ("", "", "", ""), ("x", "A-4", "1.234", ""), ("y", "a-1", "1", ""), ("z", "A-6", "1", "?"),
    )  # fmt: skip
    done = await imports.done(owner, content, mapping=MAPPING)
    assert counts(done) == (2, 0, 0, 4)
    assert (done["kind"], done["status"]) == ("billing.product_import", "done")
    assert done["progress"] == {"done": 6, "total": 6, "percent": 100}
    assert await imports.faults(owner, done) == [
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
    owner: Person, imports: Imports
) -> None:
    """BI-10"""
    await make_product(owner, sku="A-1")
    before = await owner.get("/v1/products")
    content = _table(("س", "a-1", "5", ""), ("ص", "A-2", "6", ""), ("", "A-3", "x", ""))
    asked = {"mapping": MAPPING, "mode": "upsert", "key": "sku"}
    dry = await imports.done(owner, content, dry_run="true", **asked)
    assert (counts(dry), dry["result"]["dry_run"]) == ((1, 1, 0, 1), True)
    assert await owner.get("/v1/products") == before
    refused = await owner.refused("POST", f"{IMPORTS}/{dry['id']}/undo")
    assert refused == (409, "nothing_to_undo")
    real = await imports.done(owner, content, **asked)
    assert (counts(real), await imports.faults(owner, real)) == (
        counts(dry),
        await imports.faults(owner, dry),
    )


async def test_products_are_found_and_changed_by_their_key(owner: Person, imports: Imports) -> None:
    """BI-10: other prices and languages stay; undone, all is as before."""
    old = await make_product(
        owner, name={"ar": "قديم", "en": "Old"}, sku="AB-12", prices={"SAR": "1.00", "KWD": "2.000"}
    )
    before = await owner.get(f"/v1/products/{old['id']}")
    content = _table(("New", "ab-12", "3"), ("x", "none", "4"), headings=("n", "k", "p"))
    asked = {"mapping": {"name.en": "n", "sku": "k", "prices.SAR": "p"}, "key": "sku"}
    done = await imports.done(owner, content, mode="update", **asked)
    assert (counts(done), (await imports.faults(owner, done))[0][3]) == ((0, 1, 0, 1), "no_match")
    now = await owner.get(f"/v1/products/{old['id']}")
    assert now["name"] == {"ar": "قديم", "en": "New"}
    assert now["prices"] == {"SAR": "3.00", "KWD": "2.000"} and now["sku"] == "AB-12"
    again = await imports.done(owner, content, mode="upsert", **asked)
    assert counts(again) == (1, 0, 1, 0)
    edited = (await owner.get("/v1/products", sku="none"))["items"][0]
    await owner.patch(f"/v1/products/{edited['id']}", {"unit": "hour"})
    assert await imports.undone(owner, again) == [None, "kept"]
    assert await imports.undone(owner, done) == ["undone", None]
    after = await owner.get(f"/v1/products/{old['id']}")
    moving = ("version", "updated_at")
    assert {k: v for k, v in after.items() if k not in moving} == {
        k: v for k, v in before.items() if k not in moving
    }


async def test_one_file_twice_at_once_makes_no_doubles(
    owner: Person, imports: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BI-10: whoever comes second is told, or finds what the first has made."""
    monkeypatch.setattr(importing, "CHUNK", 50)
    rows = [(f"p{n}", f"SKU-{n}", str(n + 1), "") for n in range(40)]
    asked = {"mapping": MAPPING, "mode": "upsert", "key": "sku"}
    both = [await imports.begun(owner, _table(*rows), **asked) for _ in range(2)]
    await imports.work(owner)
    assert (await owner.get("/v1/products", count=True))["total"] == 40
    done = [await owner.get(f"{IMPORTS}/{one}") for one in both]
    assert {one["status"] for one in done} == {"done"}
    assert sum(one["result"]["created"] for one in done) == 40


async def test_a_workbook_needs_no_mapping(owner: Person, imports: Imports) -> None:
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
    done = await imports.done(owner, made.getvalue())
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


async def test_an_import_is_its_makers(owner: Person, imports: Imports) -> None:
    """BI-10, GW-02: and of who manages billing and sees everything."""
    async with owner.colleague("billing:write", "billing:read", visibility="assigned") as clerk:
        job = await imports.begun(clerk, _table(("x", "A", "1", "")), mapping=MAPPING)
        await imports.work(owner, clerk)
        assert (await clerk.get(f"{IMPORTS}/{job}"))["status"] == "done"
        assert (await owner.get(f"{IMPORTS}/{job}"))["author"] == clerk.caller.principal
        async with owner.colleague("billing:read", visibility="assigned") as other:
            for path in ("", "/rows", "/report"):
                found = await other.refused("GET", f"{IMPORTS}/{job}{path}")
                assert found == (404, "import_not_found")
            assert (await other.refused("POST", f"{IMPORTS}/{job}/undo"))[0] == 404

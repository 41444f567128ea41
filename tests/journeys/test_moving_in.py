"""A company moves in: clients, products and what is open come from the old system's files."""

import asyncio
import csv
import io
import sys

import orjson
import pytest

from chassis.testing.eventually import eventually
from local.stack import Stack
from tests.product import Json, Person, Product, form_of

pytestmark = pytest.mark.timeout(240)

_CLIENTS = (
    ("الاسم", "الجوال", "رمز العميل", "رصيد سابق"),
    ("سارة القحطاني", "٠٥٠ ١٢٣ ٤٥٦٧", "OLD-1", ""),
    ("نورة العتيبي", "0551111111", "OLD-2", "١٬٥٠٠٫٥٠"),
    ("منى", "0552222222", "OLD-3", "-200"),
    ("تؤمان 1", "0560000000", "OLD-4", ""), ("تؤمان 2", "0560000000", "OLD-5", ""),
)  # fmt: skip
_PRODUCTS = (("الاسم", "الرمز", "السعر"), ("استشارة", "CONS-1", "250"), ("جلسة", "SES-1", "١٠٠"))
_INVOICES = (
    ("رمز العميل", "الجوال", "رقم الفاتورة", "التاريخ", "تاريخ الاستحقاق", "الإجمالي", "المدفوع"),
    ("old-1", "", "2024-7", "20/08/1445", "2024-03-31", "١٬١٥٠", "150"),
    ("", "+966 50 123 4567", "2024-8", "2024-05-01", "2099-01-01", "300", ""),
    ("", "0560000000", "2024-9", "2024-05-01", "", "10", ""),
    ("OLD-1", "", "2024-7", "2024-03-01", "", "1150", ""),
    ("OLD-9", "", "2024-10", "2024-05-01", "", "10", ""),
)  # fmt: skip


def _file(rows: tuple[tuple[str, ...], ...]) -> str:
    made = io.StringIO(newline="")
    csv.writer(made).writerows(rows)
    return made.getvalue()


async def _imported(
    owner: Person, path: str, rows: tuple[tuple[str, ...], ...], **asked: str
) -> Json:
    """The import once it is over, followed where its answer says."""
    form = form_of({"file": _file(rows), **asked})
    answer = await owner.ask("POST", path, **form)
    assert answer.status_code == 202, answer.text
    follow = answer.headers["location"]

    async def over() -> Json:
        found = await owner.get(follow)
        return found if found["ended_at"] else {}

    done = await eventually(over, within=60)
    assert done["status"] == "done", done
    return done


async def test_a_company_moves_in(stack: Stack, product: Product) -> None:
    """BI-11, BI-10, CL-22, CL-24: then it is aged, told, paid, and the books are whole."""
    owner = await product.sign_up()
    mapping = {"name": "الاسم", "phones.number": "الجوال", "code": "رمز العميل",
               "opening_balance": "رصيد سابق"}  # fmt: skip
    text = orjson.dumps(mapping).decode()
    done = await _imported(owner, "/v1/imports", _CLIENTS, mapping=text)
    assert done["result"]["created"] == 5, done
    assert (await _imported(owner, "/v1/products/imports", _PRODUCTS))["result"]["created"] == 2

    done = await _imported(owner, "/v1/invoices/imports", _INVOICES)
    assert (done["result"]["created"], done["result"]["failed"]) == (2, 3)
    rows = (await owner.get(f"/v1/invoices/imports/{done['id']}/rows"))["items"]
    assert [one["faults"] and one["faults"][0]["code"] for one in rows] == [
        None, None, "several_match", "exists_already", "unknown_reference",
    ]  # fmt: skip
    people = {one["code"]: one for one in (await owner.get("/v1/clients"))["items"]}
    sara = people["OLD-1"]["id"]
    assert {one["client_id"] for one in rows[:2]} == {sara}
    await _is_told(owner, people)
    await _is_paid(owner, sara)
    verify = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "billing", "verify", env=stack.environment_of("billing")
    )
    assert await verify.wait() == 0


async def _is_told(owner: Person, people: dict[str, Json]) -> None:
    """In records, statements and the ageing of the company, each by its own due date."""
    due = {"OLD-1": "1300.00", "OLD-2": "1500.50"}

    async def shown() -> bool:
        return all([
            (await owner.get(f"/v1/clients/{people[code]['id']}"))["balance_due"]
            and await _due(owner, people[code]["id"]) == amount
            for code, amount in due.items()
        ])  # fmt: skip

    await eventually(shown, within=30)
    mona = (await owner.get("/v1/balances", client_id=people["OLD-3"]["id"]))["items"]
    assert [one["credit"] for one in mona] == ["200.00"]
    statement = await owner.get("/v1/statements", client_id=people["OLD-1"]["id"])
    assert {one["invoice_number"]: one["amount"] for one in statement["items"]} == {
        "2024-7": "1000.00", "2024-8": "300.00",
    }  # fmt: skip
    [summary] = statement["summaries"]
    assert (summary["ageing"]["current"], summary["ageing"]["days_over_90"]) == (
        "300.00",
        "1000.00",
    )
    aged = await owner.get("/v1/billing/reports/receivables")
    assert [one["due"] for one in aged["totals"]] == ["2800.50"]


async def _due(owner: Person, client_id: str) -> str:
    [one] = (await owner.get("/v1/balances", client_id=client_id))["items"] or [{"due": ""}]
    return str(one["due"])


async def _is_paid(owner: Person, client_id: str) -> None:
    body = {"client_id": client_id, "amount": "1000.00", "currency": "SAR", "method": "cash",
            "auto_allocate": True}  # fmt: skip
    payment = await owner.post("/v1/payments", body)
    assert [one["invoice_number"] for one in payment["allocations"]] == ["2024-7"]
    [former] = (await owner.get("/v1/invoices", number="2024-7"))["items"]
    assert (former["status"], former["type"]) == ("paid", "opening_invoice")
    assert await _due(owner, client_id) == "300.00"
    await owner.sees(client_id, "billing.invoice.paid")

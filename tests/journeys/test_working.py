"""Steps as clients come in, and a job of one from its beginning to its profit."""

from chassis.testing.eventually import eventually
from libs.papers.tests.reading import read
from tests.product import Json, Person, Product


async def test_who_comes_into_a_folder_is_taken_in_step_by_step(product: Product) -> None:
    """CL-59, CL-61, CL-88: a template bound to the folder is begun by the client's own events."""
    owner = await product.sign_up()
    active = await owner.folder("Active")
    template = await owner.post("/v1/checklist-templates", {
        "name": {"ar": "استقبال", "en": "Welcome"}, "folder_id": active["id"],
        "items": [{"name": "مكالمة ترحيب", "required": True}, {"name": "بطاقة شكر"}],
    })  # fmt: skip
    client = await owner.post("/v1/clients", {"name": "سارة"})
    await owner.post(f"/v1/clients/{client['id']}/move", {"folder_id": active["id"]})

    async def begun() -> list[Json]:
        found: list[Json] = (await owner.get("/v1/checklists", client_id=client["id"]))["items"]
        return found

    [checklist] = await eventually(begun)
    assert checklist["checklist_template_id"] == template["id"]
    task = await owner.post("/v1/tasks", {
        "title": "استقبال سارة", "client_id": client["id"], "checklist_id": checklist["id"],
    })  # fmt: skip
    refused = await owner.ask("POST", f"/v1/tasks/{task['id']}/complete")
    assert (refused.status_code, refused.json()["code"]) == (409, "checklist_not_done")
    path = f"/v1/checklists/{checklist['id']}/items"
    for item in checklist["items"]:
        done = await owner.post(f"{path}/{item['id']}/done")
    assert (done["state"], done["progress"]) == ("done", 100)
    await owner.post(f"/v1/tasks/{task['id']}/complete")
    await owner.sees(
        client["id"], "scheduling.checklist.started", "scheduling.checklist.completed",
        "scheduling.task.created", "scheduling.task.completed",
    )  # fmt: skip


async def test_a_job_from_its_beginning_to_its_profit(product: Product) -> None:
    """CL-60, CL-79, CL-82, CL-83: what it comes to is what billing says."""
    owner = await product.sign_up()
    client = await owner.post("/v1/clients", {"name": "مؤسسة الواحة"})
    kind = await owner.post("/v1/work-cycle-types", {"name": "مشاريع", "prefix": "PRJ-"})
    cycle = await owner.post("/v1/work-cycles", {
        "client_id": client["id"], "work_cycle_type_id": kind["id"], "title": "تجهيز المعرض",
        "budget": "500.00", "currency": "SAR",
    })  # fmt: skip
    about: Json = {"client_id": client["id"], "work_cycle_id": cycle["id"]}
    entry = await owner.post("/v1/time-entries", {
        **about, "started_at": "2026-03-01T07:00:00Z", "duration_minutes": 100, "billable": True,
        "rate": "120.00", "currency": "SAR", "note": "تصميم",
    })  # fmt: skip
    [tax] = (await owner.get("/v1/taxes"))["items"]
    invoice = await _invoiced(owner, entry, tax["id"])
    assert (invoice["status"], invoice["work_cycle_id"]) == ("draft", cycle["id"])
    assert (invoice["subtotal"], entry["amount"]) == ("200.00", "200.00")
    await owner.post(f"/v1/invoices/{invoice['id']}/issue")
    spent = {**about, "amount": "92.00", "currency": "SAR", "tax_id": tax["id"]}
    expense = await owner.post("/v1/expenses", spent)
    path = f"/v1/work-cycles/{cycle['id']}"
    profit = {"currency": "SAR", "invoiced": "230.00", "paid": "0.00", "income": "0.00",
              "expense": "92.00", "profit": "120.00"}  # fmt: skip
    assert (await _comes_to(owner, path, [profit]))["budget_left"] == "408.00"
    [sums] = (await owner.get("/v1/expenses/sums", work_cycle_id=cycle["id"]))["items"]
    assert (sums["amount"], sums["net"]) == (expense["amount"], "80.00")
    await owner.post("/v1/payments", {
        "client_id": client["id"], "amount": "230.00", "currency": "SAR", "method": "cash",
        "allocations": [{"invoice_id": invoice["id"], "amount": "230.00"}],
    })  # fmt: skip
    await _comes_to(owner, path, [profit | {"paid": "230.00"}])
    answer = await owner.ask("DELETE", f"/v1/expenses/{expense['id']}")
    assert answer.status_code == 204
    await _comes_to(
        owner, path, [profit | {"paid": "230.00", "expense": "0.00", "profit": "200.00"}]
    )


async def test_a_job_is_its_clients_and_so_are_its_files_money_and_paper(product: Product) -> None:
    """CL-81, CL-82, CL-83: nothing of another client's is counted, named or printed."""
    owner = await product.sign_up("شركة الواحة")
    client, other = [
        await owner.post("/v1/clients", {"name": name}) for name in ("مؤسسة الأمل", "غيرها")
    ]
    own, foreign = [await _file(owner, one["id"]) for one in (client, other)]
    kind = await owner.post("/v1/work-cycle-types", {
        "name": {"ar": "مشاريع", "en": "Projects"}, "print": {"title": {"en": "Job card"}},
    })  # fmt: skip
    body = {"client_id": client["id"], "work_cycle_type_id": kind["id"], "title": "تجهيز",
            "currency": "SAR"}  # fmt: skip
    wrong = await owner.ask("POST", "/v1/work-cycles", json=body | {"attachments": [own, foreign]})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "attachments.1")
    cycle = await owner.post("/v1/work-cycles", body | {"attachments": [own]})
    assert cycle["attachments"] == [own]
    for about, amount in ((other, "77.00"), (client, "12.00")):
        await owner.post("/v1/expenses", {
            "client_id": about["id"], "work_cycle_id": cycle["id"], "amount": amount,
            "currency": "SAR",
        })  # fmt: skip
    spent = {"currency": "SAR", "invoiced": "0.00", "paid": "0.00", "income": "0.00",
             "expense": "12.00", "profit": "-12.00"}  # fmt: skip
    path = f"/v1/work-cycles/{cycle['id']}"
    await _comes_to(owner, path, [spent])
    await owner.post("/v1/paper-templates", {
        "name": "دورات العمل", "kind": "work_cycle", "is_default": True,
        "header": {"en": "Works department"},
    })  # fmt: skip
    answer = await owner.ask("GET", f"{path}/pdf", params={"lang": "en"})
    assert answer.status_code == 200, answer.text
    [page] = read(answer.content)
    for phrase in ("Works department", "Job card", cycle["number"], "شركة الواحة", "مؤسسة الأمل",
                   "Expense", "Profit without tax (SAR) -12.00"):  # fmt: skip
        assert page.says(phrase), page.text
    assert "77.00" not in page.text


async def _file(owner: Person, client_id: str) -> str:
    answer = await owner.ask(
        "POST", "/v1/files", data={"client_id": client_id}, files={"file": ("a.txt", b"a")}
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def _invoiced(owner: Person, entry: Json, tax_id: str) -> Json:
    """The draft that work time went on, once billing has made it; after one that was removed."""
    body = {"time_entry_ids": [entry["id"]], "tax_id": tax_id}
    first = await _made(owner, await owner.post("/v1/time-entries/invoice", body))
    again = await owner.ask("POST", "/v1/time-entries/invoice", json=body)
    assert (again.status_code, again.json()["code"]) == (409, "time_invoiced")
    assert (await owner.ask("DELETE", f"/v1/invoices/{first}")).status_code == 204

    async def asked() -> Json | None:
        answer = await owner.ask("POST", "/v1/time-entries/invoice", json=body)
        found: Json = answer.json()
        return found if answer.is_success else None

    second = await _made(owner, await eventually(asked) or {})
    return await owner.get(f"/v1/invoices/{second}")


async def _made(owner: Person, asked: Json) -> str:
    async def made() -> str | None:
        found = await owner.get(f"/v1/time-invoices/{asked['id']}")
        assert found["state"] in ("pending", "made"), found
        invoice_id: str | None = found["invoice_id"]
        return invoice_id

    return await eventually(made) or ""


async def _comes_to(owner: Person, path: str, totals: list[Json]) -> Json:
    async def told() -> Json | None:
        found = await owner.get(path)
        return found if found["totals"] == totals else None

    return await eventually(told) or {}

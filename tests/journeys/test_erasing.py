"""A story through the gateway: a client is erased, and no service knows them any more."""

import asyncio
from base64 import b64encode
from pathlib import Path
from typing import Final
from uuid import uuid4

from chassis.testing.eventually import eventually
from local.stack import Stack
from tests.events import published
from tests.markers import places_of
from tests.product import Json, Person, Product, form_of

_FORM: Final = {"on_match": "attach", "fields": [
    {"name": "name", "path": "name", "label": "الاسم", "required": True},
    {"name": "mobile", "path": "phones.number", "label": "الجوال"},
    {"name": "more", "path": "custom_fields.story", "label": "المزيد"},
]}  # fmt: skip
_DOT: Final = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9Qz0AEYBxV"
    "SF+FABJADveWkH6oAAAAAElFTkSuQmCC"
)


class _Marked:
    """A client in whose every field, and in whose every feature, one word stands."""

    def __init__(self, product: Product, person: Person) -> None:
        self.word, self.phone = f"w{uuid4().hex[:12]}", str(510_000_000 + uuid4().int % 9_999_999)
        self.national_id = "1012345672"
        self._product, self._person = product, person
        self.client: Json = {}

    async def make(self) -> None:
        await self._company()
        self.client = await self._client("أ")
        double = await self._client("ب", phones=[{"number": f"0{self.phone}"}])
        await self._upload("/v1/files", {"client_id": double["id"], "file": self.word})
        await self._upload(f"/v1/clients/{double['id']}/photo", {"file": _DOT})
        await self._person.post(f"/v1/clients/{double['id']}/merge", {"into_id": self.client["id"]})
        await self._beside()
        await self._in_bulk()
        await self._talked_to()
        await self._taken_out()

    async def _company(self) -> None:
        for key, more in {"story": {"searchable": True}, "hidden": {"sensitive": True},
                          "only": {"unique": True}}.items():  # fmt: skip
            body = {"key": key, "label": key, "type": "text", **more}
            await self._person.post("/v1/custom-fields", body)
        me = await self._person.get("/v1/me")
        await self._person.post("/v1/flows", {
            "name": "ترحيب", "enabled": True,
            "trigger": {"event": "clients.client.created"},
            "steps": [
                {"type": "notify", "title": "{{ client.name }}", "user_ids": [me["user"]["id"]]},
                {"type": "send_message", "channel": "email", "subject": "{{ client.name }}",
                 "body": "{{ client.name }}"},
            ],
        })  # fmt: skip

    async def _client(self, mark: str, **more: Json) -> Json:
        word = self.word
        return await self._person.post("/v1/clients", {
            "name": f"{word} {mark}", "business_name": word, "code": f"{word}-{uuid4().hex[:4]}",
            "external_id": f"{word}{mark}", "source": word, "links": [f"https://{word}.example"],
            "phones": [{"number": f"0{self.phone}", "label": word}],
            "emails": [{"address": f"{word}.{len(more)}@example.com", "label": word}],
            "addresses": [{"label": word, "city": word, "street": word}],
            "tax_number": word, "registration_number": word,
            **({"national_id": self.national_id} if mark == "أ" else {}),
            "custom_fields": {"story": word, "hidden": f"{word}-h{mark}", "only": f"{word}{mark}"},
            **more,
        }, **{"Idempotency-Key": uuid4().hex})  # fmt: skip

    async def _beside(self) -> None:
        about, word = {"client_id": self.client["id"]}, self.word
        other = await self._person.post("/v1/clients", {"name": "زميل"})
        ends = {"from_client_id": self.client["id"], "to_client_id": other["id"]}
        await self._person.post("/v1/client-links", {**ends, "kind": "employee", "title": word})
        await self._person.post("/v1/notes", {**about, "body": word})
        file = await self._upload("/v1/files", {
            **about, "name": f"{word}.txt", "description": word, "file": f"{word} نص",
        })  # fmt: skip
        await self._upload(f"/v1/files/{file['id']}/versions", {"file": f"{word} أحدث"})
        await self._person.post(f"/v1/files/{file['id']}/shares")
        gone = await self._upload("/v1/files", {**about, "file": word, "name": f"{word} 2.txt"})
        assert (await self._person.ask("DELETE", f"/v1/files/{gone['id']}")).status_code == 204
        await self._person.ask(
            "PATCH", f"/v1/clients/{self.client['id']}", json={"business_name": f"{word} 2"}
        )
        reveal = f"/v1/clients/{self.client['id']}/reveal"
        assert (await self._person.post(reveal))["national_id"] == self.national_id

    async def _in_bulk(self) -> None:
        """By a form, by an import, and among others."""
        form = await self._person.post("/v1/forms", {"name": "نموذج", **_FORM})
        answer = {"name": self.word, "mobile": f"0{self.phone}", "more": self.word}
        sent = await self._product.http.post(form["url"], json=answer)
        assert sent.status_code == 201, sent.text
        table = f"External id,Name,Company\n{self.word}أ,{self.word} أ,{self.word} 3\n"
        options = form_of({"file": table, "mode": "upsert", "key": "external_id"})
        await self._done((await self._person.ask("POST", "/v1/imports", **options)).json())
        body = {"ids": [self.client["id"]], "action": {"type": "archive"}}
        job = await self._person.post("/v1/clients/bulk", body)
        await self._done(job)
        await self._done(await self._person.post(f"/v1/clients/bulk/{job['job_id']}/undo"))

    async def _talked_to(self) -> None:
        letter = {"client_id": self.client["id"], "channel": "email", "subject": self.word}
        attachment = {
            "filename": f"{self.word}.txt", "content_type": "text/plain",
            "content": b64encode(self.word.encode()).decode(),
        }  # fmt: skip
        await self._person.post(
            "/v1/messages", {**letter, "body": self.word, "attachments": [attachment]}
        )
        later = {**letter, "body": self.word, "scheduled_at": "2040-01-01T00:00:00Z"}
        await self._person.post("/v1/messages", later)
        line = {"description": self.word, "quantity": "1", "unit_price": "100.00"}
        draft = {"client_id": self.client["id"], "lines": [line], "notes": self.word}
        await self._person.post("/v1/invoices", draft, **{"Idempotency-Key": uuid4().hex})
        words = dict.fromkeys(("party", "reference", "notes"), self.word)
        about = {"client_id": self.client["id"], "amount": "1.00"}
        await self._person.post("/v1/incomes", {**about, **words})
        paid = {"client_id": self.client["id"], "amount": "9.00", "currency": "SAR",
                "method": "cash"}  # fmt: skip
        payment = await self._person.post("/v1/payments", paid)
        back = {"amount": "1.00", "reason": self.word}
        await self._person.post(f"/v1/payments/{payment['id']}/refunds", back)
        estimate = await self._person.post("/v1/estimates", draft)
        await self._person.post(f"/v1/estimates/{estimate['id']}/decline", {"reason": self.word})
        order = await self._person.post("/v1/orders", draft)
        await self._person.post(f"/v1/orders/{order['id']}/cancel", {"reason": self.word})

        async def greeted() -> bool:
            told = await self._person.events_of(self.client["id"])
            return {"comms.message.sent", "automation.run.completed", "clients.note.added"} <= {
                *told
            }

        await eventually(greeted)

    async def _taken_out(self) -> None:
        """Exports are made as they are read: none is kept."""
        for path in ("/v1/clients/export", f"/v1/clients/{self.client['id']}/history/export"):
            answer = await self._person.ask("GET", path)
            assert answer.is_success and self.word in answer.text

    async def _upload(self, path: str, body: Json) -> Json:
        answer = await self._person.ask("POST", path, **form_of(body))
        assert answer.is_success, answer.text
        made: Json = answer.json()
        return made

    async def _done(self, job: Json) -> None:
        async def ended() -> bool:
            found = await self._person.get(f"/v1/jobs/{job['job_id']}")
            assert found["status"] != "failed", found
            return bool(found["status"] == "done")

        await eventually(ended)


def _stored(stack: Stack, person: Person) -> list[Path]:
    """The bytes that are kept for a company; of a photo no word tells whose it is."""
    kept = (stack.folder / "files").rglob("*")
    return [path for path in kept if path.is_file() and person.tenant["id"] in str(path)]


async def test_nothing_of_an_erased_client_is_left_anywhere(stack: Stack, product: Product) -> None:
    """CL-78: no column of any table of any service, no stored file and no event has their word."""
    person = await product.sign_up()
    marked = _Marked(product, person)
    await marked.make()
    before = await places_of(stack, marked.word, marked.phone)
    expected = {
        "clients: clients.name", "clients: notes.body", "clients: import_rows.before",
        "clients: form_submissions.answers", "clients: client_links.title",
        "clients: audit_log.changes", "clients: outbox.event", "clients: timeline.data",
        "clients: merges.after", "clients: idempotency_keys.body", "comms: messages.body",
        "comms: client_refs.name", "comms: outbox.event", "edge: client_refs.name",
        "billing: client_refs.name", "billing: invoices.notes", "billing: invoices.lines",
        "billing: audit_log.changes", "billing: idempotency_keys.body", "billing: refunds.reason",
        "billing: estimates.lines", "billing: estimates.decline_reason", "billing: orders.notes",
        "billing: orders.cancel_reason", "billing: book_entries.notes",
        "comms: message_attachments.filename", "comms: message_attachments.content",
"clients: files.description", "clients: file_versions.name",
        "comms: notifications.title", "automation: runs.event", "automation: client_refs.name",
    }  # fmt: skip
    assert expected <= before, sorted(expected - before)
    assert len(_stored(stack, person)) >= 5  # two versions, the other record's, a photo's two sizes
    await person.post(f"/v1/clients/{marked.client['id']}/erase", {"confirm": f"{marked.word} أ"})
    left: set[str] = set()

    async def forgotten() -> bool:
        nonlocal left
        left = await places_of(stack, marked.word, marked.phone)
        left |= {f"stored: {path.name}" for path in _stored(stack, person)}
        return not left

    try:
        await eventually(forgotten, within=120, every=1)
    except AssertionError:
        raise AssertionError(f"still there: {sorted(left)}") from None
    answer = await person.ask("GET", "/v1/audit-log", params={"client_id": marked.client["id"]})
    assert answer.status_code in (200, 404)
    told = [e.body["type"] for e in await published(stack, person.tenant["id"])
            if e.body.get("clientid") == marked.client["id"]]  # fmt: skip
    assert told == ["clients.client.erased"]


async def test_who_writes_to_a_client_while_it_is_erased_leaves_nothing(
    stack: Stack, product: Product
) -> None:
    """Messages, runs and notes that are under way at that very moment."""
    person = await product.sign_up()
    word = f"w{uuid4().hex[:12]}"
    flow = await person.post("/v1/flows", {
        "name": "سباق", "enabled": True, "trigger": {"event": "clients.note.added"},
        "steps": [{"type": "send_message", "channel": "email", "subject": "{{ client.name }}",
                   "body": "{{ client.name }}"}],
    })  # fmt: skip
    assert flow["enabled"]
    clients = [
        await person.post("/v1/clients", {
            "name": f"{word} {n}", "emails": [{"address": f"{word}{n}@example.com"}],
        })
        for n in range(5)
    ]  # fmt: skip

    async def written(client: Json) -> None:
        about = {"client_id": client["id"]}
        letter = {**about, "channel": "email", "subject": word, "body": word}
        await asyncio.gather(
            person.ask("POST", "/v1/notes", json={**about, "body": word}),
            person.ask("POST", "/v1/messages", json=letter),
            person.post(f"/v1/clients/{client['id']}/erase"),
            person.ask("POST", "/v1/messages", json=letter),
            person.ask("POST", "/v1/notes", json={**about, "body": word}),
        )

    await asyncio.gather(*(written(client) for client in clients))
    assert (await person.get("/v1/clients", count="true"))["total"] == 0

    async def forgotten() -> bool:
        return not await places_of(stack, word)

    await eventually(forgotten, within=120, every=1)

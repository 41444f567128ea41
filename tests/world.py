"""A tenant with one of everything, by whose ids the examples of the documents are filled in."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import uuid4

from chassis.testing.eventually import eventually
from tests import booked, insured, members, own_accounts, scheduled, sold, ways_in
from tests.authenticator import Authenticator
from tests.openapi import COMMON, Operation
from tests.product import PASSWORD, Json, Person, Product, form_of

Maker = Callable[["World"], Awaitable[str]]


@dataclass(frozen=True)
class Asked:
    """An operation made concrete."""

    operation: Operation
    path: str
    body: Any = None
    query: Json = field(default_factory=dict)

    async def by(self, person: Person, **headers: str) -> Any:
        """Send it, as somebody."""
        options: Json = {"params": self.query, "headers": headers}
        if self.operation.is_upload:
            options |= form_of(self.body)
        elif self.body is not None:
            options["data" if self.operation.is_form else "json"] = self.body
        return await person.ask(self.operation.method, self.path, **options)


class World:
    """One of everything, made through the API; ids are found by the name of their field."""

    def __init__(self, product: Product, person: Person, word: str) -> None:
        self.product = product
        self.person = person
        # Stands in every text of this tenant: whoever reads it elsewhere reads what is not theirs.
        self.word = word
        self.ids: dict[str, str] = {}
        self.email = ""
        self.passkeys: list[str] = []

    @classmethod
    async def make(cls, product: Product) -> Self:
        """Sign up and make everything once."""
        word = f"w{uuid4().hex[:10]}"
        world = cls(product, await product.sign_up(f"شركة {word}"), word)
        me = await world.person.get("/v1/me")
        world.ids |= {"owner_id": me["user"]["id"], "tenant_id": world.person.tenant["id"]}
        world.ids["token"] = "unknown"
        for name in MAKERS:
            world.ids[name] = await world.fresh(name)
        return world

    @property
    def own_ids(self) -> set[str]:
        """The ids that nobody else may ever read."""
        return {value for name, value in self.ids.items() if name not in COMMON}

    async def fresh(self, name: str) -> str:
        """The id of a new one of its kind."""
        if name not in MAKERS:
            raise LookupError(f"tests/world.py does not know how to make a {name}")
        return await MAKERS[name](self)

    async def made(self, path: str, body: Json, key: str = "id") -> str:
        """POST and give the id of what was made."""
        if "file" in body:
            answer = await self.person.ask("POST", path, **form_of(body))
            assert answer.status_code == 201, answer.text
            return str(answer.json()[key])
        found = await self.person.post(path, body)
        return str(found[key])

    def text(self) -> str:
        """A new name that is recognised as this tenant's."""
        return f"{self.word} {uuid4().hex[:8]}"

    def address(self) -> str:
        """A new mail address that is recognised as this tenant's."""
        return f"{self.word}.{uuid4().hex[:8]}@example.com"

    async def ask(self, operation: Operation, *, fresh: bool = True, **given: str) -> Asked:
        """The operation with this world's ids; what a write is about is made for it alone."""
        ids = self.ids | given
        names = operation.path_names
        if fresh and names and operation.writes and names[-1] not in given:
            ids[names[-1]] = await self.fresh(names[-1])
        for name in names:
            if name not in ids:
                raise LookupError(f"tests/world.py has no {name} for {operation.name}")
        path = operation.path.format_map(ids)
        query = {name: ids[name] for name in operation.needed_names if name in ids}
        return Asked(operation, path, self.filled(operation.example, ids), query)

    def filled(self, example: Any, ids: dict[str, str] | None = None) -> Any:
        """The example with this world's ids in the fields that name one."""
        known = self.ids if ids is None else ids
        if isinstance(example, list):
            return [self.filled(one, known) for one in example]
        if not isinstance(example, dict):
            return example
        return {name: self._field(name, value, known) for name, value in example.items()}

    def _field(self, name: str, value: Any, ids: dict[str, str]) -> Any:
        if name in ids and isinstance(value, str):
            return ids[name]
        if name.endswith("_ids") and isinstance(value, list):
            return [ids.get(name[:-1], one) for one in value]
        if name == "principal" and isinstance(value, str):
            kind = value.partition(":")[0]
            return f"{kind}:{ids[f'{kind}_id']}"
        if name == "email" and isinstance(value, str):
            return self.address()
        return self.filled(value, ids)


async def _client(world: World) -> str:
    return await world.made("/v1/clients", {
        "name": world.text(), "folder_id": world.ids["folder_id"],
        "emails": [{"address": world.address()}],
    })  # fmt: skip


async def _note(world: World) -> str:
    return await world.made(
        "/v1/notes", {"client_id": world.ids["client_id"], "body": world.text()}
    )


async def _file(world: World) -> str:
    about = {"client_id": world.ids["client_id"], "name": f"{world.text()}.txt"}
    return await world.made("/v1/files", {**about, "file": world.text()})


async def _share(world: World) -> str:
    return await world.made(f"/v1/files/{world.ids['file_id']}/shares", {})


async def _client_link(world: World) -> str:
    ends = {"from_client_id": world.ids["client_id"], "to_client_id": await _client(world)}
    return await world.made("/v1/client-links", {**ends, "kind": "branch", "title": world.text()})


async def _merge(world: World) -> str:
    """Another record of the client, with a history of its own."""
    double = await _client(world)
    await world.made("/v1/notes", {"client_id": double, "body": world.text()})
    body = {"into_id": world.ids["client_id"]}
    return await world.made(f"/v1/clients/{double}/merge", body, key="merge_id")


async def _layout(world: World) -> str:
    body = {"folder_id": await _folder(world), "sections": [{"key": "profile"}]}
    return await world.made("/v1/layouts", body)


async def _folder(world: World) -> str:
    statuses = [{"name": "جديد", "color": "#00aa55", "is_default": True}]
    return await world.made("/v1/folders", {"name": world.text(), "statuses": statuses})


async def _status(world: World) -> str:
    path = f"/v1/folders/{world.ids['folder_id']}/statuses"
    return await world.made(path, {"name": world.text(), "color": "#336699"})


async def _flow(world: World) -> str:
    return await world.made("/v1/flows", {
        "name": world.text(), "enabled": True, "trigger": {"manual": True},
        "steps": [
            {"type": "notify", "title": world.word, "user_ids": [world.ids["owner_id"]]},
            {"type": "wait", "days": 3},
        ],
    })  # fmt: skip


async def waiting_run(world: World) -> str:
    """A run that waits."""
    return await _run(world, "waiting", [{"type": "wait", "days": 3}])


async def _run(world: World, status: str, steps: list[Json]) -> str:
    flow = await world.made("/v1/flows", {
        "name": world.text(), "enabled": True, "trigger": {"manual": True}, "steps": steps,
    })  # fmt: skip
    run = await world.made(f"/v1/flows/{flow}/run", {"client_id": world.ids["client_id"]})

    async def there() -> bool:
        return bool((await world.person.get(f"/v1/runs/{run}"))["status"] == status)

    await eventually(there)
    return run


async def failed_run(world: World) -> str:
    """A run whose only step cannot succeed: the folder it moves to is gone."""
    gone = await world.fresh("folder_id")
    answer = await world.person.ask("DELETE", f"/v1/folders/{gone}")
    assert answer.status_code == 204, answer.text
    return await _run(world, "failed", [{"type": "move_folder", "folder_id": gone}])


async def _template(world: World) -> str:
    return await world.made("/v1/templates", {
        "name": world.text(), "channel": "email", "subject": world.word, "body": "مرحبًا",
    })  # fmt: skip


async def _message(world: World) -> str:
    return await world.made("/v1/messages", {
        "client_id": world.ids["client_id"], "channel": "email",
        "subject": world.word, "body": world.word,
    })  # fmt: skip


async def message_to(world: World, address: str, **more: Any) -> str:
    """A message to an address."""
    return await world.made("/v1/messages", {
        "to": address, "channel": "email", "subject": world.word, "body": world.word, **more,
    })  # fmt: skip


async def _notification(world: World) -> str:
    flow = await world.made("/v1/flows", {
        "name": world.text(), "enabled": True, "trigger": {"manual": True},
        "steps": [{"type": "notify", "title": world.text(), "user_ids": [world.ids["owner_id"]]}],
    })  # fmt: skip
    known = {item["id"] for item in await _notifications(world)}
    await world.person.post(f"/v1/flows/{flow}/run", {"client_id": world.ids["client_id"]})

    async def come() -> list[str]:
        return [item["id"] for item in await _notifications(world) if item["id"] not in known]

    return (await eventually(come))[0]


async def _notifications(world: World) -> list[Json]:
    items: list[Json] = (await world.person.get("/v1/notifications", limit=200))["items"]
    return items


async def _user(world: World) -> str:
    return (await joined(world, world.ids["role_id"]))[0]


async def joined(world: World, role_id: str) -> tuple[str, Person]:
    """Somebody invited who has accepted: their id, and they themselves, signed in."""
    email = world.address()
    invitation = await world.person.post(
        "/v1/invitations", {"email": email, "name": world.text(), "role_id": role_id}
    )
    answer = await world.product.http.post(
        "/v1/invitations/accept", json={"token": invitation["token"], "password": PASSWORD}
    )
    assert answer.is_success, answer.text
    tokens = await world.product.sign_in(email)
    person = Person(world.product.http, email, tokens, world.person.tenant)
    return str((await person.get("/v1/me"))["user"]["id"]), person


async def key_with(world: World, permissions: list[str]) -> Person:
    """A partner's program: a key with these permissions."""
    made = await world.person.post(
        "/v1/api-keys", {"name": world.text(), "permissions": permissions}
    )
    tokens = {"access_token": made["secret"]}
    return Person(world.product.http, "", tokens, world.person.tenant)


async def _session(world: World) -> str:
    tokens = await world.product.sign_in(world.person.email)
    person = Person(world.product.http, world.person.email, tokens, world.person.tenant)
    sessions = (await person.get("/v1/sessions"))["items"]
    return str(max(sessions, key=lambda session: session["id"])["id"])


async def _passkey(world: World) -> str:
    _, body = await new_passkey(world)
    made = await world.person.post("/v1/me/passkeys", body)
    # There are only so many per person, and each walk asks for many.
    world.passkeys.append(made["id"])
    if len(world.passkeys) > 5:
        await world.person.ask("DELETE", f"/v1/me/passkeys/{world.passkeys.pop(1)}")
    return str(made["id"])


async def new_passkey(world: World) -> tuple[Authenticator, Json]:
    """A device, and what it sends of the passkey that it has just made for the owner."""
    begun = await world.person.post("/v1/me/passkeys/options", {"password": PASSWORD})
    options = begun["public_key"]
    device = Authenticator(world.product.url, options["rp"]["id"])
    return device, {"name": world.text(), "credential": device.create(options)}


def _simple(path: str, **body: Any) -> Maker:
    async def make(world: World) -> str:
        return await world.made(path, {"name": world.text(), **body})

    return make


async def _custom_field(world: World) -> str:
    body = {"key": f"k{uuid4().hex[:10]}", "label": world.text(), "type": "text"}
    return await world.made("/v1/custom-fields", body)


async def _invitation(world: World) -> str:
    body = {"email": world.address(), "role_id": world.ids["role_id"]}
    return await world.made("/v1/invitations", body)


async def _assignment_rule(world: World) -> str:
    body = {"name": world.text(), "user_ids": [world.ids["owner_id"]]}
    return await world.made("/v1/assignment-rules", body)


async def _pack(_: World) -> str:
    return "clinic"


# In the order of making: later ones stand on earlier ones.
MAKERS: dict[str, Maker] = {
    "folder_id": _folder,
    "status_id": _status,
    "tag_id": _simple("/v1/tags"),
    "category_id": _simple("/v1/categories"),
    "follow_up_status_id": _simple("/v1/follow-up-statuses", color="#336699", kind="variable"),
    "custom_field_id": _custom_field,
    "client_id": _client,
    "client_external_id": ways_in.client_external_id,
    "note_id": _note,
    "file_id": _file,
    "share_id": _share,
    "provider_id": insured.provider,
    "policy_id": insured.policy,
    "claim_id": insured.claim,
    "layout_id": _layout,
    "segment_id": _simple("/v1/segments", filter={"kind": ["client"]}),
    "pack_name": _pack,
    "from_client_id": _client,
    "to_client_id": _client,
    "client_link_id": _client_link,
    "job_id": ways_in.job,
    "into_id": _client,
    "other_client_id": _client,
    "merge_id": _merge,
    **ways_in.IMPORTS,
    "form_id": _simple("/v1/forms", **ways_in.FORM),
    "form_key": ways_in.form_key,
    "template_id": _template,
    "message_id": _message,
    "tax_id": _simple("/v1/taxes", rate="0.15", category="S"),
    "credit_type_id": _simple("/v1/credit-types", unit="جلسة"),
    **members.MAKERS,
    **scheduled.MAKERS,
    **booked.MAKERS,
    "product_id": sold.product,
    "branch_id": _simple("/v1/branches"),
    "series_id": sold.series,
    "invoice_id": sold.invoice,
    "invoice_token": sold.invoice_token,
    "payment_provider_id": sold.payment_provider,
    "checkout_id": sold.checkout,
    "credit_note_id": sold.credit_note,
    "device_id": sold.device,
    "subscription_id": sold.subscription,
    "entry_category_id": _simple("/v1/entry-categories", kind="expense"),
    "expense_id": sold.expense,
    "income_id": sold.income,
    "exchange_rate_id": sold.exchange_rate,
    "paper_template_id": _simple("/v1/paper-templates"),
    "payment_id": sold.payment,
    "allocation_id": sold.allocation,
    "refund_id": sold.refund,
    "estimate_id": sold.estimate,
    "estimate_token": sold.estimate_token,
    "order_id": sold.order,
    "estimate_status_id": _simple("/v1/estimate-statuses"),
    # Of nothing that is there: it would remind in the midst of a test, at whatever hour that runs.
    "dunning_rule_id": _simple("/v1/dunning-rules", days=365),
    "flow_id": _flow,
    "run_id": waiting_run,
    "notification_id": _notification,
    "role_id": _simple("/v1/roles", permissions=["clients:read"], visibility="all"),
    "team_id": _simple("/v1/teams"),
    "user_id": _user,
    "invitation_id": _invitation,
    "api_key_id": _simple("/v1/api-keys", permissions=["clients:read"]),
    "session_id": _session,
    "passkey_id": _passkey,
    "oidc_provider_id": own_accounts.provider,
    "oidc_identity_id": own_accounts.identity,
    "assignment_rule_id": _assignment_rule,
}

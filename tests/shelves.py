"""A tenant whose records lie on shelves, and the people who see some of them and not others."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any, Final, Self
from uuid import uuid4

from chassis.testing.eventually import eventually
from tests.openapi import Operation
from tests.product import Json, Person, Product
from tests.world import MAKERS, World, joined

# Belong to one member of staff, not to whoever sees the client they may be about; a segment until
# it is shared, a job unless one manages everything.
PERSONAL: Final = {
    "notification_id", "session_id", "segment_id", "job_id", "import_id", "product_import_id",
    "invoice_import_id", "credit_charge_import_id", "membership_import_id",
    "calendar_import_id", "passkey_id", "oidc_identity_id",
}  # fmt: skip
_MADE: Final = {"/v1/clients": "client_id", "/v1/folders": "folder_id"}
OPEN, MINE, SHUT, HIDDEN = "open", "mine", "shut", "hidden"
VEILED_FIELD: Final = "hidden_word"
# What the folders of the shelves show of their clients to who does not manage them.
_SHOWN: Final = [
    "business_name", "pinned_status_id", "follow_up_status_id", "category_id", "tags", "phones",
    "emails", "bill_to_id", "external_id",
]  # fmt: skip


class _Noting(dict[str, str]):
    """Ids that remember which of them were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return super().__getitem__(name)


class Base(World):
    """The tenant's definitions, and a client in a folder that nobody was given access to.

    Learns while it is made which things are about a client and which about a folder: those
    whose making asks for the id of one, or makes one.
    """

    name = "base"
    of_clients: set[str]
    of_folders: set[str]

    @classmethod
    async def make(cls, product: Product) -> Self:
        """Sign up and make everything once."""
        base = cls(product, await product.sign_up("شركة الظلال"), f"w{uuid4().hex[:10]}")
        base.of_clients, base.of_folders = {"client_id"}, {"folder_id"}
        base.ids = noting = _Noting()
        me = await base.person.get("/v1/me")
        noting |= {"owner_id": me["user"]["id"], "tenant_id": base.person.tenant["id"]}
        for name in MAKERS:
            noting.asked.clear()
            noting[name] = await base.fresh(name)
            if noting.asked & base.of_clients:
                base.of_clients.add(name)
            elif noting.asked & base.of_folders:
                base.of_folders.add(name)
        base.ids = dict(noting)
        return base

    async def made(self, path: str, body: Json, key: str = "id") -> str:
        """The same; what makes a client or a folder of its own is about that one."""
        if isinstance(self.ids, _Noting):
            self.ids.asked |= {_MADE[path]} if path in _MADE else set()
        for _ in range(100):
            try:
                return await super().made(path, body, key)
            except AssertionError as refused:
                # Other services hear of a client a moment after it was made.
                if "client_not_found" not in str(refused):
                    raise
                await asyncio.sleep(0.1)
        return await super().made(path, body, key)

    @property
    def private(self) -> set[str]:
        """What only those who see the client may read: here ids alone, the word is everywhere."""
        return {self.ids[name] for name in self.of_clients}

    @property
    def placed(self) -> set[str]:
        """What only those may read from whom the folder is not hidden."""
        return {self.ids[name] for name in self.of_folders}

    @property
    def hidden(self) -> set[str]:
        """What only those may read who manage the folder."""
        return set()


class Shelf(Base):
    """A folder of the same tenant with one of everything that is about a client."""

    def __init__(self, base: Base, name: str, staff: list[Json]) -> None:
        super().__init__(base.product, base.person, f"c{uuid4().hex[:10]}")
        self.name, self.base, self.staff = name, base, staff
        self.of_clients, self.of_folders = base.of_clients, base.of_folders
        self.ids = dict(base.ids)
        self.place = f"f{uuid4().hex[:10]}"
        self.phone = str(500_000_000 + uuid4().int % 99_999_999)
        # Stands in fields that the folder hides, and nowhere else.
        # Ten digits in any case: a filter by phone takes two or three for a part of any number.
        self.veiled = f"h{uuid4().int % 10**10:010}"

    async def fill(self) -> Self:
        """Make its folder and everything in it."""
        for name in MAKERS:
            if name in self.of_clients | self.of_folders:
                self.ids[name] = await self.fresh(name)
        return self

    async def made(self, path: str, body: Json, key: str = "id") -> str:
        """The same with words by which everybody's answers are searched: of what is about the
        client, of what is about the folder, and of what the whole company shares."""
        if path == "/v1/clients":
            # Those of all shelves share it, so each would be told beside the others.
            shared = {"address": f"all.{self.base.word}@example.com"}
            body = {"emails": [] if self._own("client") else [shared],
                    "phones": [{"number": f"0{self.phone}"}], "staff": self.staff,
                     "business_name": self.text(), "code": self.text(),
                     "tax_number": self.veiled, "registration_number": self.veiled,
                     "addresses": [{"city": self.veiled}], "source": self.veiled,
                     "links": [f"https://{self.veiled}.example.com"],
                     "custom_fields": {VEILED_FIELD: self.veiled}, **body}  # fmt: skip
        elif path == "/v1/folders" and self._own("folder"):
            # A second one lies inside the first: whoever is given that has this.
            body = {"parent_id": self.ids["folder_id"], **body}
        elif path == "/v1/folders":
            body = {"visible_fields": _SHOWN, **body}
        elif path == "/v1/messages" and "to" in body:
            # Nobody sees a message to a mere address but its maker: a client here has it.
            client = {"name": self.text(), "folder_id": self.ids["folder_id"],
                      "emails": [{"address": body.pop("to")}]}  # fmt: skip
            body["client_id"] = await self.made("/v1/clients", client)
        return await super().made(path, json.loads(self._marked(path, json.dumps(body))), key)

    def _marked(self, path: str, body: str) -> str:
        sent = path + body
        if path in ("/v1/clients", "/v1/messages") or any(
            self.ids[name] in sent for name in self._own("client")
        ):
            return body
        is_placed = path == "/v1/folders" or any(
            self.ids[name] in sent for name in self._own("folder")
        )
        return body.replace(self.word, self.place if is_placed else self.base.word)

    def _own(self, kind: str) -> list[str]:
        names = self.of_clients if kind == "client" else self.of_folders
        return [name for name in names if self.ids[name] != self.base.ids[name]]

    @property
    def private(self) -> set[str]:
        return super().private | {self.word, self.phone}

    @property
    def placed(self) -> set[str]:
        return super().placed | {self.place}

    @property
    def hidden(self) -> set[str]:
        return {self.veiled}


@dataclass
class Persona:
    """Somebody who asks, and what they are meant to see."""

    name: str
    person: Person
    principal: str = ""
    # None: may do everything that a signed-in caller of their own company may.
    permissions: frozenset[str] = frozenset()
    # Shelves whose clients they see, and shelves whose folders they know of.
    sees: frozenset[str] = frozenset()
    knows: frozenset[str] = frozenset()
    # Shelves whose folders they manage: those hide nothing of their clients from them.
    manages: frozenset[str] = frozenset()
    forbidden: set[str] = field(default_factory=set)
    # What only papers tell them, of the clients that they see.
    on_paper: set[str] = field(default_factory=set)

    def may(self, permission: str) -> bool:
        """Whether they hold it."""
        return permission == "signed_in" or permission in self.permissions

    def leaked(self, text: str) -> set[str]:
        """What a text tells them that they may not know."""
        return {one for one in self.forbidden if one in text}


@dataclass
class Stage:
    """The shelves of one tenant, and everybody who walks along them."""

    base: Base
    shelves: list[Base]
    personas: list[Persona]
    # May do everything, and may change no client: a folder's reader, and a client's watcher.
    reader: Persona
    stranger: Persona
    nobody: Persona

    @classmethod
    async def make(cls, product: Product, every_operation: list[Operation]) -> Self:
        """Build it all once."""
        base = await Base.make(product)
        asked_for = {o.permission for o in every_operation if o.is_guarded}
        held = frozenset(p for p in asked_for if not p.startswith("identity:"))
        agents = {kind: await _agent(base, kind, held) for kind in ("assigned", "folders")}
        viewer, reader = await _viewer(base), await _agent(base, "folders", held)
        reader.name = "reader"
        staff = [{"user_id": _user(agents["assigned"]), "role": "owner"}]
        watched = [*staff, {"user_id": _user(reader), "role": "watcher"}]
        of_shelf = {MINE: watched, HIDDEN: staff}
        await base.made("/v1/custom-fields", {
            "key": VEILED_FIELD, "label": VEILED_FIELD, "type": "text", "searchable": True,
        })  # fmt: skip
        shelves: list[Base] = [base]
        for name in (OPEN, MINE, SHUT, HIDDEN):
            shelves.append(await Shelf(base, name, of_shelf.get(name, [])).fill())
        shelf = {one.name: one for one in shelves}
        await _give(base, shelf[OPEN], [(agents["folders"], "manage"), (reader, "read")])
        hidden_from = (*agents.values(), viewer, reader)
        await _give(base, shelf[HIDDEN], [(one, "none") for one in hidden_from])
        key = await _key(base, shelf[OPEN], held)
        seen_places = frozenset({base.name, OPEN, MINE, SHUT})
        _sees(agents["assigned"], {MINE}, seen_places)
        _sees(agents["folders"], {OPEN}, seen_places)
        _sees(viewer, seen_places, seen_places)
        _sees(key, {OPEN}, {OPEN})
        _sees(reader, {OPEN, MINE}, seen_places)
        agents["folders"].manages = frozenset({OPEN})
        other = await product.sign_up("شركة أخرى")
        owner = (await other.get("/v1/me"))["user"]["id"]
        stranger = Persona("another company's owner", other, f"user:{owner}")
        nobody = Persona("nobody", Person(product.http, "", {"access_token": "nothing"}, {}))
        stage = cls(base, shelves, [*agents.values(), viewer, key], reader, stranger, nobody)
        stage._forbid()
        await stage._is_known()
        return stage

    def shelf(self, name: str) -> Base:
        """The shelf of this name."""
        return next(one for one in self.shelves if one.name == name)

    def _forbid(self) -> None:
        for persona in (*self.personas, self.reader, self.stranger, self.nobody):
            for shelf in self.shelves:
                persona.forbidden |= set() if shelf.name in persona.sees else shelf.private
                persona.forbidden |= set() if shelf.name in persona.knows else shelf.placed
                persona.forbidden |= set() if shelf.name in persona.manages else shelf.hidden
                persona.on_paper |= shelf.hidden if shelf.name in persona.sees else set()
        everything = {self.base.word, *self.base.own_ids}
        for outsider in (self.stranger, self.nobody):
            outsider.forbidden |= {one for one in everything if len(one) > 9}

    async def _is_known(self) -> None:
        """Until every service has heard of the clients, the people and their access."""
        for persona in (*self.personas, self.reader):
            client = self.shelf(min(persona.sees - {"base"})).ids["client_id"]

            async def heard(persona: Persona = persona, client: str = client) -> bool:
                paths = ("/v1/runs", "/v1/messages", f"/v1/clients/{client}/timeline")
                found = [await persona.person.ask("GET", path) for path in paths]
                return all(one.status_code == 200 and client in one.text for one in found)

            await eventually(heard)


def _sees(persona: Persona, clients: set[str] | frozenset[str], places: Any) -> None:
    persona.sees, persona.knows = frozenset(clients), frozenset(places)


def _user(persona: Persona) -> str:
    return persona.principal.partition(":")[2]


async def _agent(base: Base, visibility: str, held: frozenset[str]) -> Persona:
    role = await base.made("/v1/roles", {
        "name": base.text(), "permissions": sorted(held), "visibility": visibility,
    })  # fmt: skip
    user, person = await joined(base, role)
    return Persona(f"agent of {visibility}", person, f"user:{user}", held)


async def _viewer(base: Base) -> Persona:
    roles = (await base.person.get("/v1/roles", limit=200))["items"]
    role = next(one for one in roles if one["name"] == "viewer")
    user, person = await joined(base, role["id"])
    return Persona("viewer", person, f"user:{user}", frozenset(role["permissions"]))


async def _key(base: Base, shelf: Base, held: frozenset[str]) -> Persona:
    made = await base.person.post("/v1/api-keys", {
        "name": base.text(), "permissions": sorted(held), "folder_ids": [shelf.ids["folder_id"]],
    })  # fmt: skip
    person = Person(base.product.http, "", {"access_token": made["secret"]}, base.person.tenant)
    return Persona("key of one folder", person, f"key:{made['id']}", held)


async def _give(base: Base, shelf: Base, entries: list[tuple[Persona, str]]) -> None:
    access = [{"principal": one.principal, "level": level} for one, level in entries]
    path = f"/v1/folders/{shelf.ids['folder_id']}/access"
    answer = await base.person.ask("PUT", path, json=access)
    assert answer.status_code == 200, answer.text

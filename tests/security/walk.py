"""How the permission walk asks, and by which rules it judges every answer."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final, TypeVar
from uuid import uuid4
from zipfile import ZipFile

import httpx

from chassis.testing.eventually import eventually
from tests.contracts.preparations import PREPARATIONS
from tests.openapi import COMMON, PUBLIC, SIGNED_IN, Operation
from tests.product import Json
from tests.shelves import OPEN, PERSONAL, VEILED_FIELD, Base, Persona, Stage
from tests.world import Asked

T = TypeVar("T")
R = TypeVar("R")

_AT_ONCE: Final = 12
# One's own account, password and second factor: nobody else's affair, and what succeeds there ends
# the caller's own part in this walk.
_OWN: Final = ("/v1/me/", "/v1/auth/")
# Refused with 403 though the permission is held, for want of a level on a folder: of all these
# people one has `manage`, and on one folder; who is only assigned to clients may write to none,
# so puts nobody new into one; and a key of one folder makes none beside it.
_NO_LEVEL: Final = {
    ("POST /v1/clients", "agent of assigned"), ("POST /v1/folders", "key of one folder"),
    ("POST /v1/clients/{client_id}/sub-clients", "agent of assigned"),
    ("POST /v1/packs/{pack_name}/install", "key of one folder"),
    ("POST /v1/packs/{pack_name}/uninstall", "key of one folder"),
    ("PUT /v1/folders/{folder_id}/access", "agent of assigned"),
    ("PUT /v1/folders/{folder_id}/access", "agent of folders"),
    ("PUT /v1/folders/{folder_id}/access", "key of one folder"),
    # Merged, a client would show in one folder what another one hides from them.
    *((f"POST /v1/{path}", persona)
      for path in ("clients/{client_id}/merge", "clients/{client_id}/merge/preview",
                   "merges/{merge_id}/undo")
      for persona in ("agent of assigned", "key of one folder")),
}  # fmt: skip
# Somebody's own, unless the body names a client: a key has none.
_OF_PEOPLE: Final = {"POST /v1/calendars"}
# Refused with 403 to everybody else, whatever they hold: none of these people is an owner.
_OWNERS: Final = {
    "POST /v1/oidc-providers", "PATCH /v1/oidc-providers/{oidc_provider_id}",
    "DELETE /v1/oidc-providers/{oidc_provider_id}",
}  # fmt: skip
_MANAGES: Final = ("PUT /v1/folders/{folder_id}/access", "agent of folders", OPEN)
# Answers each part by itself, also one that names what its caller may not see.
ONE_BY_ONE: Final = {"POST /v1/invoices/bulk"}
# Adds what is not there: a stranger adds their own, and who may add nothing is told just that.
_UPSERTS: Final = {"PUT /v1/clients/by-external-id/{client_external_id}"}
# What a company may do without: 404 where there is none.
LACKING: Final = {"GET /v1/settings/billing/logo"}
# About the one that the query names, who is not seen then.
_OF_QUERY: Final = {"GET /v1/slots": "service_id"} | dict.fromkeys(
    (
        "GET /v1/statements",
        "GET /v1/credit-balances",
        "GET /v1/credit-balances/explain",
        "GET /v1/credit-balances/statement",
        "GET /v1/credit-balances/statement/pdf",
    ),
    "client_id",
)
# What the company has for all, or has to be switched on for all: asked for by billing's own tests.
_ELSEWHERE: Final = {
    "DELETE /v1/settings/billing/logo", "POST /v1/invoices/{invoice_id}/submit",
    "POST /v1/credit-notes/{credit_note_id}/submit",
}  # fmt: skip
# Tells of every reading of what is sensitive, so of this walk's too; and who does not see
# everything reads there which fields were changed, not what they became.
LOG: Final = "/v1/audit-log"
# What is issued says whom it is made out to, to everybody who may read it: it is a record of its
# own, whatever the folder hides of the client (decision 0006).
_PAPERS: Final = ("/v1/invoices", "/v1/credit-notes")
_FRESH: Final = {"folder_id", "from_client_id", "to_client_id"}
# Values that may stand only once in a company, and what keeps two askers' apart.
_UNIQUE: Final = {"name": " ", "key": "_", "code": "-", "external_id": "-", "sku": "-"}
# Read as text by somebody: a marker there finds a record by what stands in it.
_TEXTS: Final = ("q", "name", "code", "phone", "email", "link", "tag", "external_id")


class NotJudged(AssertionError):
    """An operation that the walk has no rule for."""


@dataclass(frozen=True)
class Attempt:
    """One operation, asked by somebody with the ids of one shelf."""

    operation: Operation
    persona: Persona
    shelf: Base
    expected: frozenset[int]

    @property
    def name(self) -> str:
        """For the report of faults."""
        return f"{self.operation.name} by {self.persona.name} on {self.shelf.name}"

    @property
    def is_allowed(self) -> bool:
        """Whether it must succeed."""
        return min(self.expected) < 300


def attempts(stage: Stage, operations: Iterable[Operation]) -> list[Attempt]:
    """Every operation by everybody on every shelf where it makes a difference."""
    known = {(o.method, o.path): o for o in operations}
    found = []
    for operation in known.values():
        if operation.permission == PUBLIC:
            continue
        if not operation.permission:
            raise NotJudged(f"{operation.name} declares no permission")
        if operation.needs_body and operation.example is None:
            raise NotJudged(f"{operation.name} has no example")
        is_bound = bool(bound(stage, _about(operation)) or bound(stage, _named(operation)))
        for shelf in stage.shelves if is_bound else stage.shelves[:1]:
            for persona in (*stage.personas, stage.stranger, stage.nobody):
                expected = _expected(stage, known, operation, persona, shelf)
                if expected:
                    found.append(Attempt(operation, persona, shelf, frozenset(expected)))
    return found


def _expected(
    stage: Stage, known: dict[tuple[str, str], Operation], operation: Operation, persona: Persona,
    shelf: Base,
) -> set[int]:  # fmt: skip
    """The statuses that the rules of the API allow; none where the case says nothing."""
    named = set() if operation.name in ONE_BY_ONE else _named(operation)
    in_path, in_body = bound(stage, _about(operation)), bound(stage, named)
    if persona in (stage.nobody, stage.stranger):
        return _of_outsider(stage, operation, persona, bool(in_body))
    is_visible = all(sees(stage, persona, shelf, name) for name in in_path)
    if not persona.may(operation.permission):
        return _refused(known, operation, persona, is_visible)
    if not is_visible:
        return {403, 404} if operation.name in _UPSERTS else {404}
    if not all(sees(stage, persona, shelf, name) for name in in_body):
        return {404, 422}
    return _of_holder(operation, persona, shelf)


def _of_outsider(
    stage: Stage, operation: Operation, persona: Persona, names_something: bool
) -> set[int]:
    if persona is stage.nobody:
        return {401}
    if set(operation.path_names) - COMMON or operation.name in _OF_QUERY:
        return set() if operation.name in _UPSERTS else {404}
    if operation.writes:  # into their own company, unless the body names something of this one
        return {403, 404, 422} if names_something else set()
    return {200, 404} if operation.name in LACKING else {200}


def _of_holder(operation: Operation, persona: Persona, shelf: Base) -> set[int]:
    """Of somebody with the permission who sees what it is about."""
    if operation.name in _ELSEWHERE:
        return set()
    if operation.name in LACKING:
        return {*operation.declared, 404}
    asking = (operation.name, persona.name)
    if asking in _NO_LEVEL and (*asking, shelf.name) != _MANAGES:
        return {403}
    if operation.name in _OWNERS:
        return {403}
    if operation.name in _OF_PEOPLE and persona.principal.startswith("key:"):
        return {422}
    if operation.permission != SIGNED_IN:
        return operation.declared
    if operation.writes and operation.path.startswith(_OWN):
        return set()
    # A key has no name, language or password of its own.
    return operation.declared | ({409} if persona.principal.startswith("key:") else set())


def _refused(
    known: dict[tuple[str, str], Operation], operation: Operation, persona: Persona,
    is_visible: bool,
) -> set[int]:  # fmt: skip
    """404 for a thing that may not be seen, 403 for one that may, or for a collection."""
    if not operation.path_names:
        return {403}
    if not is_visible:
        return {404}
    parts = operation.path.split("/")
    above = (known.get(("GET", "/".join(parts[:end]))) for end in range(len(parts), 2, -1))
    readings = [reading for reading in above if reading and reading.path_names]
    if not readings:
        raise NotJudged(f"{operation.name}: nothing tells who sees what it is about")
    return {403} if any(persona.may(reading.permission) for reading in readings) else {404}


def sees(stage: Stage, persona: Persona, shelf: Base, name: str) -> bool:
    """Whether somebody is meant to see what the id of this name stands for."""
    if name in PERSONAL:
        return False
    return shelf.name in (persona.sees if name in stage.base.of_clients else persona.knows)


def bound(stage: Stage, names: Iterable[str]) -> set[str]:
    """Those of the names that are about a client, a folder or one member of staff."""
    return set(names) & (stage.base.of_clients | stage.base.of_folders | PERSONAL)


def _about(operation: Operation) -> set[str]:
    """What it is about, as its path says, or its query."""
    return {*operation.path_names, *filter(None, [_OF_QUERY.get(operation.name)])}


def _named(operation: Operation) -> set[str]:
    """The fields of the example's top level and inside, with lists of ids as one id."""
    found: set[str] = set()

    def look(value: Any) -> None:
        if isinstance(value, dict):
            found.update(name[:-1] if name.endswith("_ids") else name for name in value)
            value = list(value.values())
        if isinstance(value, list):
            for one in value:
                look(one)

    look(operation.example)
    return found


async def concrete(attempt: Attempt) -> Asked:
    """The operation with ids; an allowed write gets what it changes made for it alone."""
    is_change = attempt.operation.writes and attempt.is_allowed
    if is_change and (prepare := PREPARATIONS.get(attempt.operation.name)):
        return (await prepare(attempt.shelf, attempt.operation)).asked
    # A folder has one layout, two clients have one link: what is new is about new ones. The client
    # itself stays, since other services are told of a new one only a moment later.
    is_new = is_change and not attempt.operation.path_names
    new = _named(attempt.operation) & _FRESH if is_new else set()
    given = {name: await attempt.shelf.fresh(name) for name in new}
    asked = await attempt.shelf.ask(attempt.operation, fresh=is_change, **given)
    if is_change and isinstance(asked.body, dict):
        for name, between in _UNIQUE.items():
            if isinstance(asked.body.get(name), str):
                asked.body[name] += between + uuid4().hex[:8]
    return asked


async def ask(attempt: Attempt) -> list[str]:
    """Send it; what is wrong with the answer."""
    asked = await concrete(attempt)
    answer = await asked.by(attempt.persona.person)
    for _ in range(50):
        # What was made for this call alone is known to other services a moment later.
        is_unknown = answer.status_code == 404 or "unknown_reference" in answer.text
        if not (is_unknown and attempt.is_allowed and attempt.operation.writes):
            break
        await asyncio.sleep(0.1)
        answer = await asked.by(attempt.persona.person)
    faults = []
    if answer.status_code not in attempt.expected:
        faults.append(f"{answer.status_code} instead of {sorted(attempt.expected)}")
    # A problem names the path that was asked for, and the caller knew that.
    text = raw(answer) if answer.is_success else raw(answer).replace(asked.path, "")
    if leaked := leaked_by(attempt.operation, attempt.persona, text):
        faults.append(f"leaks {leaked}")
    elif attempt.is_allowed and not faults:
        faults += await _empty(attempt, asked, answer)
    return [f"{attempt.name}: {fault}: {answer.text[:300]}" for fault in faults]


def leaked_by(operation: Operation, persona: Persona, text: str) -> set[str]:
    """What the answer of an operation tells somebody that they may not know."""
    leaked = persona.leaked(text)
    return leaked - persona.on_paper if operation.path.startswith(_PAPERS) else leaked


async def _empty(attempt: Attempt, asked: Asked, answer: httpx.Response) -> list[str]:
    """Whether an allowed call answered without the data it is about."""
    if answer.status_code == 204 or attempt.operation.permission == SIGNED_IN:
        return []
    if attempt.operation.path.startswith(LOG):
        shown = amounts(answer)[0] or len(answer.text.splitlines()) - 1
        return [] if shown > 0 else ["an empty log"]
    if attempt.operation.writes:
        return ["an empty answer"] if len(answer.text) < 3 else []
    markers = {part for part in asked.path.split("/") if len(part) == 36}
    owner = await asked.by(attempt.shelf.person)
    shown = {one for one in markers | attempt.shelf.private if one in read(owner)}
    missing = {one for one in shown if one not in read(answer)} - attempt.persona.forbidden
    if not missing or await _comes(missing, lambda: asked.by(attempt.persona.person)):
        return []
    return [f"lacks {missing}"]


async def _comes(missing: set[str], ask: Callable[[], Awaitable[httpx.Response]]) -> bool:
    """Whether it is told later on: what came between the two answers, or of a section that a busy
    service did not give in time.
    """

    async def told() -> bool:
        answer = read(await ask())
        return all(one in answer for one in missing)

    with suppress(AssertionError):
        return await eventually(told, within=20)
    return False


def raw(answer: httpx.Response) -> str:
    """Everything that travelled back: headers and body, as text; packed files unpacked."""
    return f"{answer.headers.raw!r} {read(answer)}"


def read(answer: httpx.Response) -> str:
    """The body as text."""
    if not answer.content.startswith(b"PK\x03\x04"):
        return answer.text
    with ZipFile(BytesIO(answer.content)) as packed:
        return " ".join(packed.read(name).decode(errors="replace") for name in packed.namelist())


def queries(operation: Operation, stage: Stage, persona: Persona) -> list[tuple[Json, bool]]:
    """What a list is asked for, and whether nothing may be found by it."""
    names = operation.query_names
    more: Json = {"limit": 200} if "limit" in names else {}
    more |= {"count": "true"} if "count" in names else {}
    found: list[tuple[Json, bool]] = [(more, False)]
    if persona.may(f"{operation.permission.partition(':')[0]}:export"):
        found += [({**more, "format": one}, False) for one in _formats(operation)]
    for shelf in stage.shelves[1:]:
        for name in names:
            if bound(stage, [name]):
                is_hidden = not sees(stage, persona, shelf, name)
                about_clients = name in stage.base.of_clients
                found.append(({**more, name: shelf.ids[name]}, is_hidden and about_clients))
        if shelf.name not in persona.sees:
            texts = {"phone": f"0{getattr(shelf, 'phone', '')}"}
            found += [
                ({**more, name: texts.get(name, shelf.word)}, True)
                for name in _TEXTS if name in names
            ]  # fmt: skip
        for word in shelf.hidden & persona.forbidden:
            found += [({**more, name: word}, True) for name in _TEXTS if name in names]
            if "country_code" in names:
                found.append(({**more, f"custom.{VEILED_FIELD}": word}, True))
    return found


def _formats(operation: Operation) -> list[str]:
    """In which forms a file may be had, where there is a choice."""
    parameters = operation.details.get("parameters", ())
    found = [p["schema"].get("enum", ()) for p in parameters if p["name"] == "format"]
    return [one for some in found for one in some]


def amounts(answer: httpx.Response) -> tuple[int, int | None]:
    """How many things a list shows, and how many it says there are."""
    if "json" not in answer.headers.get("content-type", ""):
        return 0, None
    page = answer.json()
    if not isinstance(page, dict) or "items" not in page:
        return 0, None
    return len(page["items"]), page.get("total")


async def gathered(each: Callable[[T], Awaitable[R]], things: Iterable[T]) -> list[R]:
    """One for each thing, some at once."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(thing: T) -> R:
        async with gate:
            return await each(thing)

    return list(await asyncio.gather(*(one(thing) for thing in things)))

"""What can be done with merges: try one out, make it, undo it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import orjson

from chassis.ids import new_id
from chassis.work import UnitOfWork
from clients.client_links import use_cases as links
from clients.clients.repository.rows import ClientRepository
from clients.clients.rules import merging as values
from clients.clients.rules.failures import AlreadyMerged
from clients.clients.rules.merging import CUSTOM, SINGLE, Side
from clients.clients.use_cases import merging as clients
from clients.clients.use_cases.merging import Pair
from clients.custom_fields.use_cases import uniting
from clients.merges import rules
from clients.merges.repository import MergeRepository
from clients.merges.tables import Merge
from clients.photos import use_cases as photos

_TO_ITSELF: Final = "bill_to_id"


async def merge_clients(
    work: UnitOfWork, client_id: UUID, into_id: UUID, chosen: Mapping[str, Side]
) -> UUID:
    """Make one client of two; the same merge again is the same one. Gives its id."""
    if (known := await _made_before(work, client_id, into_id)) is not None:
        return known
    try:
        pair = await clients.lock_pair(work, client_id, into_id)
    except AlreadyMerged:  # of two at once the second one waits, then finds what the first made
        if (known := await _made_before(work, client_id, into_id)) is not None:
            return known
        raise
    return (await _merge(work, pair, chosen)).id


async def preview_merge(
    work: UnitOfWork, client_id: UUID, into_id: UUID, chosen: Mapping[str, Side]
) -> bytes:
    """What a merge would make, as JSON: made, read as the caller reads it, and not kept."""
    try:
        async with work.database.work(work.caller) as trial:
            trial.permission, trial.authorized = work.permission, work.authorized
            pair = await clients.lock_pair(trial, client_id, into_id)
            readers = ClientRepository(trial)
            both = [await readers.read(one.id) for one in (pair.merged, pair.survivor)]
            await _merge(trial, pair, chosen)
            made = await readers.read(pair.survivor.id)
            raise _Shown(_preview(pair.survivor.id, made.body, [one.body for one in both]))
    except _Shown as shown:
        return shown.preview


async def undo_merge(work: UnitOfWork, merge_id: UUID) -> None:
    """Let two clients stand for themselves again; what was added since stays with the survivor."""
    merges = MergeRepository(work)
    merge = await merges.get(merge_id)
    work.authorize()
    if merge.undone_at is not None:
        return
    pair = await clients.lock_merged(work, merge.from_client_id, merge.into_client_id)
    merge = await merges.get_for_update(merge_id)
    if pair is None or merge.undone_at is not None:  # somebody else was faster
        return
    later = await merges.later(merge)
    sealed = await uniting.sealed(work, merge.taken)
    if any(sealed & set(one.taken) for one in later):
        raise rules.LaterMergeFirst()
    made = rules.undone(merge.before, merge.after, values.plain(pair.survivor))
    custom = made.get(CUSTOM, pair.survivor.custom_fields)
    made |= await uniting.give_back(work, _union(pair, merge.taken, merge.id), custom)
    await photos.give_back(work, pair.survivor.id, pair.merged.id)
    under = await merges.under(pair.merged.id)
    await clients.part(work, pair, made, merge.id, under=under)
    for one in later:
        kept = rules.without((merge.before, merge.after), (one.before, one.after))
        await merges.update(one, before=kept[0], after=kept[1])
    await merges.update(merge, undone_at=work.now)


async def _merge(work: UnitOfWork, pair: Pair, chosen: Mapping[str, Side]) -> Merge:
    await links.check_merge(work, pair.merged.id, pair.survivor.id)
    theirs, ours = values.plain(pair.merged), values.plain(pair.survivor)
    made = values.united(ours, theirs, chosen)
    if made[_TO_ITSELF] in {str(pair.merged.id), str(pair.survivor.id)}:
        made[_TO_ITSELF] = None
    taken = values.taken(ours, theirs, chosen)
    merge_id = new_id()
    changed = {name: made[name] for name in made if made[name] != ours[name]}
    more = await uniting.take_over(work, _union(pair, taken, merge_id), made[CUSTOM])
    await photos.take_over(work, pair.survivor.id, pair.merged.id)
    await clients.unite(work, pair, changed | more, merge_id)
    return await MergeRepository(work).add(
        id=merge_id, from_client_id=pair.merged.id, into_client_id=pair.survivor.id,
        chosen=dict(chosen), before={name: ours[name] for name in changed}, after=changed,
        taken=taken, merged_by=work.caller.principal,
    )  # fmt: skip


async def _made_before(work: UnitOfWork, client_id: UUID, into_id: UUID) -> UUID | None:
    merge = await MergeRepository(work).standing(client_id)
    if merge is None or merge.into_client_id != into_id:
        return None
    work.authorize()
    work.status = 200
    return merge.id


def _union(pair: Pair, taken: Sequence[str], merge_id: UUID) -> uniting.Union:
    return uniting.Union(pair.survivor, pair.merged, taken, f"merges.{merge_id}")


class _Shown(Exception):
    """Ends a trial: whatever it did is undone."""

    def __init__(self, preview: bytes) -> None:
        self.preview = preview
        super().__init__()


def _preview(client_id: UUID, made: str, both: list[str]) -> bytes:
    one, other = (_singles(orjson.loads(body)) for body in both)
    differing = [name for name in one if name in other and one[name] != other[name]]
    head = {"client_id": str(client_id), "url": f"/v1/clients/{client_id}", "differing": differing}
    return orjson.dumps(head)[:-1] + b',"client":' + made.encode() + b"}"


def _singles(client: Mapping[str, Any]) -> dict[str, Any]:
    """The single values that a reader is shown, as far as there are any."""
    custom = {f"{CUSTOM}.{key}": value for key, value in (client.get(CUSTOM) or {}).items()}
    found = {name: client.get(name) for name in SINGLE} | custom
    return {name: value for name, value in found.items() if value is not None}

"""A client erased for good: every record that answers as them, in every feature."""

from uuid import UUID

from chassis import forgetting
from chassis.work import UnitOfWork
from clients.client_links.use_cases import remove_links
from clients.clients.repository.rows import ClientRepository
from clients.clients.rules.failures import ClientNotFound
from clients.clients.use_cases.erasing import Whole, let_others_pay, lock_whole, tell_erased
from clients.erasures import rules
from clients.erasures.repository import Erasing
from clients.erasures.schemas import ErasedRecord, ErasurePreview, ErasureView
from clients.files.use_cases.changing import delete_files_of_client
from clients.insurance.use_cases.policies import hold_no_more
from clients.photos.use_cases import forget_photo
from refs import erasures
from refs.visibility import sight_of


async def preview_erasure(work: UnitOfWork, client_id: UUID) -> ErasurePreview:
    """Whom erasing would erase, and how much of what goes with them; nothing is changed."""
    whole = await lock_whole(work, client_id)
    counts = await Erasing(work, whole.ids).counts()
    return ErasurePreview(
        client_id=whole.survivor.id, url=f"/v1/clients/{whole.survivor.id}",
        clients=[ErasedRecord.model_validate(one) for one in whole.records], **counts,
    )  # fmt: skip


async def erase_client(work: UnitOfWork, client_id: UUID, confirm: str | None) -> ErasureView:
    """Erase a client, and all that were merged into it; again is the same.

    Raises ClientNotFound, FolderNotWritable, Stale, NotConfirmed and ChangedMeanwhile.
    """
    if (known := await _erased_before(work, client_id)) is not None:
        return known
    ids = await ClientRepository(work).check_visible(client_id)
    work.authorize()
    # Before any row is locked: whoever is at work on an event about them has ended then.
    await forgetting.wait_for_others(work, ids)
    if (known := await _erased_before(work, client_id)) is not None:
        return known
    whole = await lock_whole(work, client_id)
    if set(whole.ids) != set(ids):
        raise rules.ChangedMeanwhile()
    rules.check_confirmed(confirm, (whole.survivor.name, whole.survivor.code))
    await _erase(work, whole)
    return _view(forgetting.Forgotten(client_id, work.now, work.caller.principal))


async def _erased_before(work: UnitOfWork, client_id: UUID) -> ErasureView | None:
    """What is left of somebody erased, for who did it and who sees everything."""
    found = await forgetting.forgotten(work, client_id)
    if not found:
        return None
    if found[0].by != work.caller.principal and not (await sight_of(work)).sees_everything:
        raise ClientNotFound()
    work.authorize()
    return _view(found[0])


async def _erase(work: UnitOfWork, whole: Whole) -> None:
    erasing = Erasing(work, whole.ids)
    unnamed = await erasing.versions()
    for client_id in whole.ids:
        await delete_files_of_client(work, client_id)
        await forget_photo(work, client_id)
    unnamed += await remove_links(work, whole.ids)
    await let_others_pay(work, whole)
    await hold_no_more(work, whole.ids)
    await erasing.remove()
    await forgetting.forget(work, whole.ids)
    tell_erased(work, whole)
    erasures.enqueue(work, "clients", whole.ids, whole.since.isoformat(), unnamed)


def _view(one: forgetting.Forgotten) -> ErasureView:
    return ErasureView(
        client_id=one.id, url=f"/v1/clients/{one.id}", erased_at=one.at, erased_by=one.by
    )

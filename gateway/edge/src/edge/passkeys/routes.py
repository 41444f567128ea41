"""HTTP door of one's own passkeys."""

from uuid import UUID

from chassis.http.door import SIGNED_IN
from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from edge.passkeys import use_cases
from edge.passkeys.repository import LIST, PasskeyRepository
from edge.passkeys.schemas import (
    OptionsView,
    PasskeyBeginning,
    PasskeyCreate,
    PasskeyUpdate,
    PasskeyView,
)  # fmt: skip
from edge.second_factors.use_cases import own_id

routes = router("/v1/me/passkeys", "Signing in")
_ENCODED = "AAAAAAAAAAAAAAAAAAAAAA"
_NEW = {"id": _ENCODED, "rawId": _ENCODED, "type": "public-key",
        "response": {"clientDataJSON": _ENCODED, "attestationObject": _ENCODED}}  # fmt: skip


@routes.get("", permission=SIGNED_IN, response_model=Page[PasskeyView])
async def list_passkeys(work: Work, pages: Pages) -> Json:
    """List your passkeys."""
    return Json(await LIST.page(work, pages, {}, own_id=own_id(work)))


@routes.post("/options", permission=SIGNED_IN, example={"password": "a long password"})
async def begin_passkey(work: Work, context: Context, body: PasskeyBeginning) -> OptionsView:
    """Begin to add a passkey: what the browser's `navigator.credentials.create()` needs."""
    options = await use_cases.begin_passkey(work, context, body.password, body.code)
    return OptionsView(public_key=options)


@routes.post(
    "", permission=SIGNED_IN, status=201, example={"name": "هاتفي", "credential": _NEW}
)  # fmt: skip
async def add_passkey(work: Work, context: Context, body: PasskeyCreate) -> PasskeyView:
    """Add the passkey that the browser made within five minutes."""
    credential = body.credential.model_dump(by_alias=True)
    return PasskeyView.model_validate(await use_cases.add(work, context, body.name, credential))


@routes.get("/{passkey_id}", permission=SIGNED_IN)
async def get_passkey(work: Work, passkey_id: UUID) -> PasskeyView:
    """Read one of your passkeys."""
    return PasskeyView.model_validate(await PasskeyRepository.own(work).get(passkey_id))


@routes.patch("/{passkey_id}", permission=SIGNED_IN, example={"name": "حاسوب المكتب"})
async def rename_passkey(work: Work, passkey_id: UUID, body: PasskeyUpdate) -> PasskeyView:
    """Rename one of your passkeys."""
    changes = body.model_dump(exclude_unset=True)
    return PasskeyView.model_validate(await use_cases.rename(work, passkey_id, changes))


@routes.delete("/{passkey_id}", permission=SIGNED_IN)
async def delete_passkey(work: Work, passkey_id: UUID) -> None:
    """Delete one of your passkeys: it signs in no more."""
    await use_cases.remove(work, passkey_id)

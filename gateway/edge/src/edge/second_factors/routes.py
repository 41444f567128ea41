"""HTTP door of second factors."""

from uuid import UUID

from chassis.http.door import SIGNED_IN
from chassis.http.router import Context, Work, router
from edge.second_factors import use_cases
from edge.second_factors.repository import SecondFactorRepository
from edge.second_factors.schemas import (
    Confirmation,
    Disabling,
    RecoveryCodesView,
    SecondFactorView,
    SecretView,
)  # fmt: skip
from edge.second_factors.tables import SecondFactor

routes = router("/v1/me/mfa", "Signing in")
user_routes = router("/v1/users", "Users and roles")
_BOTH = {"password": "a long password", "code": "123456"}


@routes.get("", permission=SIGNED_IN)
async def get_second_factor(work: Work) -> SecondFactorView:
    """Read whether your sign-in takes a code beside the password."""
    return _view(await SecondFactorRepository(work).find(use_cases.own_id(work)))


@routes.post("", permission=SIGNED_IN, secrets=("secret", "otpauth_uri"))
async def set_up(work: Work, context: Context) -> SecretView:
    """Begin to set up an authenticator app; a code of it then confirms it."""
    return SecretView.model_validate(await use_cases.set_up(work, context))


@routes.post(
    "/confirm", permission=SIGNED_IN, secrets=("recovery_codes",), example={"code": "123456"}
)
async def confirm(work: Work, context: Context, body: Confirmation) -> RecoveryCodesView:
    """Turn the second factor on, and get the recovery codes."""
    return _shown(*await use_cases.confirm(work, context, body.code))


@routes.post("/disable", permission=SIGNED_IN, example=_BOTH)
async def disable(work: Work, context: Context, body: Disabling) -> SecondFactorView:
    """Turn the second factor off, with your password and a code."""
    await use_cases.disable(work, context, body.password, body.code)
    return _view(None)


@routes.post("/recovery-codes", permission=SIGNED_IN, secrets=("recovery_codes",), example=_BOTH)
async def renew_recovery_codes(work: Work, context: Context, body: Disabling) -> RecoveryCodesView:
    """Get new recovery codes in the place of the old ones."""
    renewed = await use_cases.renew_recovery_codes(work, context, body.password, body.code)
    return _shown(*renewed)


@user_routes.delete("/{user_id}/mfa", permission="identity:manage", visible_to=SIGNED_IN)
async def remove_second_factor(work: Work, user_id: UUID) -> None:
    """Take the second factor from somebody who lost it; they then sign in with the password."""
    await use_cases.remove_of(work, user_id)


def _view(factor: SecondFactor | None) -> SecondFactorView:
    if factor is None or factor.confirmed_at is None:
        return SecondFactorView(enabled=False)
    return SecondFactorView(
        enabled=True, confirmed_at=factor.confirmed_at,
        recovery_codes_left=len(factor.recovery_hashes),
    )  # fmt: skip


def _shown(factor: SecondFactor, codes: list[str]) -> RecoveryCodesView:
    return RecoveryCodesView(**_view(factor).model_dump(), recovery_codes=codes)

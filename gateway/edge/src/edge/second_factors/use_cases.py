"""Setting a second factor up, proving it, and taking it away."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from chassis.context import Context
from chassis.work import UnitOfWork
from edge.me.rules import NotAUser, WrongPassword
from edge.passwords.use_cases import Passwords
from edge.roles.use_cases import check_may_assign
from edge.second_factors import rules
from edge.second_factors.repository import SecondFactorRepository
from edge.second_factors.tables import SecondFactor
from edge.tenants.repository import TenantRepository
from edge.throttles.rules import signed_in
from edge.throttles.use_cases import Throttles
from edge.users.repository import UserRepository, password_of

_SEALED_FOR: Final = "edge.second_factor"


@dataclass(frozen=True, slots=True)
class Begun:
    """What the authenticator needs, in two forms."""

    secret: str
    otpauth_uri: str


async def set_up(work: UnitOfWork, context: Context) -> Begun:
    """Make a new secret; it counts once a code of it confirms it."""
    user_id, factors = own_id(work), SecondFactorRepository(work)
    user = await UserRepository(work).get(user_id)
    tenant = await TenantRepository(work).get(work.tenant_id)
    seed = rules.new_seed()
    sealed = context.crypto.seal(work.tenant_id, seed.encode(), _SEALED_FOR)
    known = await factors.locked(user_id)
    if known and known.confirmed_at:
        raise rules.AlreadyOn()
    if known:
        await factors.update(known, sealed_seed=sealed, last_step=0)
    else:
        await factors.add(id=user_id, sealed_seed=sealed, recovery_hashes=[], last_step=0)
    return Begun(seed, rules.provisioning_uri(seed, user.email, tenant.name))


async def confirm(work: UnitOfWork, context: Context, code: str) -> tuple[SecondFactor, list[str]]:
    """Turn the second factor on with a code of it; gives the recovery codes."""
    factors = SecondFactorRepository(work)
    factor = await factors.locked(own_id(work))
    if factor is None:
        raise rules.NotSetUp()
    if factor.confirmed_at:
        raise rules.AlreadyOn()
    step = rules.step_of(_seed(work, context, factor), code, work.now, factor.last_step)
    if step is None:
        raise rules.WrongCode(field="code")
    codes = rules.new_recovery_codes()
    changed = await factors.update(
        factor, confirmed_at=work.now, last_step=step,
        recovery_hashes=[rules.digest(one) for one in codes],
    )  # fmt: skip
    return changed, codes


async def disable(work: UnitOfWork, context: Context, password: str, code: str) -> None:
    """Turn the second factor off; both factors are proved first."""
    person = await _prove_password(work, context, password)
    factors = SecondFactorRepository(work)
    await _prove_code(work, context, code, person)
    if (factor := await factors.locked(own_id(work))) is not None:
        await factors.delete(factor)


async def remove_of(work: UnitOfWork, user_id: UUID) -> None:
    """Take a lost second factor from somebody else, whose rights the caller could give."""
    user = await UserRepository(work).get_for_update(user_id)
    if user_id == work.caller.user_id:
        raise rules.OwnFactor()
    await check_may_assign(work, user.role_id)
    factors = SecondFactorRepository(work)
    if (factor := await factors.locked(user_id)) is not None:
        await factors.delete(factor)


async def renew_recovery_codes(
    work: UnitOfWork, context: Context, password: str, code: str
) -> tuple[SecondFactor, list[str]]:
    """Give new recovery codes; the old ones hold no longer."""
    person = await _prove_password(work, context, password)
    await _prove_code(work, context, code, person)
    factors, codes = SecondFactorRepository(work), rules.new_recovery_codes()
    factor = await factors.get_for_update(own_id(work))
    hashes = [rules.digest(one) for one in codes]
    return await factors.update(factor, recovery_hashes=hashes), codes


async def prove(work: UnitOfWork, context: Context, user_id: UUID, code: str) -> rules.Outcome:
    """Hold a code against a user's second factor, if they have one; a right one is used up.

    The row stays locked until the work ends, so of two that bring one code the second finds it
    used.
    """
    factors = SecondFactorRepository(work)
    factor = await factors.locked(user_id)
    if factor is None or factor.confirmed_at is None:
        return "right"
    if not code.strip():
        return "missing"
    seed = _seed(work, context, factor)
    if (step := rules.step_of(seed, code, work.now, factor.last_step)) is not None:
        sealed = factor.sealed_seed
        if context.crypto.needs_reseal(sealed):
            sealed = context.crypto.seal(work.tenant_id, seed.encode(), _SEALED_FOR)
        await factors.note_step(factor, step, sealed)
        return "right"
    left = rules.without(factor.recovery_hashes, code)
    if left is None:
        return "wrong"
    await factors.update(factor, recovery_hashes=left)
    return "right"


def own_id(work: UnitOfWork) -> UUID:
    """Whose second factor the caller may change; raises NotAUser for an API key."""
    if work.caller.user_id is None:
        raise NotAUser()
    return work.caller.user_id


async def prove_person(work: UnitOfWork, context: Context, password: str, code: str) -> None:
    """Have the caller prove anew who they are: the password, and the code where one is set up."""
    person = await _prove_password(work, context, password, must_have_factor=False)
    await _prove_code(work, context, code, person)


@dataclass(frozen=True, slots=True)
class _Person:
    email: str
    # In the place of an address, so that one person's tries are not held against all others.
    key: str


async def _prove_password(
    work: UnitOfWork, context: Context, password: str, *, must_have_factor: bool = True
) -> _Person:
    user_id, throttles = own_id(work), context.kept(Throttles)
    # In a work of its own: no transaction waits while passwords are hashed.
    async with work.database.work(work.caller) as reading:
        user = await UserRepository(reading).get(user_id)
        factor = await SecondFactorRepository(reading).find(user_id)
        kept = await password_of(reading, user_id)
    if must_have_factor and (factor is None or factor.confirmed_at is None):
        raise rules.NotSetUp()
    person = _Person(user.email, signed_in(user_id))
    await throttles.check(person.email, person.key)
    if not await context.kept(Passwords).verify(kept, password):
        await throttles.count_failure(person.email, person.key)
        raise WrongPassword(field="password")
    return person


async def _prove_code(work: UnitOfWork, context: Context, code: str, person: _Person) -> None:
    if await prove(work, context, own_id(work), code) != "right":
        await context.kept(Throttles).count_failure(person.email, person.key)
        raise rules.WrongCode(field="code")


def _seed(work: UnitOfWork, context: Context, factor: SecondFactor) -> str:
    return context.crypto.open(work.tenant_id, factor.sealed_seed, _SEALED_FOR).decode()

"""Accounts at providers of online payments: which keys fit together."""

from typing import Final

from chassis.errors import Conflict, Invalid, NotFound

PUBLISHABLE: Final = ("pk_test_", "pk_live_")
SECRET: Final = ("sk_test_", "sk_live_", "rk_test_", "rk_live_")
SIGNING: Final = ("whsec_",)


class PaymentProviderNotFound(NotFound):
    """No such account of the company."""

    code = "payment_provider_not_found"
    detail = "There is no such payment provider."


class NotSuchAKey(Invalid):
    """Each key begins with what it is."""

    code = "not_such_a_key"
    detail = "This key begins with {beginnings}."


class KeysDiffer(Invalid):
    """One is for real money and the other is not."""

    code = "keys_differ"
    detail = "The keys are both for tests or both live."


class PaymentProviderUsed(Conflict):
    """What was paid by it is confirmed and given back by it."""

    code = "payment_provider_used"
    detail = "Payments were begun with this provider: switch it off instead of removing it."


class NoPaymentProvider(Conflict):
    """Nobody takes money for the company."""

    code = "no_payment_provider"
    detail = "No payment provider is switched on."


def check_keys(publishable: str, secret: str, signing: str | None) -> None:
    """Raises NotSuchAKey and KeysDiffer."""
    _check(publishable, PUBLISHABLE, "publishable_key")
    _check(secret, SECRET, "secret_key")
    if signing is not None:
        _check(signing, SIGNING, "webhook_secret")
    if is_test(publishable) != is_test(secret):
        raise KeysDiffer(field="secret_key")


def is_test(publishable: str) -> bool:
    """Whether no real money moves."""
    return publishable.split("_")[1] == "test"


def _check(key: str, beginnings: tuple[str, ...], field: str) -> None:
    if not key.startswith(beginnings) or key in beginnings:
        raise NotSuchAKey(field=field, beginnings=", ".join(beginnings))

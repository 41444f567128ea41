"""Shapes of second factors."""

from datetime import datetime
from typing import Annotated

from pydantic import StringConstraints

from chassis.shapes import Shape, View

_Code = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class Confirmation(Shape):
    """A code of the authenticator."""

    code: _Code


class Disabling(Shape):
    """Both factors: the password, and a code of the authenticator or a recovery code."""

    password: Annotated[str, StringConstraints(max_length=1000, strip_whitespace=False)]
    code: _Code


class SecondFactorView(View):
    """Whether signing in takes a code, and how many recovery codes are left."""

    enabled: bool
    confirmed_at: datetime | None = None
    recovery_codes_left: int = 0


class SecretView(View):
    """What the authenticator needs; shown once."""

    secret: str
    otpauth_uri: str


class RecoveryCodesView(SecondFactorView):
    """Codes for a lost authenticator, each for one use; shown once."""

    recovery_codes: list[str] | None

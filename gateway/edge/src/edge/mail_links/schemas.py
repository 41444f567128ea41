"""Shapes of what is asked and proved by mail."""

from typing import Annotated

from pydantic import StringConstraints

from chassis.shapes import Shape, View

_Token = Annotated[str, StringConstraints(max_length=200)]


class ResetRequest(Shape):
    """Whose password is forgotten."""

    email: Annotated[str, StringConstraints(min_length=3, max_length=320)]


class PasswordReset(Shape):
    """The token of the mail and the new password."""

    token: _Token
    password: Annotated[str, StringConstraints(max_length=1000, strip_whitespace=False)]


class EmailCheck(Shape):
    """The token of the mail."""

    token: _Token


class AddressView(View):
    """The address that was written to."""

    email: str

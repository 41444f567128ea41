"""Shapes of requests for tokens."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chassis.shapes import Shape, View

_Encoded = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]


class TokenRequest(BaseModel):
    """The form of RFC 6749; parameters it does not know are ignored, as 3.2 asks."""

    grant_type: str = Field(default="", max_length=100)
    username: str = Field(default="", max_length=320)
    password: str = Field(default="", max_length=1000)
    refresh_token: str = Field(default="", max_length=500)
    client_id: str = Field(default="", max_length=500)
    client_secret: str = Field(default="", max_length=500)
    tenant: UUID | None = None
    otp: str = Field(default="", max_length=40)
    # A passkey in the place of the code: what `navigator.credentials.get()` gave, as JSON.
    passkey: str = Field(default="", max_length=50_000)


class TokenView(View):
    """An access token, and for users the token that gets the next one."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105 - RFC 6750
    expires_in: int
    refresh_token: str | None = None


class _FromBrowser(Shape):
    """As `PublicKeyCredential.toJSON()` gives it; what we do not need is passed over."""

    model_config = ConfigDict(extra="ignore")


class Assertion(_FromBrowser):
    """What the authenticator says to a challenge."""

    client_data_json: _Encoded = Field(alias="clientDataJSON")
    authenticator_data: _Encoded = Field(alias="authenticatorData")
    signature: _Encoded
    user_handle: Annotated[str, StringConstraints(max_length=200)] | None = Field(
        default=None, alias="userHandle"
    )


class Credential(_FromBrowser):
    """The answer of `navigator.credentials.get()`."""

    id: _Encoded
    raw_id: _Encoded = Field(alias="rawId")
    type: Literal["public-key"]
    response: Assertion


class PasskeySignIn(Shape):
    """A passkey's answer to a challenge."""

    credential: Credential


class OidcSignIn(Shape):
    """Nothing, or the second factor of who set one up here: a code, or a passkey's answer."""

    otp: Annotated[str, StringConstraints(max_length=40)] = ""
    passkey: Credential | None = None


class ChallengeView(View):
    """What the browser is given: `publicKey` of `navigator.credentials.get()`."""

    public_key: dict[str, Any]

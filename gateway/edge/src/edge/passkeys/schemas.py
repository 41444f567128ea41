"""Shapes of passkeys: those of the browser (WebAuthn level 3, 5.1) and ours around them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from chassis.shapes import Name, Resource, Shape, View

_Encoded = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
_Password = Annotated[str, StringConstraints(max_length=1000, strip_whitespace=False)]


class _FromBrowser(Shape):
    """As `PublicKeyCredential.toJSON()` gives it; what we do not need is passed over."""

    model_config = ConfigDict(extra="ignore")


class Attestation(_FromBrowser):
    """What the authenticator says of a new key."""

    client_data_json: _Encoded = Field(alias="clientDataJSON")
    attestation_object: _Encoded = Field(alias="attestationObject")
    transports: Annotated[list[Annotated[str, StringConstraints(max_length=40)]],
                          Field(max_length=10)] = []  # fmt: skip


class NewCredential(_FromBrowser):
    """The answer of `navigator.credentials.create()`."""

    id: _Encoded
    raw_id: _Encoded = Field(alias="rawId")
    type: Literal["public-key"]
    response: Attestation


class PasskeyBeginning(Shape):
    """Your password; with a second factor its code too."""

    password: _Password
    code: Annotated[str, StringConstraints(max_length=40)] = ""


class PasskeyCreate(Shape):
    """A new passkey, and by what name you will know it."""

    name: Name
    credential: NewCredential


class PasskeyUpdate(Shape):
    """What may change."""

    name: Name = ""


class OptionsView(View):
    """What the browser is given: `publicKey` of `navigator.credentials.create()`."""

    public_key: dict[str, Any]


class PasskeyView(Resource):
    """A passkey; a synced one is on all devices of its user."""

    name: str
    is_synced: bool
    last_used_at: datetime | None

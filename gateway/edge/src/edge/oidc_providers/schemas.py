"""Shapes of sign-in providers."""

from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from chassis.shapes import Name, Resource, Shape

_Client = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[\x20-\x7e]+$")]
_Issuer = Annotated[str, StringConstraints(min_length=8, max_length=1000)]


class OidcProviderCreate(Shape):
    """What the provider gave when the product was registered there."""

    id: UUID | None = None
    name: Name
    issuer: _Issuer
    oidc_client_id: _Client
    oidc_client_secret: _Client
    enabled: bool = False
    required: bool = False


class OidcProviderUpdate(Shape):
    """What may change; another issuer is another provider, whose people are others."""

    name: Name = ""
    oidc_client_id: _Client = ""
    oidc_client_secret: _Client = ""
    enabled: bool = False
    required: bool = False


class OidcProviderView(Resource):
    """A provider; `redirect_uri` is to be registered there, `sign_in_url` is for people."""

    name: str
    issuer: str
    oidc_client_id: str
    enabled: bool
    required: bool
    redirect_uri: str
    sign_in_url: str

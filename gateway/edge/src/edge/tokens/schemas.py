"""Shapes of requests for tokens."""

from uuid import UUID

from pydantic import BaseModel, Field

from chassis.shapes import View


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


class TokenView(View):
    """An access token, and for users the token that gets the next one."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105 - RFC 6750
    expires_in: int
    refresh_token: str | None = None

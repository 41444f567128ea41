"""Shapes of linked accounts."""

from datetime import datetime

from chassis.shapes import Resource


class OidcIdentityView(Resource):
    """An account at a sign-in provider; `email` is the address it had when it was linked."""

    issuer: str
    email: str
    last_used_at: datetime | None

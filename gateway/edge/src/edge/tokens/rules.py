"""How a request for tokens is refused: as OAuth 2.0 says, and as a problem document."""

from typing import Any

from chassis.errors import Malformed


class OAuthRefusal(Malformed):
    """Carries the members of RFC 6749, 5.2 beside those of RFC 9457."""

    code = "invalid_request"
    detail = "This request for a token is incomplete."

    def __init__(self, **params: Any) -> None:
        super().__init__(**params)
        self.extra = {"error": self.code, "error_description": self.detail, **self.extra}


class InvalidGrant(OAuthRefusal):
    """The same for an unknown address, a wrong password, a spent token and a revoked key."""

    code = "invalid_grant"
    detail = "The credentials are wrong or hold no longer."


class OtpRequired(OAuthRefusal):
    """The password was right; who set up a second factor gives its code too."""

    code = "otp_required"
    detail = "A code of your authenticator is needed: send it as `otp`."


class InvalidOtp(OAuthRefusal):
    """Neither a code of this moment nor a recovery code that is left."""

    code = "invalid_otp"
    detail = "This code is wrong, or was used already."


class ProviderRequired(OAuthRefusal):
    """The proof was right; the company has its people signed in by its own provider."""

    code = "oidc_required"
    detail = "Your company has you sign in at its own sign-in provider."


class UnknownGrant(OAuthRefusal):
    """Another way to ask than the three."""

    code = "unsupported_grant_type"
    detail = "Tokens are given for password, refresh_token and client_credentials."

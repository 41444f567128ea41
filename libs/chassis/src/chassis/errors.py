"""The few failures a use case may raise; each fixes its HTTP and its gRPC status."""

from dataclasses import dataclass
from typing import ClassVar

from chassis.i18n import translate


@dataclass(frozen=True, slots=True)
class FieldError:
    """One refused field: its path in the body or the parameter's name, a stable code, a message."""

    field: str
    code: str
    message: str


class Failure(Exception):
    """A refusal the caller can act on. `detail` is English and may hold {placeholders}."""

    status: int
    grpc_status: ClassVar[str]
    title: ClassVar[str]
    code: str
    detail: str = ""

    def __init__(
        self, detail: str | None = None, *, code: str | None = None, field: str | None = None,
        errors: tuple[FieldError, ...] = (), extra: dict[str, object] | None = None,
        **params: object,
    ) -> None:  # fmt: skip
        self.detail = detail or type(self).detail or self.title
        self.code = code or type(self).code
        self.field = field
        self.errors = errors
        self.extra = extra or {}
        self.params = params
        super().__init__(self.code)

    def message(self, locale: str) -> str:
        """The detail in the caller's language with its values filled in."""
        return translate(self.detail, locale).format(**self.params)


class Malformed(Failure):
    """400: the request cannot be read at all."""

    status, grpc_status, title = 400, "INVALID_ARGUMENT", "The request is malformed."
    code = "malformed"


class Unauthenticated(Failure):
    """401: no caller, or one whose token does not hold."""

    status, grpc_status, title = 401, "UNAUTHENTICATED", "Sign in to do this."
    code = "unauthenticated"
    # How (RFC 9110, 11.6.1).
    challenge: ClassVar[str] = "Bearer"


class Forbidden(Failure):
    """403: visible, yet the caller may not do this to it."""

    status, grpc_status, title = 403, "PERMISSION_DENIED", "You may not do this."
    code = "forbidden"


class MissingPermission(Forbidden):
    """403: the caller's role lacks `permission`."""

    detail = "You do not have the permission {permission}."


class NotFound(Failure):
    """404: unknown, of another tenant, or hidden from the caller: all alike."""

    status, grpc_status, title = 404, "NOT_FOUND", "Nothing was found here."
    code = "not_found"


class LeadsNowhere(NotFound):
    """404: the secret in a link is nobody's, or not any more; who tries many is held up."""

    code = "link_not_found"
    detail = "This link leads nowhere, or not any more."


class Conflict(Failure):
    """409: the state of the resource does not allow this now."""

    status, grpc_status, title = (
        409,
        "FAILED_PRECONDITION",
        "The present state does not allow this.",
    )
    code = "conflict"


class Stale(Failure):
    """412: somebody else changed the resource since the caller read it."""

    status, grpc_status, title = 412, "ABORTED", "This was changed by somebody else meanwhile."
    code = "stale_version"


class TooLarge(Failure):
    """413: more than this door takes."""

    status, grpc_status, title = 413, "OUT_OF_RANGE", "This is too large."
    code = "too_large"


class Invalid(Failure):
    """422: understood, but some values do not hold."""

    status, grpc_status, title = 422, "INVALID_ARGUMENT", "Some values are not valid."
    code = "validation_failed"


class TooMany(Failure):
    """429: too many requests; `extra["retry_after"]` says how many seconds to wait."""

    status, grpc_status, title = 429, "RESOURCE_EXHAUSTED", "Too many requests; try again later."
    code = "too_many_requests"


class Unavailable(Failure):
    """503: a part of the system is not there now; nothing was changed, try again."""

    status, grpc_status = 503, "UNAVAILABLE"
    title = "A part of the system is not available now; try again."
    code = "unavailable"

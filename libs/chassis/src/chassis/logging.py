"""JSON logs on standard error: a line a record, with trace, tenant and request, no secrets."""

import logging
import re
import sys
from collections.abc import Mapping
from contextvars import ContextVar, Token
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final
from uuid import UUID

import orjson

from chassis import telemetry
from chassis.settings import ChassisSettings

HIDDEN: Final = "•••"
Fields = Mapping[str, UUID | str | None]

_NOTHING: Final[Fields] = {}
_BOUND: ContextVar[Fields] = ContextVar("bound", default=_NOTHING)
_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
_SECRET_NAME: Final = re.compile(
    r"password|passwd|token|secret|authorization|cookie|otp\b|(api|private|master)_?key", re.I
)
# API keys, refresh tokens, invitations, bearer tokens, JWTs, passwords within URLs, and
# `name=value` of a secret's name.
_SECRET_TEXT: Final = re.compile(
    r"dw[nri]_[\w-]+|(?<=bearer )\S+|\beyJ[\w-]+\.[\w-]+\.[\w-]*|(?<=://)[^\s/@:]*:[^\s/@]+(?=@)"
    r"|(?<=password=)[^\s&]+|(?<=token=)[^\s&]+|(?<=secret=)[^\s&]+",
    re.I,
)


class bind:
    """`with bind(tenant_id=…):` gives every log line of the block a field."""

    __slots__ = ("_fields", "_token")

    def __init__(self, **fields: UUID | str | None) -> None:
        self._fields = fields
        self._token: Token[Fields] | None = None

    def __enter__(self) -> None:
        self._token = _BOUND.set({**_BOUND.get(), **self._fields})

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if self._token:
            _BOUND.reset(self._token)


def bound() -> Fields:
    """The fields bound here, e.g. `request_id`."""
    return _BOUND.get()


def configure(settings: ChassisSettings) -> None:
    """Send the whole process's logs, the libraries' too, to standard error as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(settings.service))
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)
    # These tell of every connection or request.
    for noisy in ("httpx", "httpcore", "pgqueuer", "nats", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.root.level))


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON; fields given by `extra=` stand beside the others."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": hide_secrets(record.getMessage()),
            "service": self._service,
        }
        if trace_id := telemetry.trace_id():
            line["trace_id"] = trace_id
        line |= {name: value for name, value in _BOUND.get().items() if value is not None}
        line |= redact({k: v for k, v in vars(record).items() if k not in _STANDARD})
        if record.exc_info:
            line["exception"] = hide_secrets(self.formatException(record.exc_info))
        return orjson.dumps(line, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def hide_secrets(text: str) -> str:
    """The text without what looks like a key, a token or a password."""
    return _SECRET_TEXT.sub(HIDDEN, text)


def redact(value: Any, name: str = "") -> Any:
    """The value without secrets: by the name it stands under, or by what it looks like."""
    if name and _SECRET_NAME.search(name):
        return HIDDEN
    if isinstance(value, Mapping):
        return {key: redact(inner, str(key)) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redact(inner) for inner in value]
    return hide_secrets(value) if isinstance(value, str) else value

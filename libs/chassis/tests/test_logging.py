"""Logs: one JSON line a record, with its context and without its secrets."""

import json
import logging
import sys
from typing import Any

import pytest

from chassis import telemetry
from chassis.ids import new_id
from chassis.logging import HIDDEN, JsonFormatter, bind, configure
from libs.chassis.tests.rpc.echoing import settings_of


def line(message: str = "hello", **extra: Any) -> dict[str, Any]:
    record = logging.makeLogRecord({"name": "chassis", "levelname": "INFO", "msg": message})
    vars(record).update(extra)
    text = JsonFormatter("clients").format(record)
    assert "\n" not in text
    found: dict[str, Any] = json.loads(text)
    return found


def test_line_says_who_where_and_in_which_trace() -> None:
    tenant = new_id()
    with (
        telemetry.continue_from(f"00-{'ab' * 16}-{'cd' * 8}-00"),
        bind(tenant_id=tenant, request_id=None),
        bind(request_id="r1"),
    ):
        found = line("hello", attempt=2)
    assert found.pop("time")
    assert found == {
        "level": "info", "logger": "chassis", "message": "hello", "service": "clients",
        "trace_id": "ab" * 16, "tenant_id": str(tenant), "request_id": "r1", "attempt": 2,
    }  # fmt: skip
    assert "tenant_id" not in line()


def test_exception_is_part_of_the_line() -> None:
    try:
        raise ValueError("postgresql://app:hunter2@host/db refused")
    except ValueError:
        found = line(exc_info=sys.exc_info())
    assert "ValueError" in found["exception"]
    assert "hunter2" not in found["exception"]


@pytest.mark.parametrize(
    "message",
    ["Authorization: Bearer s3cret", "key dwn_s3cret-x_1", "dwr_s3cret", "dwi_s3cret",
     "redis://u:s3cret@h", "x?token=s3cret", "password=s3cret&a=1", "jwt eyJhbGciOi.eyJs3cret.sig"],
)  # fmt: skip
def test_secret_within_a_text_is_hidden(message: str) -> None:
    assert "s3cret" not in line(message)["message"]
    assert HIDDEN in line(message)["message"]


def test_secret_is_hidden_by_its_name_at_any_depth() -> None:
    found = line(request={"password": "a", "refresh_token": "b", "rows": [{"api_key": "c"}]})
    assert found["request"] == {
        "password": HIDDEN, "refresh_token": HIDDEN, "rows": [{"api_key": HIDDEN}],
    }  # fmt: skip


def test_whole_process_logs_so(capsys: pytest.CaptureFixture[str]) -> None:
    handlers, level = logging.root.handlers[:], logging.root.level
    try:
        configure(settings_of("clients", log_level="warning"))
        logging.getLogger("somebody.else").warning("careful: %s", "x")
        logging.getLogger("somebody.else").info("unheard")
    finally:
        logging.root.handlers[:] = handlers
        logging.root.setLevel(level)
    lines = capsys.readouterr().err.splitlines()
    assert [json.loads(text)["message"] for text in lines] == ["careful: x"]

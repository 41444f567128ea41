"""The authority's own rules: XSD, EN 16931, those of Saudi Arabia, and the previous hash."""

import re
from datetime import UTC, datetime, timedelta

from fatoora import Config, validate_zatca_invoice_from_str

# What an unsigned simplified invoice lacks: the stamp, what is checked of it, and the code of it.
STAMP = {"BR-KSA-28", "BR-KSA-29", "BR-KSA-30", "BR-KSA-60", "INTEGRITY_STRUCTURE"}
# That a simplified invoice is to be reported within a day of what is printed on it.
_LATE = "BR-KSA-98"
# BR-KSA-04: a day begins there before it does here.
_RIYADH = timedelta(hours=3)


def faults(content: bytes) -> set[str]:
    """What is wrong with it, also what is only warned of."""
    text = content.decode()
    previous = re.search(r"<cbc:ID>PIH</cbc:ID>.*?text/plain\">([^<]+)<", text)
    with Config() as config:
        report = validate_zatca_invoice_from_str(
            config,
            text,
            previous_invoice_hash=previous and previous[1],
            evaluated_at=(datetime.now(UTC) + _RIYADH).isoformat(timespec="seconds"),
        )
    found = [one for stage in report["stages"] for one in stage["findings"]]
    return {_rule(one) for one in found} - {_LATE}


def _rule(finding: dict[str, str]) -> str:
    return finding.get("rule_id") or finding.get("code") or str(finding)

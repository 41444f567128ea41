"""Reading the edge's own part of the audit log; nothing of it is ever changed."""

from typing import Final

from sqlalchemy import Boolean, bindparam, not_, or_

from chassis.audit_log import audit_entries, audit_log

# Their entries name folders, which may be hidden from who reads.
_NAMES_FOLDERS: Final = or_(
    *(audit_log.c.entity == name for name in ("assignment_rules", "api_keys"))
)
_EVERYTHING: Final = bindparam("sees_everything", type_=Boolean)
LIST: Final = audit_entries(_EVERYTHING | not_(_NAMES_FOLDERS), _EVERYTHING)

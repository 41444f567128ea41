"""All SQL of forms."""

from typing import Any, Final

from sqlalchemy import Boolean, Text, Uuid, any_, bindparam, case, cast, literal_column, not_
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.paging import ListQuery
from chassis.repository import Repository
from clients.clients.repository.rows import about_visible_client
from clients.forms.rules import FormNotFound
from clients.forms.tables import Form, FormSubmission, form_submissions, forms
from refs import visibility

_C: Final = forms.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
_SCOPE: Final = _C.folder_id.is_(None) | not_(
    _C.folder_id == any_(bindparam("hidden_folders", type_=ARRAY(Uuid)))
)
_SAME: Final = (
    "id", "version", "created_at", "updated_at", "name", "key", "title", "fields", "kind",
    "folder_id", "tags", "on_match", "min_seconds",
)  # fmt: skip
_S: Final = form_submissions.c
_SEES_EVERYTHING: Final = bindparam("sees_everything", type_=Boolean)
_url = literal_column("'/v1/clients/'", Text) + cast(_S.client_id, Text)

LIST: Final = ListQuery(
    source=forms,
    columns={
        **{name: _C[name] for name in _SAME},
        "url": literal_column("'/v1/public/forms/'", Text) + _C.key, "enabled": _C.is_enabled,
    },
    where=(_OURS, _SCOPE), filters={"enabled": _C.is_enabled == bindparam("enabled")},
    sorts={name: _C[name] for name in ("name", "created_at", "updated_at")},
    default_sort="name", key=_C.id,
)  # fmt: skip
# Answers are as private as the clients whom they are of; those of nobody are for who sees all.
SUBMISSIONS: Final = ListQuery(
    source=form_submissions,
    columns={
        **{name: _S[name] for name in (
            "id", "version", "created_at", "updated_at", "form_id", "outcome", "answers",
            "client_id",
        )},
        "url": case((_S.client_id.is_not(None), _url)),
        "matched_ids": case(
            (_SEES_EVERYTHING, _S.matched_ids), else_=literal_column("'{}'::uuid[]")
        ),
    },
    where=(
        _S.tenant_id == bindparam("tenant_id", type_=Uuid),
        _S.form_id == bindparam("form_id", type_=Uuid), about_visible_client(_S.client_id),
    ),
    filters={"outcome": _S.outcome == any_(bindparam("outcome", type_=ARRAY(Text)))},
    sorts={"created_at": _S.created_at}, default_sort="-created_at", key=_S.id,
)  # fmt: skip


class FormRepository(Repository[Form]):
    """Forms of all folders but those hidden from the caller."""

    table = forms
    row = Form
    scope = _SCOPE
    missing = FormNotFound

    async def scope_values(self) -> dict[str, Any]:
        return (await visibility.sight_of(self.work)).values()


class FormSubmissionRepository(Repository[FormSubmission]):
    """What was sent."""

    table = form_submissions
    row = FormSubmission

"""The timeline: what an event of any service reads like on a client's record."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

Bilingual = dict[str, str]

# Event type → Arabic, English. {placeholders} are filled from the event's data.
SUMMARIES: Final[Mapping[str, tuple[str, str]]] = {
    "clients.client.created": ("أُضيف العميل", "Client added"),
    "clients.client.updated": ("عُدِّلت بيانات العميل", "Client details changed"),
    "clients.client.status_changed": ("تغيّرت حالة العميل", "Status changed"),
    "clients.client.folder_changed": ("نُقل العميل إلى مجلد آخر", "Moved to another folder"),
    "clients.client.tagged": ("أُضيفت الوسوم: {tags}", "Tags added: {tags}"),
    "clients.client.untagged": ("أُزيلت الوسوم: {tags}", "Tags removed: {tags}"),
    "clients.client.staff_assigned": ("تغيّر الموظفون المسؤولون", "Assigned staff changed"),
    "clients.client.follow_up_due": ("حان موعد المتابعة", "Follow-up due"),
    "clients.client.merged": ("دُمج العميل مع آخر", "Merged with another client"),
    "clients.client.unmerged": ("أُلغي دمج العميل", "Merge undone"),
    "clients.client.redirected": ("تغيّر العميل الذي يمثّله", "Another client answers for it"),
    "clients.client.archived": ("أُرشف العميل", "Client archived"),
    "clients.client.restored": ("أُعيد العميل من الأرشيف", "Client restored"),
    "clients.client.subclient_added": ("أُضيف عميل فرعي", "Sub-client added"),
    "clients.client_link.added": ("رُبط بعميل آخر", "Linked to another client"),
    "clients.client_link.updated": ("عُدِّل الربط بعميل آخر", "Link to another client changed"),
    "clients.client_link.deleted": ("أُزيل الربط بعميل آخر", "Link to another client removed"),
    "clients.note.added": ("أُضيفت ملاحظة", "Note added"),
    "clients.note.updated": ("عُدِّلت ملاحظة", "Note changed"),
    "clients.note.deleted": ("حُذفت ملاحظة", "Note deleted"),
    "clients.file.added": ("أُضيف ملف", "File added"),
    "clients.file.updated": ("عُدِّل ملف", "File changed"),
    "clients.file.deleted": ("حُذف ملف", "File deleted"),
    "clients.file.shared": ("أُنشئ رابط مشاركة لملف", "Link to a file given out"),
    "clients.file.expiring": ("ملف يقترب انتهاؤه", "A file is about to expire"),
    "clients.file.expired": ("انتهت صلاحية ملف", "A file has expired"),
    "comms.message.queued": ("رسالة في انتظار الإرسال", "Message queued"),
    "comms.message.sent": ("أُرسلت رسالة", "Message sent"),
    "comms.message.delivered": ("وصلت الرسالة", "Message delivered"),
    "comms.message.opened": ("فُتحت الرسالة", "Message opened"),
    "comms.message.clicked": ("نُقر رابط في الرسالة", "Link in message clicked"),
    "comms.message.failed": ("تعذّر إرسال الرسالة", "Message could not be sent"),
    "comms.message.received": ("وردت رسالة", "Message received"),
    "automation.run.started": ("بدأت أتمتة", "Automation started"),
    "automation.run.completed": ("اكتملت أتمتة", "Automation completed"),
    "automation.run.failed": ("تعذّرت أتمتة", "Automation failed"),
}
# A type that came after this table was written: better plain than missing.
ANY_OTHER: Final = ("حدث: {type}", "Event: {type}")

_IRREGULAR: Final = {"follow_up": "follow-ups", "credit": "credit-entries"}


def summary(kind: str, data: Mapping[str, Any]) -> Bilingual:
    """One line in both languages."""
    ar, en = SUMMARIES.get(kind, ANY_OTHER)
    values = {"type": kind, "tags": "، ".join(str(tag) for tag in data.get("tags") or ())}
    english = values | {"tags": values["tags"].replace("، ", ", ")}
    return {"ar": ar.format(**values), "en": en.format(**english)}


def source(kind: str, subject: UUID) -> dict[str, str]:
    """Where it happened: the service, the resource and its path."""
    service, noun, *_ = kind.split(".")
    plural = _IRREGULAR.get(noun, f"{noun.replace('_', '-')}s")
    return {
        "service": service, "type": noun, "id": str(subject), "url": f"/v1/{plural}/{subject}",
    }  # fmt: skip


def permission(kind: str) -> str:
    """Who may read the resource may read what happened to it."""
    return f"{kind.partition('.')[0]}:read"

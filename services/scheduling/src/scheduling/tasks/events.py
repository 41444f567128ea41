"""What others hear of tasks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from diwan.scheduling.v1 import events_pb2

from chassis.events import Event, event
from scheduling.tasks.tables import Task, TaskComment

CommentVerb = Literal["commented", "comment_updated", "comment_deleted"]


def task_changed(
    verb: str, task: Task, *, changed: Sequence[str] = (), assigned: Sequence[UUID] = ()
) -> Event:
    """What became of a task: scheduling.task.completed, say; and who does it now and did not."""
    payload = events_pb2.TaskChanged(
        task=told(task), changed=sorted(changed), assigned=[str(one) for one in assigned]
    )
    kind = f"scheduling.task.{verb}"
    return event(kind, payload, task.id, task.version, client_id=task.client_id)


def comment_changed(verb: CommentVerb, task: Task, comment: TaskComment) -> Event:
    """That something was said about a task (scheduling.task.commented, say), without its words."""
    payload = events_pb2.TaskCommentChanged(
        comment=events_pb2.TaskComment(
            id=str(comment.id), version=comment.version, task_id=str(comment.task_id),
            client_id=str(comment.client_id or ""), author=comment.author,
        ),
        task=told(task),
    )  # fmt: skip
    kind = f"scheduling.task.{verb}"
    return event(kind, payload, task.id, task.version, client_id=task.client_id)


def told(task: Task) -> events_pb2.Task:
    """A task as others are told of it."""
    return events_pb2.Task(
        id=str(task.id), version=task.version, client_id=str(task.client_id or ""),
        title=task.title, kind=task.kind, priority=task.priority, state=task.state,
        assignee_ids=[str(one) for one in task.assignee_ids], due_at=_written(task.due_at),
        closed_at=_written(task.closed_at), previous_id=str(task.previous_id or ""),
        created_by=task.created_by, work_cycle_id=str(task.work_cycle_id or ""),
    )  # fmt: skip


def _written(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""

"""What is said about tasks."""

from collections.abc import Mapping
from uuid import UUID

from chassis.work import UnitOfWork
from scheduling.tasks import events, rules
from scheduling.tasks.repository.comments import CommentRepository
from scheduling.tasks.repository.rows import TaskRepository
from scheduling.tasks.tables import TaskComment


async def add_comment(
    work: UnitOfWork, task_id: UUID, body: str, comment_id: UUID | None
) -> TaskComment:  # fmt: skip
    """Say something about a task."""
    task = await TaskRepository(work).get_for_update(task_id)
    comment, is_new = await CommentRepository(work).add_once(
        id=comment_id, task_id=task.id, client_id=task.client_id, body=body,
        author=work.caller.principal,
    )  # fmt: skip
    if is_new:
        work.publish(events.comment_changed("commented", task, comment))
    return comment


async def update_comment(
    work: UnitOfWork, task_id: UUID, comment_id: UUID, changes: Mapping[str, str]
) -> TaskComment:  # fmt: skip
    """Say it in other words: its author and managers may."""
    comments, known = await _of_author(work, task_id, comment_id)
    changed = await comments.update(known, **changes)
    if changed is not known:
        await _tell(work, "comment_updated", changed)
    return changed


async def delete_comment(work: UnitOfWork, task_id: UUID, comment_id: UUID) -> None:
    """Take it back: its author and managers may."""
    comments, comment = await _of_author(work, task_id, comment_id)
    await comments.delete(comment)
    await _tell(work, "comment_deleted", comment)


async def _of_author(
    work: UnitOfWork, task_id: UUID, comment_id: UUID
) -> tuple[CommentRepository, TaskComment]:
    comments = CommentRepository(work)
    comment = await comments.of_task(task_id, comment_id)
    is_manager = work.caller.may("scheduling:manage")
    rules.check_author(comment.author, work.caller.principal, is_manager=is_manager)
    return comments, comment


async def _tell(work: UnitOfWork, verb: events.CommentVerb, comment: TaskComment) -> None:
    # Who sees a comment sees its task.
    if (task := await TaskRepository(work).find(comment.task_id)) is not None:
        work.publish(events.comment_changed(verb, task, comment))

"""HTTP door of tasks and what is said about them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from scheduling.tasks.repository.comments import CommentRepository, page_of_comments
from scheduling.tasks.repository.reading import count_tasks, page_of_tasks, read_task, shown_task
from scheduling.tasks.repository.rows import TaskRepository
from scheduling.tasks.rules import Action, NoUser, State
from scheduling.tasks.schemas import (
    CommentCreate,
    CommentUpdate,
    CommentView,
    TaskCounts,
    TaskCreate,
    TaskFilters,
    TaskUpdate,
    TaskView,
)
from scheduling.tasks.use_cases import commenting, making
from scheduling.tasks.use_cases.moving import move_task

routes = router("/v1/tasks", "Tasks")

READ, WRITE, DELETE = "scheduling:read", "scheduling:write", "scheduling:delete"


@routes.get("", permission=READ, response_model=Page[TaskView])
async def list_tasks(work: Work, pages: Pages, query: Annotated[TaskFilters, Query()]) -> Json:
    """List what is to be done, by due date and then by urgency; `assignee_id=me` is yours."""
    return Json(await page_of_tasks(work, pages, _asked(work, query)))


@routes.get("/counts", permission=READ)
async def get_task_counts(work: Work, query: Annotated[TaskFilters, Query()]) -> TaskCounts:
    """Read how many tasks such a list has, by state, and how many of them are overdue."""
    found = await count_tasks(work, _asked(work, query))
    return TaskCounts(**{one.value: found.get(one, 0) for one in State}, overdue=found["overdue"])


@routes.post(
    "", permission=WRITE, status=201, response_model=TaskView,
    example={"title": "إرسال عرض السعر", "client_id": "01890a5d-ac96-774b-bcce-b302099a8057",
             "due_at": "2026-12-01T09:00:00Z", "priority": "high", "kind": "task",
             "recurrence": "FREQ=WEEKLY;BYDAY=TU;COUNT=4"},
)  # fmt: skip
async def create_task(work: Work, context: Context, body: TaskCreate) -> Json:
    """Have something done."""
    task = await making.create_task(work, context, body.model_dump(), body.digest())
    return Json(*await shown_task(work, task.id), location=task.id)


@routes.get("/{task_id}", permission=READ, response_model=TaskView)
async def get_task(work: Work, task_id: UUID) -> Json:
    """Read a task."""
    return Json(*await read_task(work, task_id))


@routes.patch(
    "/{task_id}", permission=WRITE, response_model=TaskView, example={"priority": "urgent"}
)
async def update_task(work: Work, context: Context, task_id: UUID, body: TaskUpdate) -> Json:
    """Change what is to be done, by whom, or until when."""
    await making.update_task(work, context, task_id, body.model_dump(exclude_unset=True))
    return Json(*await shown_task(work, task_id))


@routes.delete("/{task_id}", permission=DELETE)
async def delete_task(work: Work, task_id: UUID) -> None:
    """Remove a task with its comments."""
    await making.delete_task(work, task_id)


@routes.post("/{task_id}/start", permission=WRITE, response_model=TaskView)
async def start_task(work: Work, task_id: UUID) -> Json:
    """Say that somebody is at it."""
    return await _moved(work, task_id, Action.START)


@routes.post("/{task_id}/complete", permission=WRITE, response_model=TaskView)
async def complete_task(work: Work, task_id: UUID) -> Json:
    """Say that it is done; one that recurs comes again as a task of its own."""
    return await _moved(work, task_id, Action.COMPLETE)


@routes.post("/{task_id}/reopen", permission=WRITE, response_model=TaskView)
async def reopen_task(work: Work, task_id: UUID) -> Json:
    """Take up again what was done or cancelled."""
    return await _moved(work, task_id, Action.REOPEN)


@routes.post("/{task_id}/cancel", permission=WRITE, response_model=TaskView)
async def cancel_task(work: Work, task_id: UUID) -> Json:
    """Give it up."""
    return await _moved(work, task_id, Action.CANCEL)


@routes.get("/{task_id}/comments", permission=READ, response_model=Page[CommentView])
async def list_task_comments(work: Work, pages: Pages, task_id: UUID) -> Json:
    """List what was said about a task, the oldest first."""
    await TaskRepository(work).get(task_id)
    return Json(await page_of_comments(work, pages, task_id))


@routes.post(
    "/{task_id}/comments", permission=WRITE, status=201, response_model=CommentView,
    example={"body": "اتصلت به ولم يرد، سأعاود غدًا."},
)  # fmt: skip
async def add_task_comment(work: Work, task_id: UUID, body: CommentCreate) -> Json:
    """Say something about a task."""
    comment = await commenting.add_comment(work, task_id, body.body, body.id)
    return Json(*await CommentRepository(work).shown(comment.id), location=comment.id)


@routes.patch(
    "/{task_id}/comments/{task_comment_id}", permission=WRITE, response_model=CommentView,
    example={"body": "اتصلت به، وسيزورنا غدًا."},
)  # fmt: skip
async def update_task_comment(
    work: Work, task_id: UUID, task_comment_id: UUID, body: CommentUpdate
) -> Json:
    """Say it in other words; its author and managers may."""
    changes = body.model_dump(exclude_unset=True)
    await commenting.update_comment(work, task_id, task_comment_id, changes)
    return Json(*await CommentRepository(work).shown(task_comment_id))


@routes.delete("/{task_id}/comments/{task_comment_id}", permission=WRITE)
async def delete_task_comment(work: Work, task_id: UUID, task_comment_id: UUID) -> None:
    """Take back what was said; its author and managers may."""
    await commenting.delete_comment(work, task_id, task_comment_id)


def _asked(work: Work, query: TaskFilters) -> dict[str, Any]:
    """The filters, with who asks for `me`; raises NoUser."""
    given = query.given()
    if "me" in given.get("assignee_id", ()):
        if (my_id := work.caller.user_id) is None:
            raise NoUser(field="assignee_id")
        given["assignee_id"] = [my_id if one == "me" else one for one in given["assignee_id"]]
    return given


async def _moved(work: Work, task_id: UUID, action: Action) -> Json:
    await move_task(work, task_id, action)
    return Json(*await shown_task(work, task_id))

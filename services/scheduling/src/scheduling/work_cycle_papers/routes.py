"""HTTP door of the papers of work cycles."""

from uuid import UUID

from starlette.responses import Response

from chassis.http.content import disposition
from chassis.http.router import Context, Work, router
from papers.words import Language
from refs.reading import ensure_tenant
from scheduling.work_cycle_papers import use_cases

routes = router("/v1/work-cycles", "Work cycles")

PDF = "application/pdf"


@routes.get("/{work_cycle_id}/pdf", permission="scheduling:read", files=(PDF,))
async def print_work_cycle(
    work: Work, context: Context, work_cycle_id: UUID, lang: Language | None = None
) -> Response:
    """Print a job with what its type has on paper, in the client's language unless another one is
    asked for.
    """
    await ensure_tenant(context, work.tenant_id)
    name, content = await use_cases.print_cycle(work, context, work_cycle_id, lang)
    headers = {"Content-Disposition": disposition(name, inline=True), "Cache-Control": "private"}
    return Response(content, headers=headers, media_type=PDF)

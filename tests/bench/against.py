"""The product beside the ceiling: reads, searches and creates."""

from dataclasses import replace

from tests.bench import asking
from tests.bench.asking import Target
from tests.bench.bed import Bed
from tests.bench.data import fragments
from tests.bench.load import MakeRequest
from tests.bench.plan import Plan
from tests.bench.quiet import Quiet, relay_held
from tests.bench.report import Comparison, Report
from tests.bench.rounds import Side, interleaved, medians

_FRAGMENTS = 5_000


async def read(bed: Bed, plan: Plan, report: Report) -> None:
    """A client by id."""
    sides = await sides_of(bed, asking.reads(asking.product(bed), bed.sample),
                           asking.reads(asking.ceiling(bed), bed.sample))  # fmt: skip
    what = f"read a client, {bed.clients:,} clients"
    report.compared(await compare(what, sides, plan, ("0.55", "0.8")))


async def search(bed: Bed, plan: Plan, report: Report) -> None:
    """A page of fifty by a fragment of a name or of a number."""
    drawn = fragments(bed.clients, _FRAGMENTS)
    sides = await sides_of(bed, asking.searches(asking.product(bed), drawn),
                           asking.searches(asking.ceiling(bed), drawn))  # fmt: skip
    what = f"search page of 50, {bed.clients:,} clients"
    report.compared(await compare(what, sides, plan, ("0.85", "0.95")))


async def create(bed: Bed, plan: Plan, report: Report) -> None:
    """A new client: the request alone, and with all that other services make of its event."""
    product, ceiling = await sides_of(bed, *(_create(bed, target) for target in (
        asking.product(bed), asking.ceiling(bed))))  # fmt: skip
    async with relay_held(bed.stack):
        alone = await compare("create a client", (product, ceiling), plan, ("0.5", "0.75"))
    async with Quiet(bed.stack) as quiet:
        await quiet.settled()
        (rounds,) = await interleaved(
            [replace(product, settle=quiet.settled)], plan.rounds, plan.seconds
        )
    whole = Comparison("… with relay and projections", medians(rounds), alone.ceiling)
    report.compared(alone, whole)


def _create(bed: Bed, target: Target) -> MakeRequest:
    return asking.creates(target, bed.numbers)


async def sides_of(bed: Bed, product: MakeRequest, ceiling: MakeRequest) -> tuple[Side, Side]:
    """Both applications; what the shared servers do for the idle product is not the ceiling's."""
    await bed.sign_in()
    url = bed.stack.url
    return (
        Side("product", url, product, bed.product_roots),
        Side("ceiling", url, ceiling, bed.ceiling_roots, idle=await bed.idle_servers()),
    )


async def compare(
    what: str, sides: tuple[Side, Side], plan: Plan, targets: tuple[str, str]
) -> Comparison:
    """Both under the same load, in turn."""
    product, ceiling = await interleaved(sides, plan.rounds, plan.seconds)
    return Comparison(what, medians(product), medians(ceiling), *targets)

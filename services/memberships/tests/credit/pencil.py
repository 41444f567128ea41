"""Credit as somebody with a pencil keeps it: a model of the ledger that knows no database."""

from dataclasses import dataclass, field

# So much of a charge, by its id; of none what is owed.
Parts = list[tuple[str | None, int]]


@dataclass
class Lot:
    """A charge: its days count from that of the first one."""

    id: str
    starts: int
    ends: int | None
    left: int
    is_stopped: bool = False
    # Whether somebody has seen that it is over.
    is_lost: bool = False

    def is_over(self, today: int) -> bool:
        return self.ends is not None and self.ends < today

    def pays(self, today: int) -> bool:
        started = self.starts <= today and not self.is_over(today)
        return bool(self.left) and started and not self.is_stopped


@dataclass
class Taken:
    """What a use, a hold or an adjustment took; those that owe are settled in their order."""

    kind: str
    id: str
    parts: Parts


@dataclass
class Page:
    """What one client has."""

    lots: list[Lot] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)

    def paying(self, today: int) -> list[Lot]:
        """The nearest end first, then the oldest."""
        found = [one for one in self.lots if one.pays(today)]
        return sorted(found, key=lambda one: (one.ends is None, one.ends or 0))

    def lot(self, lot_id: str | None) -> Lot:
        return next(one for one in self.lots if one.id == lot_id)

    def owed(self) -> int:
        return sum(size for one in self.taken for lot_id, size in one.parts if lot_id is None)

    def held(self) -> int:
        return sum(size for one in self.taken if one.kind == "hold" for _, size in one.parts)

    def usable(self, today: int) -> int:
        return sum(one.left for one in self.paying(today)) - self.owed()

    def spread(self, amount: int, today: int) -> Parts:
        """What would pay an amount once what is owed is settled; the rest of no charge."""
        parts: Parts = []
        for one in self.paying(today):
            part = min(one.left, amount - sum(size for _, size in parts))
            parts += [(one.id, part)] if part else []
        missing = amount - sum(size for _, size in parts)
        return [*parts, (None, missing)] if missing else parts

    def take(self, kind: str, taken_id: str, parts: Parts) -> None:
        for lot_id, size in parts:
            if lot_id is not None:
                self.lot(lot_id).left -= size
        self.taken.append(Taken(kind, taken_id, parts))

    def settle(self, today: int) -> None:
        """Charges pay what was taken of none, the oldest first; who does so sees what is over."""
        for over in self.lots:
            over.is_lost = over.is_over(today)
        for one in self.taken:
            owed = sum(size for lot_id, size in one.parts if lot_id is None)
            paid: Parts = []
            for lot in self.paying(today) if owed else []:
                part = min(lot.left, owed)
                lot.left, owed = lot.left - part, owed - part
                paid += [(lot.id, part)] if part else []
            kept = [part for part in one.parts if part[0] is not None]
            one.parts = [*kept, *paid, (None, owed)] if owed else [*kept, *paid]

    def look(self, today: int) -> None:
        """What the clock does where something is over that nobody has seen."""
        if any(one.left and one.is_over(today) and not one.is_lost for one in self.lots):
            self.settle(today)

    def give_back(self, one: Taken, today: int) -> None:
        for lot_id, size in one.parts:
            if lot_id is not None:
                self.lot(lot_id).left += size
        self.taken.remove(one)
        self.settle(today)

"""What goes with what was sold are charges of credit."""

from memberships.credit.tables import ledger

Lot = ledger.Lot

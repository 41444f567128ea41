"""Branches: the places from which a company sells."""

from chassis.errors import Conflict, Invalid, NotFound


class BranchNotFound(NotFound):
    """No such branch."""

    code = "branch_not_found"
    detail = "There is no such branch."


class UnknownBranch(Invalid):
    """A body names a branch that is not there, or not used any more."""

    code = "unknown_branch"
    detail = "There is no such branch in use."


class BranchCodeTaken(Conflict):
    """A code names one branch."""

    code = "branch_code_taken"
    detail = "Another branch has this code."


class BranchInUse(Conflict):
    """Something is numbered for it."""

    code = "branch_in_use"
    detail = "This branch is used. Make it inactive instead."

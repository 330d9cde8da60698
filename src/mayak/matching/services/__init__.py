"""What people do with pairings: the only doors to their change."""

from mayak.matching.services.approval import approve_run, archive_run, problems_of_approval
from mayak.matching.services.demands import drop_rule, forbid_pair, lock_pair, move_pair
from mayak.matching.services.runs import create_run, request_solve, update_run
from mayak.matching.services.solving import solve_run

__all__ = [
    "approve_run",
    "archive_run",
    "create_run",
    "drop_rule",
    "forbid_pair",
    "lock_pair",
    "move_pair",
    "problems_of_approval",
    "request_solve",
    "solve_run",
    "update_run",
]

"""What people and approvals do with partnerships."""

from mayak.networks.services.basis import set_basis_of_run
from mayak.networks.services.partnerships import (
    end_partnership,
    end_partnerships_of_run,
    open_partnerships_of_run,
)
from mayak.networks.services.replacing import replace_partnerships_of_run

__all__ = [
    "end_partnership",
    "end_partnerships_of_run",
    "open_partnerships_of_run",
    "replace_partnerships_of_run",
    "set_basis_of_run",
]

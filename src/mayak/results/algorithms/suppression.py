"""Small cells stay hidden: the rule is shared with surveys and diagnosis and lives in the kernel."""

from mayak.kernel.suppression import (
    DEFAULT_LIMIT,
    FEWEST_HIDDEN,
    Cell,
    Suppressed,
    is_small,
    suppress,
)

__all__ = ["DEFAULT_LIMIT", "FEWEST_HIDDEN", "Cell", "Suppressed", "is_small", "suppress"]

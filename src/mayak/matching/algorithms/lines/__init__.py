"""Level 1 by content lines and network models: several leads of a school, hours, centres, groups, chains (HiGHS)."""

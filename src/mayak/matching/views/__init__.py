"""Pages of matching: the wizard in steps, the review of the pairs, changes by hand, approval."""

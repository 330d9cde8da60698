"""Components of the interface."""

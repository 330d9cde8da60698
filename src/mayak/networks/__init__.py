"""Networks: partnerships of schools that came from an approved matching."""

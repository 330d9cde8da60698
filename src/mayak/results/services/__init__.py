"""What may be done to results: one public function for each action of a user."""

"""Results of assessments: imported as they are, kept with the place of every number, checked for signs of dirt."""

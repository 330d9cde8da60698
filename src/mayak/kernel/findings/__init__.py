"""Something that is wrong or worth a look: an app registers a check, a person may waive a finding with a reason."""

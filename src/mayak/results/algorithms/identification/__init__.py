"""Who needs help and who can give it: rules as data over columns of results, with reasons and their certainty."""

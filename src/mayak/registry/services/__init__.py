"""Writes of the registry, one noun a file; one public function for each action of a person.

organisations: create_organisation, update_organisation, close_organisation, reopen_organisation, add_name
bulk: write_organisations (many at once, few queries, one audit entry)
linking: decide_name, decide_not_a_school, forget_decision
settlements: load_gazetteer, load_settlements, locate_organisations
"""

"""Who may do what in diagnosis: predicates, one file per noun."""

from mayak.diagnosis.permissions.lead_profiles import can_build_profiles, can_edit_profile, can_edit_profiles

__all__ = ["can_build_profiles", "can_edit_profile", "can_edit_profiles"]

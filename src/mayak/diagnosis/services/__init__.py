"""What people do with the passports of lead schools."""

from mayak.diagnosis.services.profiles import BuildReport, build_lead_profiles, update_lead_profile
from mayak.diagnosis.services.strengths import remove_strength, set_strength

__all__ = ["BuildReport", "build_lead_profiles", "remove_strength", "set_strength", "update_lead_profile"]

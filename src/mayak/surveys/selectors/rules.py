"""Numbers of the checks of surveys."""

from mayak.surveys.models import SurveyRule


def rule_value(code: str, default: float) -> float:
    """Return the number of a rule; the supplied one where nothing is loaded yet."""
    found = SurveyRule.objects.filter(code=code).values_list("value", flat=True).first()
    return default if found is None else float(found)

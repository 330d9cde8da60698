"""Forms of matching."""

from mayak.matching.forms.network import NetworkForm
from mayak.matching.forms.scenarios import DifferenceForm, PairFileForm, RepairForm, ScenarioForm
from mayak.matching.forms.schools import DemandForm, ReasonForm, RulesForm, RunForm
from mayak.matching.forms.teachers import SHOWN_CRITERIA, TeacherDemandForm, TeacherRulesForm

__all__ = [
    "SHOWN_CRITERIA",
    "DemandForm",
    "DifferenceForm",
    "NetworkForm",
    "PairFileForm",
    "ReasonForm",
    "RepairForm",
    "RulesForm",
    "RunForm",
    "ScenarioForm",
    "TeacherDemandForm",
    "TeacherRulesForm",
]

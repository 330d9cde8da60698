"""Models of diagnosis, one file per noun."""

from mayak.diagnosis.models.competences import Competence, CompetenceGroup, CompetenceLevel, DeficitRule
from mayak.diagnosis.models.contests import (
    Contest,
    ContestApplication,
    ContestAssignment,
    ContestCriterion,
    ContestExpert,
    ContestFile,
    ContestScore,
)
from mayak.diagnosis.models.deficits import DeficitEvidence, DeficitSummary
from mayak.diagnosis.models.dynamics import DynamicsCard, DynamicsIndicator, DynamicsValue
from mayak.diagnosis.models.exam_tasks import ExamTask, TaskCatalogue, TaskCatalogueLoad
from mayak.diagnosis.models.help_requests import HelpRequest
from mayak.diagnosis.models.lead_offers import LeadOffer, LeadProof
from mayak.diagnosis.models.lead_profiles import LeadProfile, LeadStrength
from mayak.diagnosis.models.lessons import (
    LessonObservation,
    LessonRound,
    ObservationForm,
    ObservationSheet,
)
from mayak.diagnosis.models.measures import MeasureTemplate, Recommendation
from mayak.diagnosis.models.mentor_profiles import MentorProfile, MentorProof, MentorStrength
from mayak.diagnosis.models.mentor_scores import MentorCriteria, MentorCriterion, MentorScore, MentorScoring
from mayak.diagnosis.models.needs import NeedRule, SchoolNeed
from mayak.diagnosis.models.problem_groups import ProblemGroup
from mayak.diagnosis.models.risk import RiskCutoff, RiskFactor, RiskLine, RiskProfile, RiskReading
from mayak.diagnosis.models.survey_scores import SurveyScore
from mayak.diagnosis.models.teacher_needs import TeacherNeed
from mayak.diagnosis.models.thresholds import MeasureThreshold
from mayak.diagnosis.models.training import (
    Certificate,
    Enrolment,
    MentorIncentive,
    MentorReward,
    TrainingCourse,
    TrainingNeed,
    TrainingTopic,
)

__all__ = [
    "Certificate",
    "Competence",
    "CompetenceGroup",
    "CompetenceLevel",
    "Contest",
    "ContestApplication",
    "ContestAssignment",
    "ContestCriterion",
    "ContestExpert",
    "ContestFile",
    "ContestScore",
    "DeficitEvidence",
    "DeficitRule",
    "DeficitSummary",
    "DynamicsCard",
    "DynamicsIndicator",
    "DynamicsValue",
    "Enrolment",
    "ExamTask",
    "HelpRequest",
    "LeadOffer",
    "LeadProfile",
    "LeadProof",
    "LeadStrength",
    "LessonObservation",
    "LessonRound",
    "MeasureTemplate",
    "MeasureThreshold",
    "MentorCriteria",
    "MentorCriterion",
    "MentorIncentive",
    "MentorProfile",
    "MentorProof",
    "MentorReward",
    "MentorScore",
    "MentorScoring",
    "MentorStrength",
    "NeedRule",
    "ObservationForm",
    "ObservationSheet",
    "ProblemGroup",
    "Recommendation",
    "RiskCutoff",
    "RiskFactor",
    "RiskLine",
    "RiskProfile",
    "RiskReading",
    "SchoolNeed",
    "SurveyScore",
    "TaskCatalogue",
    "TaskCatalogueLoad",
    "TeacherNeed",
    "TrainingCourse",
    "TrainingNeed",
    "TrainingTopic",
]

"""Tables of networks, one noun a file."""

from mayak.networks.models.agreement_life import AgreementApproval, AgreementFile, AgreementReminder
from mayak.networks.models.agreement_texts import (
    AgreementClause,
    AgreementRequirement,
    AgreementTemplate,
    AgreementVersion,
)
from mayak.networks.models.agreements import Agreement, AgreementParty, AgreementQuerySet
from mayak.networks.models.mentor_pairs import MentorPair, MentorPairQuerySet, PairMentee
from mayak.networks.models.network_rules import (
    DocumentRequirement,
    GuideQuestion,
    NetworkCheckItem,
    NetworkModelCard,
)
from mayak.networks.models.networks import (
    CoordinationCentre,
    Network,
    NetworkCheckAnswer,
    NetworkDocument,
    NetworkMember,
    ResourceDirection,
)
from mayak.networks.models.pair_rules import PairRule, SchoolHoliday
from mayak.networks.models.pair_work import (
    DiaryEntry,
    PairLevel,
    PairMaterial,
    PairMeeting,
    PairMiss,
    PairNote,
    PairPlanItem,
    PairRating,
)
from mayak.networks.models.partnerships import Partnership, PartnershipConsent, PartnershipQuerySet

__all__ = [
    "Agreement",
    "AgreementApproval",
    "AgreementClause",
    "AgreementFile",
    "AgreementParty",
    "AgreementQuerySet",
    "AgreementReminder",
    "AgreementRequirement",
    "AgreementTemplate",
    "AgreementVersion",
    "CoordinationCentre",
    "DiaryEntry",
    "DocumentRequirement",
    "GuideQuestion",
    "MentorPair",
    "MentorPairQuerySet",
    "Network",
    "NetworkCheckAnswer",
    "NetworkCheckItem",
    "NetworkDocument",
    "NetworkMember",
    "NetworkModelCard",
    "PairLevel",
    "PairMaterial",
    "PairMeeting",
    "PairMentee",
    "PairMiss",
    "PairNote",
    "PairPlanItem",
    "PairRating",
    "PairRule",
    "Partnership",
    "PartnershipConsent",
    "PartnershipQuerySet",
    "ResourceDirection",
    "SchoolHoliday",
]

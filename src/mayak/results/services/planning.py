"""Reading all sheets of an import into a plan: schools, subjects and assessments resolved, every row accounted for."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from mayak.kernel.access import Actor
from mayak.results.algorithms.collect import ParticipantCollector, Slot
from mayak.results.algorithms.keys import UNDATED, assessment_key, content_hash
from mayak.results.algorithms.records import AssessmentKey, ContextRecord, Place, SchoolRecord, SchoolRef
from mayak.results.algorithms.scales import Asked
from mayak.results.enums import AssessmentKind, ResultBasis
from mayak.results.models import ContextIndicator, ImportBatch
from mayak.results.selectors.scales import Scales
from mayak.results.services.issues import IssueSink
from mayak.results.services.new_schools import create_schools, pretend_schools, remember_codes
from mayak.results.services.places import Places
from mayak.results.services.planned import AssessmentPlan, Plan, Planned
from mayak.results.services.schools import SchoolAnswer, Schools, ref_data
from mayak.results.services.source import SheetSource, Source
from mayak.results.services.subjects import Subjects, subject_code, subject_key
from mayak.results.services.values import BadRecord, basis_of, is_declaration, result_values

Progress = Callable[[int, str], None]
_BIAS = "bias:"
_SUGGESTIONS_KEPT = 5


@dataclass(slots=True)
class SheetCount:
    """Rows of one sheet: read = recorded + rejected + skipped; ``lost`` are recorded rows that could not be stored."""

    file_id: int
    file: str
    sheet: str
    format: str
    missing: tuple[str, ...] = ()
    rows_read: int = 0
    rows_recorded: int = 0
    rows_rejected: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    lost: set[int] = field(default_factory=set)
    kept: set[int] = field(default_factory=set)
    lost_participants: int = 0

    def as_dict(self) -> dict[str, Any]:
        """For the report; a row of two subjects is lost only where both are."""
        lost = len(self.lost - self.kept) + self.lost_participants
        return {
            "file": self.file,
            "sheet": self.sheet,
            "format": self.format,
            "missing": list(self.missing),
            "rows": {
                "read": self.rows_read,
                "taken": self.rows_recorded - lost,
                "rejected": self.rows_rejected + lost,
                "skipped": dict(self.skipped),
            },
        }


class Planner:
    """Turns sheets into a plan. A trial writes nothing: what the person asked to create gets keys below zero.

    ``batch.settings["options"]``: create_territories, create_subjects (yes or no), create_schools («new», «all», «»).
    """

    def __init__(
        self, batch: ImportBatch, *, actor: Actor, is_trial: bool = True, progress: Progress | None = None
    ) -> None:
        options = batch.settings.get("options", {})
        self.batch, self.plan, self.issues = batch, Plan(), IssueSink()
        self.sheets: list[SheetCount] = []
        self.places = Places(
            batch.territory, actor=actor, create=bool(options.get("create_territories")), is_trial=is_trial
        )
        self.schools = Schools(batch.territory, self.places)
        self.subjects = Subjects(actor=actor, create=bool(options.get("create_subjects")), is_trial=is_trial)
        self.new_schools = 0
        self._actor, self._is_trial, self._mode = actor, is_trial, str(options.get("create_schools") or "")
        self.collector = ParticipantCollector()
        self.records: list[tuple[SheetCount, SchoolRecord]] = []
        self.contexts: list[tuple[SheetCount, ContextRecord]] = []
        self.unknown_subjects: Counter[str] = Counter()
        self._without_year: set[tuple[str, str, str]] = set()
        self._by_label: dict[tuple[str, str], SheetCount] = {}
        self.indicators = Indicators()
        self._scales = Scales()
        self._assessments: dict[AssessmentKey, AssessmentPlan | str] = {}
        self._progress = progress or (lambda done, stage: None)
        self._began = time.monotonic()

    def read(self, source: Source) -> None:
        """Read every sheet once; participants are summed up, other records are kept."""
        done = 0
        for sheet in source:
            count = SheetCount(sheet.file_id, sheet.file, sheet.sheet, sheet.format, sheet.missing)
            self.sheets.append(count)
            self._by_label[sheet.file, sheet.sheet] = count
            if sheet.is_skipped:
                continue
            if sheet.missing:
                for what in sheet.missing:
                    self.issues.reject(Place(sheet.file, sheet.sheet), f"missing_{what}")
                continue
            done = self._read_sheet(sheet, count, done)

    def _read_sheet(self, sheet: SheetSource, count: SheetCount, done: int) -> int:
        for batch in sheet.batches():
            count.rows_read += batch.rows_read
            count.rows_recorded += batch.rows_recorded
            count.rows_rejected += batch.rows_rejected
            count.skipped.update(batch.skipped)
            self.records += [(count, record) for record in batch.schools]
            self.contexts += [(count, record) for record in batch.contexts]
            for bad in batch.rejected:
                self.issues.reject(bad.place, bad.code, value=bad.value, params=_plain(bad.params))
            if batch.participants:
                for double in self.collector.add(sheet.file, sheet.sheet, batch.participants):
                    count.lost_participants += 1
                    place = Place(sheet.file, sheet.sheet, double.row)
                    self.issues.reject(place, "participant_twice", value=double.participant_code)
            done += batch.rows_read
            self._progress(done, "reading")
        return done

    def build(self) -> Plan:
        """Resolve names and make the plan, compared with what is visible."""
        self._progress(0, "linking")
        summed = self.collector.results()
        wanted = [record.school for _, record in self.records] + [
            record.school for _, record in self.contexts
        ]
        self.schools.resolve([*wanted, *(record.school for record, _ in summed)])
        self._create_schools()
        declared: list[SchoolRecord] = []
        for record, slot in summed:
            self._add_result(self._by_label[slot.place.file, slot.place.sheet], record, slot)
        for count, record in self.records:
            if is_declaration(record):
                declared.append(record)
            else:
                self._add_result(count, record, None)
        for record in declared:
            self._declare(record)
        for count, context in self.contexts:
            self._add_context(count, context)
        self._progress(0, "comparing")
        self.plan.compare()
        self._ask_schools()
        return self.plan

    def _create_schools(self) -> None:
        if not self._is_trial:
            remember_codes(
                self.schools, territory=self.batch.territory, actor=self._actor, source=self.batch.title
            )
        if not self._mode:
            return
        if self._is_trial:
            self.new_schools = pretend_schools(self.schools, self._mode)
            return
        created = create_schools(
            self.schools,
            self._mode,
            territory=self.batch.territory,
            actor=self._actor,
            source=self.batch.title,
        )
        self.new_schools = len(created)

    def _add_result(self, count: SheetCount, record: SchoolRecord, slot: Slot | None) -> None:
        rows = slot.rows if slot else 1
        answer = self._school(count, record.place, record.school, rows, is_participant=slot is not None)
        if answer is None or answer.organisation_id is None:
            return
        assessment = self._assessment(record.assessment)
        if isinstance(assessment, str):
            self._lose(
                count,
                record.place,
                assessment,
                rows,
                is_participant=slot is not None,
                value=record.assessment.subject_text,
            )
            return
        part = (assessment.key, basis_of(record, slot))
        row = Planned(answer.organisation_id, part, {}, "", count.file_id, record.place, slot)
        try:
            self._compute(row, record)
        except BadRecord as bad:
            self._lose(count, row.place, bad.code, rows, is_participant=slot is not None, value=bad.value)
        else:
            self._put(self.plan.results, row, count)

    def _declare(self, record: SchoolRecord) -> None:
        """«Кол-во участников: 89» above a list belongs to the results of the participants of that school."""
        answer = self.schools.answer(record.school)
        assessment = self._assessment(record.assessment)
        if answer.organisation_id is None or isinstance(assessment, str):
            return
        row = self.plan.results.get((answer.organisation_id, assessment.key, ResultBasis.INDIVIDUAL))
        if row is not None and row.record is not None:
            self._compute(row, replace(row.record, declared_participants=record.declared_participants))

    def _compute(self, row: Planned, record: SchoolRecord) -> None:
        """Set the columns of a result and the hash of its content.

        Raises:
            BadRecord: the numbers of the record contradict each other.
        """
        assessment = self.plan.assessments[row.part[0]]
        given = assessment.given
        asked = Asked(
            given.kind,
            assessment.subject.pk,
            given.grade,
            int(given.year or 0),
            self.schools.paths.get(row.organisation_id, ""),
            record.assessment.max_score,
        )
        row.values, row.content_hash = result_values(record, row.slot, self._scales.find(asked))
        row.record = record if row.slot is not None else None

    def _put(self, rows: dict[tuple[Any, ...], Planned], row: Planned, count: SheetCount) -> None:
        """Add a row; the second of a key is a repetition or a contradiction, never a silent winner."""
        known = rows.setdefault(row.key, row)
        if known is row:
            _keep(count, row)
            return
        first = {"file": known.place.file, "sheet": known.place.sheet, "row": known.place.row}
        if row.content_hash == known.content_hash:
            self.issues.skip(row.place, "row_repeated", params=first)
            _keep(count, row)
            return
        lost = row.slot.rows if row.slot else 1
        self._lose(count, row.place, "row_twice", lost, is_participant=row.slot is not None, params=first)

    def _add_context(self, count: SheetCount, record: ContextRecord) -> None:
        answer = self._school(count, record.place, record.school, 1, is_participant=False)
        if answer is None or answer.organisation_id is None:
            return
        if record.year is None:
            self._lose_context(count, record)
            return
        if record.indicator.startswith(_BIAS):
            self._add_marker(count, record, answer.organisation_id)
            return
        code = self.indicators.find(record.indicator)
        values = {"count": record.count, "total": record.total, "share": record.share, "value": record.value}
        # A calendar year N means the school year that ends in it.
        row = Planned(
            answer.organisation_id,
            (record.year - 1, code),
            values,
            content_hash(values),
            count.file_id,
            record.place,
        )
        self._put(self.plan.contexts, row, count)

    def _lose_context(self, count: SheetCount, record: ContextRecord) -> None:
        """Numbers of a school without a year: one line of the report for each column, not for each cell."""
        column = (count.file, count.sheet, record.indicator)
        if column not in self._without_year:
            self._without_year.add(column)
            self.issues.reject(record.place, "missing_year_context", value=record.indicator)
        if record.place.row is not None:
            count.lost.add(record.place.row)

    def _add_marker(self, count: SheetCount, record: ContextRecord, organisation_id: int) -> None:
        if not record.value:
            return
        grade, _, name = record.indicator.removeprefix(_BIAS).partition(":")
        subject = self.subjects.find(name)
        if subject is None or not grade.isdigit():
            self._lose(count, record.place, "subject_unknown", 1, is_participant=False, value=name)
            return
        part = (record.year, subject.code, int(grade))
        values = {"subject_id": subject.pk}
        self._put(
            self.plan.markers, Planned(organisation_id, part, values, "1", count.file_id, record.place), count
        )

    def _school(
        self, count: SheetCount, place: Place, school: SchoolRef, rows: int, *, is_participant: bool
    ) -> SchoolAnswer | None:
        answer = self.schools.answer(school)
        answer.rows += rows
        if answer.is_foreign:
            self._lose(
                count,
                place,
                "not_our_school",
                rows,
                is_participant=is_participant,
                value=school.name or school.code or "",
            )
            return None
        if answer.organisation_id is None:
            value = " ".join(part for part in (school.raw_code or school.login, school.name) if part)
            params = {"school": answer.key, "rows": rows}
            self._lose(
                count,
                place,
                answer.code or "school_unknown",
                rows,
                is_participant=is_participant,
                value=value,
                params=params,
            )
            return None
        return answer

    def _lose(
        self,
        count: SheetCount,
        place: Place,
        code: str,
        rows: int,
        *,
        is_participant: bool,
        value: object = "",
        params: Any = None,
    ) -> None:
        self.issues.reject(place, code, value=value, params=params)
        if is_participant:
            count.lost_participants += rows
        elif place.row is not None:
            count.lost.add(place.row)

    def _assessment(self, given: AssessmentKey) -> AssessmentPlan | str:
        """The assessment of a row, or the code of what is missing."""
        found = self._assessments.get(given)
        if found is None:
            found = self._assessments[given] = self._find_assessment(given)
        if found == "subject_unknown":
            self.unknown_subjects[given.subject_text] += 1
        return found

    def _find_assessment(self, given: AssessmentKey) -> AssessmentPlan | str:
        if not given.kind:
            return "missing_kind"
        if given.year is None:
            return "missing_year"
        if given.kind == AssessmentKind.VPR and given.grade is None:
            return "missing_grade"
        subject = self.subjects.find(given.subject_text)
        if subject is None:
            return "subject_unknown" if given.subject_text else "missing_subject"
        key = assessment_key(
            kind=given.kind,
            subject=subject.code,
            grade=given.grade,
            year=given.year,
            held_on=given.date,
            wave=given.wave or "",
            quarter=given.quarter,
            moment=given.moment or "",
        )
        if given.kind in UNDATED:
            given = replace(given, date=None)
        plan = self.plan.assessments.setdefault(key, AssessmentPlan(key, subject, given))
        plan.max_score = plan.max_score or given.max_score
        return plan

    def _ask_schools(self) -> None:
        """One line of the report for each school that a person must decide on."""
        for answer in self.schools.open_questions():
            link = answer.link
            suggestions = [] if link is None else link.suggestions[:_SUGGESTIONS_KEPT]
            params = {
                "school": answer.key,
                "ref": ref_data(answer.school),
                "rows": answer.rows,
                "new": answer.is_new,
                "territory": answer.territory.pk if answer.territory else None,
                "suggestions": [[suggestion.id, suggestion.score] for suggestion in suggestions],
                "reasons": [[reason.code, dict(reason.params)] for reason in (link.reasons if link else ())],
            }
            self.issues.warn(
                Place(""),
                "school_question",
                value=answer.school.name or answer.school.code or "",
                params=params,
            )

    def report(self) -> dict[str, Any]:
        """The report of what was read and what would be written."""
        sheets = [count.as_dict() for count in self.sheets]
        skipped: Counter[str] = Counter()
        for count in self.sheets:
            skipped.update(count.skipped)
        questions = self.schools.open_questions()
        return {
            "version": 1,
            "sheets": sheets,
            "rows": {
                "read": sum(sheet["rows"]["read"] for sheet in sheets),
                "taken": sum(sheet["rows"]["taken"] for sheet in sheets),
                "rejected": sum(sheet["rows"]["rejected"] for sheet in sheets),
                "skipped": dict(skipped),
            },
            **self.plan.counts(),
            "created": {
                "schools": self.new_schools,
                "territories": len(self.places.created),
                "subjects": len(self.subjects.created),
                "indicators": len(self.indicators.fresh),
            },
            "questions": {
                "schools": len(questions),
                "new_schools": sum(answer.is_new for answer in questions),
                "subjects": dict(self.unknown_subjects),
                "missing": sorted({what for count in self.sheets for what in count.missing}),
            },
            "issues": self.issues.summary(),
            "seconds": round(time.monotonic() - self._began, 2),
        }


class Indicators:
    """Context indicators by code, name and alias; one that nobody knows is new: the list is open data."""

    def __init__(self) -> None:
        self.fresh: dict[str, str] = {}
        self._by_key: dict[str, str] = {}
        for row in ContextIndicator.objects.all():
            for name in (row.name, row.name_en, *row.aliases, row.code):
                if name:
                    self._by_key[subject_key(str(name))] = row.code

    def find(self, text: str) -> str:
        """The code of the indicator."""
        key = subject_key(text)
        if key not in self._by_key:
            code = subject_code(text)[:60].replace("-", "_")
            self._by_key[key] = code
            self.fresh[code] = text[:200]
        return self._by_key[key]


def _keep(count: SheetCount, row: Planned) -> None:
    if row.slot is None and row.place.row is not None:
        count.kept.add(row.place.row)


def _plain(params: Any) -> dict[str, Any]:
    return {
        name: value if isinstance(value, int | float | str | bool) else str(value)
        for name, value in params.items()
    }

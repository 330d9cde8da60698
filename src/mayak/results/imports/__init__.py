"""Formats of result files: an upload becomes records with their place. Writes nothing and knows no database.

    plans = open_results(name, data)             # names of pupils are removed here; raises ImportProblem
    for plan in plans:                           # one for each sheet of each file
        plan.guess                               # format, confidence, why, shape, mapping (for the preview)
        plan = plan.with_mapping(mapping).with_defaults(year=2024)   # what a person corrected
        plan.guess.mapping.missing               # ("year",): must be answered before writing
        for batch in read_batches(plan):         # streams; 10,000 rows each
            batch.schools, batch.participants, batch.contexts, batch.rejected, batch.skipped
            tally.add(batch)
    tally.is_conserved                           # rows_read == recorded + rejected + skipped, always

Records are those of results.algorithms.records; participants are summed up by algorithms.aggregate.ParticipantTotals.
A mapping is saved and read by Mapping.to_yaml / Mapping.from_yaml (docs/formats/mapping.md). Sentences for codes of
rejections, skips and notes stand in messages.REJECTIONS, SKIPS, NOTES; those of ImportProblem in kernel.importing.
A plan whose `source.depersonalised` is True came from a file with names: its original must never be stored.
"""

from .batches import Batch, Tally
from .guess import guess_mapping
from .mapping import ColumnMapping, Mapping
from .messages import NOTES, REJECTIONS, SKIPS
from .personal import depersonalise, holds_names
from .reading import SheetPlan, open_results, plan_source, read_batches
from .recognise import FORMATS, FormatGuess, recognise

__all__ = [
    "FORMATS",
    "NOTES",
    "REJECTIONS",
    "SKIPS",
    "Batch",
    "ColumnMapping",
    "FormatGuess",
    "Mapping",
    "SheetPlan",
    "Tally",
    "depersonalise",
    "guess_mapping",
    "holds_names",
    "open_results",
    "plan_source",
    "read_batches",
    "recognise",
]

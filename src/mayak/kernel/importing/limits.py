"""How much an upload may hold. One value object, so that the command line may be more generous than the browser."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes unless the name says otherwise. The defaults leave room for a region (a million rows)."""

    file_bytes: int = 300 * MEGABYTE
    unpacked_bytes: int = 1200 * MEGABYTE
    archive_entries: int = 300
    workbook_entries: int = 2000
    #: Deflate cannot pack text better than about 1:1030; honest sheets of prepared empty rows reach 1:100.
    ratio: int = 200
    #: Small things may have any ratio: 20 MB of zeros do no harm.
    ratio_free_bytes: int = 20 * MEGABYTE
    line_characters: int = 1_000_000
    json_bytes: int = 100 * MEGABYTE
    #: A workbook is opened as a dense area: one cell in the far corner would take all memory.
    sheet_cells: int = 30_000_000
    #: The mapping editor shows five fields for a column; a browser may send 5000 fields in one form.
    columns: int = 900


DEFAULT_LIMITS = Limits()

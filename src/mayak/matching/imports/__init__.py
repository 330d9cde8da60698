"""A pairing from files: lists of schools, coordinates, a mapping of their columns, rules (docs/formats/matching.md)."""

from mayak.matching.imports.errors import FileFault
from mayak.matching.imports.mapping import Mapping, read_mapping
from mayak.matching.imports.rules import Rules, read_rules
from mayak.matching.imports.schools import FileInput, read_input

__all__ = ["FileFault", "FileInput", "Mapping", "Rules", "read_input", "read_mapping", "read_rules"]

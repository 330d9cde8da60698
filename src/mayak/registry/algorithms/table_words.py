"""Words of Russian tables for what the registry keeps under a value of its own."""

from types import MappingProxyType
from typing import Final

SCHOOL_TYPES: Final = MappingProxyType(
    {
        "НОШ": "primary",
        "начальная школа": "primary",
        "ООШ": "basic",
        "основная школа": "basic",
        "основная общеобразовательная школа": "basic",
        "СОШ": "secondary",
        "СШ": "secondary",
        "средняя школа": "secondary",
        "средняя общеобразовательная школа": "secondary",
        "школа-интернат": "boarding",
        "кадетский корпус": "cadet",
        "центр образования": "center",
        "ЦО": "center",
    }
)
"""How people write the type of a school -> value of ``SchoolType``."""

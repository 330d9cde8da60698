"""What somebody may see: a value that filters every queryset."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Scope:
    """The territories and organisations that are visible.

    Attributes:
        territory_paths: materialised paths («/1/7/») whose whole subtree is visible.
        organisation_ids: single organisations that are visible besides (a school's own).
        everything: no limit at all (the command line and background jobs only).
        rights: names of what may be done within the scope («results.load»); reading needs none.
    """

    territory_paths: tuple[str, ...] = ()
    organisation_ids: frozenset[int] = field(default_factory=frozenset)
    everything: bool = False
    rights: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of_everything(cls) -> "Scope":
        """Return the scope of the command line and of jobs that keep the whole database in order."""
        return cls(everything=True)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is visible."""
        return not (self.everything or self.territory_paths or self.organisation_ids)

    def allows(self, right: str) -> bool:
        """Whether the right is held; whoever sees everything may do everything."""
        return self.everything or right in self.rights

    def covers_territory(self, path: str) -> bool:
        """Whether the territory with this path, and so all that lies in it, is visible."""
        return self.everything or any(path.startswith(own) for own in self.territory_paths)

    def covers_organisation(self, organisation_id: int, territory_path: str) -> bool:
        """Whether the organisation of this territory is visible."""
        return organisation_id in self.organisation_ids or self.covers_territory(territory_path)

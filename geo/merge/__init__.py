"""One happening told by several sources: found, told as one event with what each source said, and taken apart again."""

from geo.merge.explaining import explain_merge, explain_merge_people
from geo.merge.joining import parts_of
from geo.merge.linking import without_links_to
from geo.merge.merging import (
    MODES,
    Merged,
    Mode,
    merge_displacement,
    merge_events,
    unmerge_displacement,
    unmerge_events,
)

__all__ = [
    "MODES",
    "Merged",
    "Mode",
    "explain_merge",
    "explain_merge_people",
    "merge_displacement",
    "merge_events",
    "parts_of",
    "unmerge_displacement",
    "unmerge_events",
    "without_links_to",
]

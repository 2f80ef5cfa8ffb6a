"""What a person decided about places: the edited lines of a places.csv.

A line is a decision if its ``decision`` is not what the machine wrote there, or if ``decided_by`` names a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from geo.errors import Problem
from geo.names import fold

KEY = ("table", "toponym", "stated_country", "stated_admin1", "stated_admin2", "stated_admin3", "given")
ANY = "*"  # in a cell of KEY: whatever it is
MACHINE = "machine"
REVIEW = "review"
_TOPONYM = KEY.index("toponym")


@dataclass(frozen=True, slots=True)
class Decision:
    """One line that a person decided: what was typed, who says so, where it stands, and which toponym it is about.

    ``said`` are the texts of KEY as they stood, ANY where the file has no such column. ``absent``: the line says itself
    that no row names the toponym.
    """

    text: str
    by: str
    file: str
    line: int
    said: tuple[str, ...]
    absent: bool = False
    key: tuple[str, ...] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", key_of(self.said))

    @property
    def source(self) -> str:
        """Who decided, in words."""
        who = "" if self.by.casefold() in ("", MACHINE, REVIEW) else f" by {self.by}"
        return f"decided in {self.file} line {self.line}{who}"

    def problem(self, message: str, *, column: str = "decision", value: str | None = None) -> Problem:
        """A warning that leads to the line."""
        found = self.text if value is None else value
        return Problem(self.file, self.line, column, found, message, "warning")


@dataclass(frozen=True, slots=True)
class Decisions:
    """All decisions of a file. ``refused`` contradict each other; they are kept with what is wrong, never used."""

    lines: tuple[Decision, ...] = ()
    refused: Mapping[Decision, str] = field(default_factory=dict)
    by_name: Mapping[str, tuple[Decision, ...]] = field(init=False)

    def __post_init__(self) -> None:
        named: dict[str, list[Decision]] = {}
        # The line that says most about its toponym comes first.
        for decision in sorted(self.lines, key=lambda d: (d.said.count(ANY), d.line)):
            if decision not in self.refused:
                named.setdefault(decision.key[_TOPONYM], []).append(decision)
        object.__setattr__(self, "by_name", {name: tuple(found) for name, found in named.items()})

    def of(
        self,
        table: str,
        toponym: str,
        admin1: str = "",
        admin2: str = "",
        admin3: str = "",
        *,
        country: str = "",
        given: str = "",
    ) -> Decision | None:
        """The decision about a toponym with these stated units; ``given``: its rows' p-code, or "coordinates"."""
        about = self.by_name.get(folded(toponym), ()) if self.by_name else ()
        if not about:
            return None
        wanted = key_of((table, toponym, country, admin1, admin2, admin3, given))
        return next((d for d in about if _fits(d.key, wanted)), None)


def key_of(said: Sequence[str]) -> tuple[str, ...]:
    """What two lines about one toponym have in common: the texts of KEY, folded."""
    return tuple(text if text == ANY else folded(text) for text in said)


def _fits(key: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return all(ours in (ANY, theirs) for ours, theirs in zip(key, wanted, strict=True))


def folded(text: str) -> str:
    """A text without case, marks and spacing; one that is nothing but marks stays as it is."""
    return fold(text) or " ".join(text.split()).casefold()


def parse_decisions(
    table: Mapping[str, Sequence[str]], lines: Sequence[int], *, file: str
) -> tuple[Decisions, list[Problem]]:
    """The decisions among the lines of a places.csv, given as texts by column, and what is wrong with them.

    Wanted are the columns toponym and decision; others of KEY narrow a line down. Lines that the machine wrote and
    nobody edited are no decisions.
    """
    cells = {name: [_cell(t) for t in texts] for name, texts in table.items()}
    blank = [""] * len(lines)
    typed, machine, by, rows = (cells.get(n, blank) for n in ("decision", "machine_decision", "decided_by", "rows"))
    said = list(zip(*(cells.get(c, [ANY] * len(lines)) for c in KEY), strict=True))
    reviewed = [i for i in range(len(lines)) if _is_review(typed[i], machine[i], by[i], cells)]
    found = [Decision(typed[i], by[i], file, int(lines[i]), said[i], rows[i] == "0") for i in reviewed]
    refused = _contradictions(found)
    problems = [d.problem(message) for d, message in refused.items()]
    hidden = sum(1 for text, who in zip(typed, by, strict=True) if text and who.casefold() == MACHINE)
    if "machine_decision" not in cells and hidden:
        message = (
            f"is missing, so edits cannot be told from the machine's own decisions in {hidden} lines; "
            "write your name into 'decided_by' of each line that you decided"
        )
        problems.append(Problem(file, None, "machine_decision", None, message, "warning"))
    return Decisions(tuple(found), refused), problems


def _cell(text: str) -> str:
    return "" if text is None else str(text).strip()


def _is_review(typed: str, machine: str, by: str, cells: Mapping[str, Sequence[str]]) -> bool:
    """Whether a person decided this line; an empty decision leaves it to the machine again."""
    if not typed:
        return False
    if by and by.casefold() != MACHINE:
        return True
    if by and "machine_decision" not in cells:
        return False
    return typed.split() != machine.split()


def _contradictions(found: Iterable[Decision]) -> dict[Decision, str]:
    """Lines about one toponym that decide differently."""
    about: dict[tuple[str, ...], list[Decision]] = {}
    for decision in found:
        about.setdefault(decision.key, []).append(decision)
    refused = {}
    for same in about.values():
        for decision in same:
            others = [d.line for d in same if folded(d.text) != folded(decision.text)]
            if others:
                advice = "keep one of them; the machine decides until then"
                refused[decision] = f"contradicts line {others[0]} about the same toponym; {advice}"
    return refused

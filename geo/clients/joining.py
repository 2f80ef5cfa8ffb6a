"""From kept answers to one table: pages joined, doubles dropped, changes and deletions applied, totals checked.

The same answers give the same rows, whenever and wherever.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from geo.clients.answers import Answers, Step
from geo.clients.service import Page, Question, Row, Service, whole
from geo.errors import Problem, Severity
from geo.web import parse_json


@dataclass(frozen=True, slots=True)
class Joined:
    """The rows of a question, what is odd about them, and what became of all that came.

    ``received == len(rows) + doubles + elsewhere + replaced + deleted``.
    """

    rows: list[Row]
    problems: tuple[Problem, ...]
    received: int
    doubles: int
    elsewhere: int
    replaced: int
    deleted: int


def join(service: Service, question: Question, answers: Answers, steps: Iterable[Step]) -> Joined:
    """The table that the steps make.

    Raises
    ------
    InputError
        An answer that was kept is gone or is not as it came.
    """
    table = _Table(service, question)
    for step in steps:
        pages = [service.read(parse_json(answers.body(k), service.name), k.request) for k in step.pages]
        {"read": table.read, "changed": table.change, "deleted": table.delete}[step.kind](step, pages)
    return table.joined()


@dataclass
class _Table:
    service: Service
    question: Question
    rows: dict[str, Row] = field(default_factory=dict)
    notes: dict[str, Severity] = field(default_factory=dict)
    received: int = 0
    doubles: int = 0
    elsewhere: int = 0
    replaced: int = 0
    deleted: int = 0

    def read(self, step: Step, pages: list[Page]) -> None:
        doubles, elsewhere, replaced = self.doubles, self.elsewhere, self.replaced
        self._take(pages, changes=False)
        self._count(
            self.doubles - doubles, "gave rows that came twice, as pages shifted while they were read, and count once"
        )
        self._count(self.replaced - replaced, "gave rows that came twice and differ, of which the newer is kept")
        if any(k.request.query for k in step.pages):  # else the service cannot be asked for a part
            self._count(self.elsewhere - elsewhere, "gave rows of other countries or days than asked for, left out")
        self._check(pages, "rows", self.doubles - doubles + self.replaced - replaced)

    def change(self, _step: Step, pages: list[Page]) -> None:
        self._take(pages, changes=True)
        self._check(pages, "changed rows", 0)

    def delete(self, _step: Step, pages: list[Page]) -> None:
        updates = self.service.updates
        for row in (row for page in pages for row in page.rows):
            key = self._key(row)
            gone = whole(row.get(updates.deleted_stamp)) if updates else None
            if key in self.rows and (gone is None or gone >= self._changed_at(self.rows[key])):
                del self.rows[key]
                self.deleted += 1
        self._check(pages, "deleted rows", 0)

    def joined(self) -> Joined:
        problems = tuple(Problem(self.service.name, None, None, None, note, how) for note, how in self.notes.items())
        rows = list(self.rows.values())
        return Joined(rows, problems, self.received, self.doubles, self.elsewhere, self.replaced, self.deleted)

    def _take(self, pages: list[Page], *, changes: bool) -> None:
        for page in pages:
            for note in page.notes:
                self._note(note)
            before = set(self.rows)
            for number, row in enumerate(page.rows):
                self.received += 1
                self._take_row(row, self._key(row) or self._key_of_all(row, number, before), changes=changes)

    def _take_row(self, row: Row, key: str, *, changes: bool) -> None:
        known = self.rows.get(key)
        if not self.service.belongs(row, self.question):
            self.elsewhere += 1
            if known is not None and changes:  # it has moved out of what was asked for
                del self.rows[key]
                self.replaced += 1
        elif known is None:
            self.rows[key] = row
        elif known == row:
            self.doubles += 1
        else:
            self.replaced += 1
            self.rows[key] = max(row, known, key=self._changed_at)

    def _key(self, row: Row) -> str:
        value = row.get(self.service.key) if self.service.key else None
        return "" if value is None else str(value).strip()

    def _key_of_all(self, row: Row, number: int, before: set[str]) -> str:
        """What names a row without an id: alike on one page are two, again on the next is a shift of pages."""
        text = json.dumps(row, sort_keys=True, ensure_ascii=False)
        return f"{text}\x1f{number}" if text in self.rows and text not in before else text

    def _changed_at(self, row: Row) -> int:
        return (whole(row.get(self.service.updates.stamp)) or 0) if self.service.updates else 0

    def _check(self, pages: list[Page], what: str, again: int) -> None:
        """What the service says of its own totals; ``again`` rows came before."""
        totals = list(dict.fromkeys(p.total for p in pages if p.total is not None))
        came = sum(len(p.rows) for p in pages)
        if len(totals) > 1:
            self._note(
                f"said {totals[0]:,} {what} at first and {totals[-1]:,} at the end: it changed while it was read"
            )
        elif totals and totals[0] != came - again:
            self._miss(totals[0], came - again, what)
        for page in pages:
            if page.here is not None and page.here not in (len(page.rows), page.total):
                self._miss(page.here, len(page.rows), f"{what} on a page")

    def _miss(self, said: int, gave: int, what: str) -> None:
        """Fewer rows than were said are an error: nobody knows what is not there."""
        lack = ", so that the table is not complete" if gave < said else ""
        self._note(
            f"said {said:,} {what} and gave {gave:,}{lack}; fetch them with --anew", "error" if lack else "warning"
        )

    def _count(self, count: int, message: str) -> None:
        if count:
            self._note(f"{message}: {count:,}")

    def _note(self, message: str, severity: Severity = "warning") -> None:
        self.notes[message] = severity

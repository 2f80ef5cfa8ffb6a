"""Problems print as one safe line; errors are both ours and a built-in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import ConflictMapError, ExportError, GeocoderError, InputError, Problem, ServiceError, TheatreError


def test_a_problem_prints_as_one_line_an_editor_can_jump_to():
    problem = Problem("events.csv", 214, "event_date", "31/02/2019", "is not a date; wanted YYYY-MM-DD", "error")
    assert str(problem) == "events.csv:214: event_date: '31/02/2019' is not a date; wanted YYYY-MM-DD (row refused)"


def test_a_warning_does_not_say_that_the_row_was_refused():
    assert "refused" not in str(Problem("a.csv", 2, "x", "1", "looks odd", "warning"))


def test_a_problem_of_the_whole_file_names_no_line():
    assert str(Problem("a.csv", None, None, None, "has no rows", "error")) == "a.csv: has no rows"


@given(st.text(max_size=300))
def test_hostile_values_cannot_break_the_line_or_steer_a_terminal(value):
    line = str(Problem("a.csv", 3, "notes", value, "is odd", "warning"))
    assert line.isprintable()
    assert len(line) < 200


@pytest.mark.parametrize(
    ("error", "built_in"),
    [
        (InputError, ValueError),
        (TheatreError, ValueError),
        (ServiceError, OSError),
        (GeocoderError, ServiceError),
        (ExportError, ValueError),
    ],
)
def test_each_error_is_ours_and_a_built_in(error, built_in):
    assert issubclass(error, ConflictMapError)
    assert issubclass(error, built_in)


def test_an_input_error_carries_its_problems():
    problem = Problem("a.csv", 1, None, None, "is wrong", "error")
    assert InputError("a.csv: unreadable", [problem]).problems == (problem,)

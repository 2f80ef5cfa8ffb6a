"""Reports from files: web pages, JSON lines, encodings, and what is wrong with them."""

import json
from datetime import date

import pytest
from typer.testing import CliRunner

from geo.errors import InputError
from geo.reports import read_report, read_reports
from maps.cli import app

TOLD = (
    "Three people were killed and five were injured on Wednesday when shells hit the market of Saraqib, residents said."
)
PAGE = f"""<!doctype html><html><head><meta charset="utf-8"><title>Shells fall on a market | Example News</title>
<meta property="og:site_name" content="Example News"><meta property="article:published_time" content="2021-03-11">
<link rel="canonical" href="https://example.org/a"><script>var x = "In Paris <b>bombs</b>";</script></head><body>
<nav><a href="/">Home</a> <a href="/w">Berlin</a></nav><article><h1>Shells fall on a market</h1><p>{TOLD}</p>
<p>The shelling went on for two hours, according to the civil defence, which sent four teams to the town.</p>
<p>Families left for villages near the border. Roads were crowded with cars &amp; lorries, a teacher said.</p></article>
<div class="cookie">We use cookies. Accept all cookies.</div><script>document.write("<p>Madrid</p>")</script>
</body></html>"""


@pytest.fixture
def write(tmp_path):
    def written(name, text):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return written


def test_a_page_is_its_article_with_what_the_page_says_of_it(write):
    report = read_report(write("page.html", PAGE))
    assert (report.source, report.url, report.date) == ("Example News", "https://example.org/a", date(2021, 3, 11))
    assert TOLD in report.text
    assert "cars & lorries" in report.text
    assert not any(word in report.text for word in ("<", "cookies", "Paris", "Berlin", "Madrid"))
    assert next(report.text[p.start : p.end] for p in report.parts if p.kind == "body") == TOLD


def test_a_page_in_the_encoding_that_it_declares_is_read_in_it(write):
    page = PAGE.replace("utf-8", "windows-1256").replace("a teacher said", "قال معلم")
    report = read_report(write("page.htm", page.encode("cp1256")))
    assert "قال معلم" in report.text
    assert "was read as cp1256" in report.problems[0].message


@pytest.mark.parametrize("html", ["<html><script>alert(1)</script>", "<div>" * 3_000, "<!--" * 1_000, "<p></p>"])
def test_a_page_without_a_text_is_told_with_what_to_do(write, html):
    with pytest.raises(InputError, match="holds no text of a report; save the article's own page"):
        read_report(write("page.html", html))


def line(**values):
    return json.dumps(values, ensure_ascii=False)


def test_json_lines_hold_a_report_each(write):
    rows = [
        line(
            id="a/1", date="2021-03-11", title="Clashes", text=TOLD, source="Example News", url="https://example.org/1"
        ),
        line(id=7, text="Shells fell on Wednesday."),
    ]
    first, second = read_reports(write("reports.jsonl", "\r\n".join(rows) + "\r\n\r\n"))[0]
    assert (first.name, first.title, first.source, first.date) == ("a/1", "Clashes", "Example News", date(2021, 3, 11))
    assert (first.text, first.url) == (TOLD, "https://example.org/1")
    assert (second.name, second.path.name) == ("7", "reports.jsonl#7")


def test_a_line_that_is_no_report_is_refused_with_its_number_and_the_others_are_read(write):
    rows = [line(id="1", text=TOLD), "{", "[1]", line(id="1", text="Again."), line(title="x"), line(id="2", text=["x"])]
    reports, problems = read_reports(write("reports.jsonl", "\n".join(rows)))
    assert [r.name for r in reports] == ["1"]
    assert [(p.row, p.severity) for p in problems] == [(n, "error") for n in (2, 3, 4, 5, 6)]
    told = " / ".join(p.message for p in problems)
    for words in (
        "is no JSON",
        "but a list",
        "is the id of line 1 already",
        "has no 'text'; has title",
        "'text' is no text",
    ):
        assert words in told


def test_a_line_of_control_letters_costs_no_other_line(write):
    reports, problems = read_reports(
        write("reports.jsonl", "\n".join([line(id="1", text=TOLD), "\0\1", line(id="2", text="x")]))
    )
    assert [r.name for r in reports] == ["1", "2"]
    assert [(p.row, p.severity) for p in problems] == [(2, "error")]


def test_a_file_of_lines_without_any_report_is_an_error_with_all_its_problems(write):
    with pytest.raises(InputError, match="wanted a JSON object on each line") as caught:
        read_reports(write("reports.jsonl", "x\ny\n"))
    assert len(caught.value.problems) == 2


def test_pages_and_lines_go_through_the_main_job_like_other_reports(write, tmp_path):
    (tmp_path / "in").mkdir()
    write("in/page.html", PAGE)
    write("in/more.jsonl", line(id="x", date="2021-04-02", text=TOLD.replace("Wednesday", "Thursday")) + "\nno\n")
    result = CliRunner().invoke(app, ["check", str(tmp_path / "in"), "--theatre", "idlib"])
    assert "page.html: report, " in result.stderr
    assert "more.jsonl: 1 reports, 2 rows read, 1 kept, 1 refused" in result.stderr
    assert "more.jsonl:2: is no JSON" in result.stdout.replace("error: ", "")


def test_names_of_a_report_in_lines_bear_its_id(write, tmp_path):
    out = tmp_path / "spans.jsonl"
    path = write("reports.jsonl", line(id="x-1", text=TOLD))
    CliRunner().invoke(app, ["geoparse", str(path), "-o", str(out), "--theatre", "idlib"])
    (row,) = [json.loads(words) for words in out.read_text(encoding="utf-8").splitlines()]
    assert (row["doc"], TOLD[row["start"] : row["end"]]) == ("x-1", "Saraqib")

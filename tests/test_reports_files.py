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


ENGLISH = "On Monday the army’s guns – “the big ones” – shelled a café in Saraqib."
ARABIC = "قصفت قوات النظام يوم الاثنين مدينة سراقب في ريف إدلب"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (ENGLISH, "cp1252"),
        (ENGLISH, "utf-16"),
        (ENGLISH, "utf-16-le"),
        (ARABIC, "utf-16-be"),
        (ENGLISH, "utf-32"),
        (ARABIC, "cp1256"),
    ],
)
def test_text_in_an_older_encoding_or_in_wide_letters_is_read(write, text, encoding):
    assert read_report(write("report.txt", text.encode(encoding))).text == text


def test_a_broken_byte_in_a_text_of_utf_8_costs_one_letter_and_is_told_with_its_line(write):
    raw = (f"Title\n\n{ARABIC}" * 2).encode().replace("سراقب".encode(), "سراق".encode() + b"\xff", 1)
    report = read_report(write("report.txt", raw))
    assert report.text.count("\ufffd") == 1
    assert ARABIC in report.text
    assert str(report.problems[0]).startswith("report.txt:3: bytes that are no UTF-8: 1, the first on this line")


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"%PDF-1.7\n1 0 obj", "a PDF"),
        (b"PK\x03\x04\x14", "a ZIP archive, such as a Word document"),
        (rb"{\rtf1\ansi On Monday", r"rich text \(RTF\)"),
    ],
)
def test_a_document_called_txt_is_told_for_what_it_is(write, start, kind):
    with pytest.raises(InputError, match=f"is {kind}, whatever its name; wanted text"):
        read_report(write("report.txt", start + b" some more" * 100))


def test_a_page_called_txt_is_read_as_a_page(write):
    report = read_report(write("page.txt", PAGE))
    assert report.date == date(2021, 3, 11)
    assert "Berlin" not in report.text


def test_half_a_letter_in_a_line_of_json_is_replaced(write):
    (report,), _ = read_reports(write("reports.jsonl", '{"id": "1", "text": "Shells fell \\ud83d on Saraqib."}'))
    assert report.text == "Shells fell \ufffd on Saraqib."


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ('{"id": "1", "text": null}', "has an empty 'text'; has id, text"),
        ('{"id": "1", "text": 5}', "'text' is no text but a number"),
        ('{"id": true, "text": "x"}', "'id' is no text but a true or false"),
        ("[", "a list over several lines must be split"),
    ],
)
def test_a_line_says_what_was_found_in_the_place_of_a_text(write, row, message):
    _, (problem,) = read_reports(write("reports.jsonl", f"{line(id='0', text=TOLD)}\n{row}"))
    assert (problem.row, message in problem.message) == (2, True)


def test_a_file_that_cannot_be_used_costs_no_other_of_its_folder(write, tmp_path):
    (tmp_path / "in").mkdir()
    write("in/good.txt", f"11 March 2021\n\n{TOLD}")
    write("in/empty.txt", " \n")
    write("in/scan.pdf", b"%PDF-1.7")
    for command in (["check"], ["geoparse", "-o", str(tmp_path / "spans.jsonl")]):
        result = CliRunner().invoke(app, [*command, str(tmp_path / "in"), "--theatre", "idlib"])
        said = result.stdout + result.stderr
        assert result.exit_code == 1
        assert "empty.txt: is empty; wanted the text of a report (file left out)" in said
        assert "scan.pdf: is " in said
    assert "Saraqib" in (tmp_path / "spans.jsonl").read_text(encoding="utf-8")


def test_if_no_file_can_be_used_nothing_is_written(write, tmp_path):
    (tmp_path / "in").mkdir()
    write("in/a.txt", "")
    write("in/b.txt", b"%PDF-1.7")
    with pytest.raises(InputError, match=r"a\.txt: is empty") as caught:
        CliRunner().invoke(
            app, ["geoparse", str(tmp_path / "in"), "-o", str(tmp_path / "spans.jsonl")], catch_exceptions=False
        )
    assert [p.source for p in caught.value.problems] == ["b.txt"]
    assert not (tmp_path / "spans.jsonl").exists()


def test_a_folder_in_the_place_of_the_output_is_wrong_use(write, tmp_path):
    result = CliRunner().invoke(app, ["geoparse", str(write("a.txt", TOLD)), "-o", str(tmp_path)])
    assert result.exit_code == 2
    assert "folder" in result.stderr


@pytest.mark.parametrize(
    "unseen",
    [
        "<p hidden>{}</p>",
        '<p style="display:none">{}</p>',
        '<div aria-hidden="true"><p>{}</p></div>',
        "<template><p>{}</p></template>",
        "<noscript><p>{}</p></noscript>",
        "<!-- <p>{}</p> -->",
    ],
)
def test_what_a_page_does_not_show_is_not_told(write, unseen):
    hidden = unseen.format("On Monday rebels captured the town of Ariha after heavy fighting, a commander said.")
    report = read_report(write("page.html", PAGE.replace("</article>", f"{hidden}</article>")))
    assert TOLD in report.text
    assert "Ariha" not in report.text


def test_an_old_page_that_is_laid_out_in_tables_is_read_by_paragraphs(write):
    page = f"""<HTML><HEAD><TITLE>Shells fall on a market</TITLE></HEAD><BODY><TABLE WIDTH=600><TR><TD>
    <A HREF=i.htm>Home</A>
    <TD><FONT SIZE=4><B>Shells fall</B></FONT><BR>11 March 2021<BR><BR>{TOLD}<BR><BR>The shelling went on for two hours,
    according to the civil defence, which sent four teams to the town, and ended only in the evening when rain set in.
    <BR><BR>Families left for villages near the border, which were crowded with cars and lorries, a teacher said by
    phone.</TABLE>"""
    report = read_report(write("old.html", page))
    assert (report.title, report.date) == ("Shells fall on a market", date(2021, 3, 11))
    bodies = [" ".join(report.text[p.start : p.end].split()) for p in report.parts if p.kind == "body"]
    assert bodies[-3] == TOLD
    assert bodies[-1].startswith("Families left")
    assert "|" not in report.text


def test_a_table_of_figures_on_a_page_stays_a_table(write):
    rows = "".join(f"<tr><td>Town {n}</td><td>{n}</td><td>{n + 1}</td></tr>" for n in range(4))
    report = read_report(write("page.html", PAGE.replace("</article>", f"<table>{rows}</table></article>")))
    assert "table" in {p.kind for p in report.parts}

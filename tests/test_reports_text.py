"""Reports as files: bytes to text, and what of a page is told."""

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import InputError
from geo.reports import parse_report, read_report
from geo.reports.splitting import quoted_spans, split_sentences

BODY = "On Monday, soldiers entered the valley. Nobody was hurt."


def write(folder, content, name="report.txt"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def kinds(report, kind):
    return [report.text[p.start : p.end].strip() for p in report.parts if p.kind == kind]


def sentences(text):
    return [text[a:b] for a, b in split_sentences(text, 0, len(text))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_encodings_are_read_without_a_remark(tmp_path, encoding):
    report = read_report(write(tmp_path, "11 March 2021\n\nجرت اشتباكات في القرية.\n".encode(encoding)))
    assert "اشتباكات" in report.text
    assert report.problems == ()


def test_an_old_arabic_encoding_is_read_and_remarked(tmp_path):
    text = "11 March 2021\n\n" + "اندلعت اشتباكات عنيفة بين الجيش والفصائل في القرية صباح اليوم. " * 3
    report = read_report(write(tmp_path, text.encode("cp1256")))
    assert "اشتباكات عنيفة" in report.text
    assert "cp1256" in str(report.problems[0])


@pytest.mark.parametrize("content", [b"", b"  \r\n\t ", b"\x00\x01\x02PNG\x00", b"\x89PNG\r\n\x1a\n\x00\x00"])
def test_an_empty_or_binary_file_is_an_input_error(tmp_path, content):
    with pytest.raises(InputError, match="wanted"):
        read_report(write(tmp_path, content))


def test_a_missing_file_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_report(tmp_path / "none.txt")


def test_offsets_count_code_points_of_the_text_as_stored(tmp_path):
    report = read_report(
        write(tmp_path, f"A title\r\n\r\n11 March 2021\r\n\r\n{BODY}\u00a0 \r\n\r\nMore 🌍 text here.\r\n")
    )
    assert kinds(report, "body") == [BODY, "More 🌍 text here."]
    assert "\r\n" in report.text
    assert "\u00a0" in report.text


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ("A title\nBy Ann Lee | March 11, 2021 | 9:31pm EST\n\n", date(2021, 3, 11)),
        ("A title\n\n11 March 2021\n\n", date(2021, 3, 11)),
        ("A title\n\nPublished on Thursday, 11 March 2021 at 10:15 GMT\n\n", date(2021, 3, 11)),
        ("Situation report no. 4 - as of 2 January 2020\n\n", date(2020, 1, 2)),
        ("A title\n\nDate: 7 February 2020\n\n", date(2020, 2, 7)),
        ("---\ntitle: Of valleys\npubDate: 2023-08-20 12:08\ntags:\n  - one\n---\n\n", date(2023, 8, 20)),
        ("A title\n\nMARAT, Norland, Feb 11, 2020 (Agency) - ", date(2020, 2, 11)),
        ("A title\n\n11 February، 2020\n\nMarat, NNA- ", date(2020, 2, 11)),
        ("A title\n\n11 February 2020, Marat - ", date(2020, 2, 11)),
        ("A title\n\nMARAT, 11 FEBRUARY 2020 - ", date(2020, 2, 11)),
        ("A title\n\nPublished: 11 Feb 2020 19:45 GMT+3\n\n", date(2020, 2, 11)),
        ("A title\n\nIssued on: 11/02/2020 - 19:45 Modified: 11/02/2020 - 19:44\n\n", date(2020, 2, 11)),
        ("A title\n\nLast modified on Tue 11 Feb 2020 14.05 GMT\n\n", date(2020, 2, 11)),
        ("A title\n\nPosted by desk on 11 February 2020\n\n", date(2020, 2, 11)),
        ("A title\n\n2020-02-11T19:45:00+03:00\n\n", date(2020, 2, 11)),
        ("A title\n\n2020/2/11\n\n", date(2020, 2, 11)),
        ("A title\n\n11-02-2020 | 19:45\n\n", date(2020, 2, 11)),
        ("A title\n\n11-Feb-2020\n\n", date(2020, 2, 11)),
        ("A title\n\nTuesday, the 11th of February 2020\n\n", date(2020, 2, 11)),
        ("A title\n\nFebruary 11, 2020 / 5:45 PM / Updated 2 years ago\n\n", date(2020, 2, 11)),
        ("A title\n\n11 February 2020 • 5 min read\n\n", date(2020, 2, 11)),
        ("A title\n\nFebruary 11, 2020 (MARAT) – ", date(2020, 2, 11)),
        ("A title\n\nMARAT - February 11, 2020 (NNA) -- ", date(2020, 2, 11)),
        ("A title\n\nMarat, Tuesday 11 February 2020 - ", date(2020, 2, 11)),
        ("A title\n\nMarat/Umm Dall, 11 February 2020 – ", date(2020, 2, 11)),
        ("A title\n\nMarat (NNA) 11 Feb 2020 - ", date(2020, 2, 11)),
        ("A title\n\nFebruary 11 - 2020 UMM DALL / KESRA\n\n", date(2020, 2, 11)),
        ("A title\n\n11/02/2020 15:42 UMM DALL\n\n", date(2020, 2, 11)),
        ("A title\n\nAgency | Updated: 2020-02-11 22:01\n\n", date(2020, 2, 11)),
        (
            "A title\n\nSource: Agency| 2020-02-11 22:01:54|Editor: desk\n\nMARAT, Feb. 11 (Agency) -- ",
            date(2020, 2, 11),
        ),
        ("A title\n\nMarat Tribune (MARAT) 11 February 2020\n\n", date(2020, 2, 11)),
        ("A title\n\nUmm Dall, 11 February 2020 (from our own man in the hills)\n\n", date(2020, 2, 11)),
        ("A title\n\nFebruary 11, 2020, Umm Dall, Sund\n\n", date(2020, 2, 11)),
        ("عنوان\n\nالثلاثاء، 11 شباط 2020 07:45 م\n\n", date(2020, 2, 11)),
        ("عنوان\n\nتاريخ النشر: 11 شباط/فبراير، 2020 الساعة 19:45\n\n", date(2020, 2, 11)),
        ("عنوان\n\nنوردا-وكالة 11-2-2020\n\n", date(2020, 2, 11)),
    ],
)
def test_the_date_of_publication_is_found(head, day):
    report = parse_report(head + BODY + "\n", Path("report.txt"))
    assert report.date == day
    assert kinds(report, "body") == [BODY]
    assert report.problems == ()


def test_the_files_name_is_the_last_resort_and_is_remarked():
    report = parse_report(BODY, Path("weekly_2021-03-11.txt"))
    assert report.date == date(2021, 3, 11)
    assert "file's name" in str(report.problems[0])


@pytest.mark.parametrize("name", ["Bulletin 11 March 2021.txt", "bulletin_11-03-2021.txt", "bulletin_20210311.txt"])
def test_a_files_name_may_write_its_day_in_words_or_figures(name):
    assert parse_report(BODY, Path(name)).date == date(2021, 3, 11)


def test_a_report_without_any_date_says_so():
    report = parse_report(BODY, Path("report.txt"))
    assert report.date is None
    assert "stay open" in str(report.problems[0])


def test_front_matter_gives_title_source_and_address():
    text = '---\ntitle: "Of valleys"\nsource: The Post\nurl: https://example.org/a\nurl2: x\n---\n' + BODY
    report = parse_report(text, Path("a.md"))
    assert (report.title, report.source, report.url) == ("Of valleys", "The Post", "https://example.org/a")


def test_an_address_that_is_no_web_address_is_left_out():
    assert parse_report("---\nurl: javascript:alert(1)\n---\n" + BODY, Path("a.md")).url == ""


def test_captions_and_repeated_lines_are_no_story():
    text = f"A title\n11 March 2021\nThe king greets. (Photo: Palace)\nThe king greets. (Photo: Palace)\n\n{BODY}\n"
    report = parse_report(text, Path("a.txt"))
    assert kinds(report, "body") == [BODY]
    assert len(kinds(report, "caption")) == 2


def test_appeals_after_the_story_are_a_tail():
    tail = "Dear Reader,\n\nTruth is at war.\n\nDonate today to help us.\n\nSign up for our newsletter."
    report = parse_report(f"A title\n\n11 March 2021\n\n{BODY}\n\nMore was told.\n\n{tail}", Path("a.txt"))
    assert kinds(report, "body") == [BODY, "More was told."]
    assert len(kinds(report, "tail")) == 4


def test_a_story_about_donations_is_no_tail():
    story = "Donations reached the camp on Friday.\n\nSoldiers shelled the road.\n\nFour died.\n\nTalks go on."
    assert kinds(parse_report("11 March 2021\n\n" + story, Path("a.txt")), "tail") == []


def test_text_wrapped_at_a_width_is_one_paragraph():
    report = parse_report(
        "11 March 2021\n\nOn Monday, soldiers entered\nthe valley and shelled\nthe road.\n", Path("a.txt")
    )
    assert len(kinds(report, "body")) == 1


def test_headings_give_their_year_to_what_stands_below():
    report = parse_report("# Title\n\n## 2018\n\nIn May it began.\n\n## Aftermath\n\nIt ended.\n", Path("a.md"))
    assert [p.year for p in report.parts if p.kind == "body"] == [2018, None]


def test_a_history_tells_its_days_in_the_year_it_last_named():
    told = [
        "In 2015 it began.",
        "On 6 May men died.",
        "In March 2016 came more; in 2015 less.",
        "By 2017, since 2016, it ended.",
    ]
    report = parse_report("Title\n\n11 March 2021\n\n" + "\n\n".join(told), Path("a.txt"))
    assert [p.year for p in report.parts if p.kind == "body"] == [2015, 2015, 2016, 2017]


def test_lists_of_sources_are_a_tail():
    report = parse_report(f"# Title\n\n11 March 2021\n\n{BODY}\n\n## See also\n\n* Clashes of 2019\n", Path("a.md"))
    assert kinds(report, "body") == [BODY]


def test_sentences_end_at_stops_and_not_at_abbreviations():
    text = "The U.N. said so. Gen. Smith of the U.S. army left. He came from the U.S. The army stayed. It cost 4.5."
    assert sentences(text) == [
        "The U.N. said so.",
        "Gen. Smith of the U.S. army left.",
        "He came from the U.S.",
        "The army stayed.",
        "It cost 4.5.",
    ]


def test_arabic_sentences_end_too():
    assert len(sentences("قتل خمسة جنود. ماذا بعد؟ لا أحد يعلم.")) == 3


@given(st.text(max_size=400))
def test_sentences_cover_all_words_once(text):
    pieces = list(split_sentences(text, 0, len(text)))
    assert "".join("".join(text[a:b].split()) for a, b in pieces) == "".join(text.split())
    assert all(b <= c for (_, b), (c, _) in pairwise(pieces))


def test_speech_is_quoted_and_scare_quotes_are_not():
    text = "He “neutralised” them. “We will strike again and again,” he said."
    assert [text[a:b] for a, b in quoted_spans(text, 0, len(text))] == ["“We will strike again and again,”"]


def test_a_paragraph_told_twice_makes_one_mark_and_is_told_as_such():
    told = "On Monday, soldiers shelled the town of Kesra from the hills above it for three hours and more."
    report = parse_report(f"A title\n\n11 March 2021\n\n{told}\n\n{BODY}\n\n{told}\n\nMore later.\n", Path("a.txt"))
    assert kinds(report, "repeat") == [told]
    assert kinds(report, "body").count(told) == 1


@given(st.text(max_size=600))
def test_any_text_is_a_report_whose_parts_are_in_order(text):
    end = 0
    for part in parse_report(text, Path("a.txt")).parts:
        assert end <= part.start <= part.end <= len(text)
        end = part.end


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("VELIA, March 16, 2021", "dateline"),
        ("UMM DALL, Freeland, 16 March 2021", "dateline"),
        ("Rebels left Kesra on March 16, 2021", "title"),
        ("Velia and Kesra, March 16, 2021", "title"),
    ],
)
def test_a_city_in_capitals_and_a_date_alone_are_a_dateline(line, kind):
    report = parse_report(f"{line}\n\nOn Monday rebels left Kesra.\n", Path("a.txt"))
    assert report.parts[0].kind == kind
    assert report.date == (None if " on " in line else date(2021, 3, 16))


@pytest.mark.parametrize(
    "head",
    [
        "Daily bulletin | Tuesday 16 March 2021 | Marat countryside",
        "MAP UPDATE: front lines, 16 March 2021 (18:00 local)",
        "Rebels leave Kesra\nNews desk, 16 March 2021",
        "Rebels leave Kesra\n- The third town this week\n\nA. Writer, B. Writer | 16.03.2021",
        "FREELAND\nDevelopments in the north\nSituation Report No. 3 - As of 16 March 2021",
        "Rebels leave Kesra\n\nThe last rebels left.\n\nMarch 16, 2021",
        "Rebels leave Kesra\n\nKESRA (AN) — Rebels left the town on Tuesday, March 16, 2021, officials said.",
    ],
)
def test_the_day_of_a_report_is_found_wherever_its_head_tells_it(head):
    report = parse_report(f"{head}\n\nShells fell on the town in the evening.\n", Path("a.txt"))
    assert report.date == date(2021, 3, 16)
    assert report.problems == ()


@pytest.mark.parametrize(
    "opening",
    [
        "Rebels left Kesra on 16 March 2021.",
        "Rebels left Kesra on 16 March 2021",
        "What happened on Monday will be remembered. On 2 May 2011 it began.",
    ],
)
def test_a_day_that_an_opening_tells_of_is_not_that_of_the_report(opening):
    assert parse_report(f"The end of a siege\n\n{opening}\n", Path("a.txt")).date is None


TABLES = [
    "Place\tDead\tInjured\nKesra\t5\t7\nAhmar\t3\t0\n",
    "| Place | Dead | Injured |\n| Kesra | 5 | 7 |\n| Ahmar | 3 | 0 |\n",
    "Place,Dead,Injured\nKesra,5,7\nAhmar,3,0\n",
    "Place    Dead    Injured\nKesra    5       7\nAhmar    3       0\n",
]


@pytest.mark.parametrize("table", TABLES)
def test_a_pasted_table_is_told_apart_with_its_line(table):
    report = parse_report(f"A week of war\n\n16 March 2021\n\nOn Monday rebels left Kesra.\n\n{table}", Path("a.txt"))
    assert [p.kind for p in report.parts] == ["title", "dateline", "body", "table", "table", "table"]
    (problem,) = report.problems
    assert (problem.row, "3 lines read like a table" in problem.message) == (7, True)


def test_lines_with_as_many_commas_are_no_table_where_they_are_sentences():
    lines = "".join(f"In all, 1,{n}00 fled Kesra, Ahmar, and Velia; 2,{n}00 came back.\n" for n in range(1, 6))
    report = parse_report(f"A title\n\n16 March 2021\n\n{lines}", Path("a.txt"))
    assert "table" not in {p.kind for p in report.parts}


@pytest.mark.parametrize("following", ["土耳其军队 shelled Kesra.", "Генштаб сообщил о боях.", "Élysée aides left."])
def test_a_sentence_may_begin_in_any_script(following):
    assert sentences(f"The army left Velia. {following}") == ["The army left Velia.", following]


FRONT = {
    "title: Shells on a market\ndate: 2021-03-11": ("Shells on a market", date(2021, 3, 11), ""),
    "title: 'It''s a \"quiet\" day' # so far\ndate: 2021-03-11  # a Thursday": (
        'It\'s a "quiet" day',
        date(2021, 3, 11),
        "",
    ),
    'title: "Market: \\"shelled\\""\ndate: "2021-03-11 23:30:00 +0900"': (
        'Market: "shelled"',
        date(2021, 3, 11),
        "",
    ),
    "title: >-\n  Shells on\n  a market\nDate-Published: 2021-03-11T23:30:00-05:00": (
        "Shells on a market",
        date(2021, 3, 11),
        "",
    ),
    "title: A\npublished: March 11, 2021 10:00 AM EST\nauthor: [B. Bee, C. Cee]": (
        "A",
        date(2021, 3, 11),
        "B. Bee, C. Cee",
    ),
    "title: A\ndate: 2021-03-11\nsource:\n  name: Example News\n  url: https://example.org": (
        "A",
        date(2021, 3, 11),
        "Example News",
    ),
    "title: A\ndate: 2021-03-11\nauthor:\n- B. Bee\n- C. Cee\ntags: []": ("A", date(2021, 3, 11), "B. Bee, C. Cee"),
    "title: A\n: : :\n\t- [broken\ndate: 2021-03-11": ("A, [broken", date(2021, 3, 11), ""),
}


@pytest.mark.parametrize(("front", "told"), FRONT.items())
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_front_matter_tells_title_day_and_source(tmp_path, front, told, end):
    text = f"---\n{front}\n---\nShells fell on Monday.\n".replace("\n", end)
    report = read_report(write(tmp_path, text.encode(), "report.md"))
    assert (report.title, report.date, report.source) == told
    assert [(p.kind, text[p.start : p.end]) for p in report.parts] == [("body", "Shells fell on Monday.")]


def test_front_matter_that_is_never_closed_is_read_and_told(tmp_path):
    report = read_report(write(tmp_path, b"---\ntitle: A\ndate: 2021-03-11\n\nShells fell on Monday.\n", "report.md"))
    assert (report.title, report.date) == ("A", date(2021, 3, 11))
    assert "is never closed" in str(report.problems[0])


def test_a_line_of_hyphens_over_a_text_is_no_front_matter(tmp_path):
    report = read_report(write(tmp_path, b"---\nShells fell on Monday. Two people died.\n\nMore shells fell.\n"))
    assert [p.kind for p in report.parts][-2:] == ["body", "body"]


def test_a_date_of_front_matter_that_is_none_is_told(tmp_path):
    report = read_report(write(tmp_path, b"---\ndate: 31/02/2021\n---\nShells fell on Monday.\n", "report.md"))
    assert report.date is None
    assert "report_date: '31/02/2021' is no day; wanted one such as 2021-03-11" in str(report.problems[0])


@pytest.mark.parametrize(
    "last",
    [
        "The non-profit Example Relief said 3,000 people fled the town.",
        "The agency appealed for donations as 40,000 people fled.",
        "A plant that bakes cookies was shelled on Tuesday, killing two.",
        "The copyright office was hit on Tuesday.",
        "Read more than once by the crowd, the list had twelve names of the dead.",
    ],
)
def test_a_last_paragraph_that_tells_of_the_world_is_no_tail(last):
    report = parse_report(f"A title\n\n11 March 2021\n\n{BODY}\n\n{last}\n", Path("a.txt"))
    assert kinds(report, "body")[-1] == last


@pytest.mark.parametrize(
    "last",
    [
        "Subscribe to our newsletter",
        "Please donate to our work.",
        "© 2021 Example News",
        "We use cookies to improve our site.",
        "Read more: Airstrike kills 20 in the next town",
        "READ MORE\n\nAirstrike kills 20 in the next town\n\nRebels capture another",
        "تابعونا على تويتر",
        "جميع الحقوق محفوظة",
        "اقرأ أيضاً: غارة تقتل 20 في البلدة المجاورة",
    ],
)
def test_what_speaks_to_the_reader_or_leads_to_other_reports_is_a_tail(last):
    report = parse_report(f"A title\n\n11 March 2021\n\n{BODY}\n\nMore was told.\n\n{last}\n", Path("a.txt"))
    assert kinds(report, "body") == [BODY, "More was told."]
    assert kinds(report, "heading") == []


def test_a_line_that_leads_to_another_report_does_not_end_this_one():
    text = f"A title\n\n11 March 2021\n\n{BODY}\n\nAlso read: Rebels capture a town.\n\nMore was told.\n"
    assert kinds(parse_report(text, Path("a.txt")), "body") == [BODY, "More was told."]

"""Phrases around a name by which a place is told from a club, a company, a person and a road."""

from __future__ import annotations

import re

# What follows a place at the head of a report: "X, Y (Agency) -", "X, June 3 (Agency)", "X -- ", "X // ", "XXXX: ".
_AGENCY = r"\([A-Z][\w .,/'’&-]{1,30}\)"
_BESIDE = r"(?:,\s[A-Z][\w.]*(?:\s[\dA-Z][\w.]*){0,2})?"
DATELINE = re.compile(rf"{_BESIDE}(?:\s?{_AGENCY}|\s?(?:--|[–—]|//)|\s-\s|(?<=[A-Z]{{4}}):\s)")

# What says that a name no list has is a place: "X village", "the X river", "X, a town of 300".
_SORTS = (
    r"(?:town|village|hamlet|suburb|city|district|province|region|county|regency|island|river|lake|oasis|volcano"
    r"|valley)"
)
SORT = re.compile(rf"\s{_SORTS}\b|,\s(?:a|an|the)\s(?:[\w-]+\s){{0,3}}?{_SORTS}\b")
# "was flown to X", "the road from X": and "Ann Lee (34) of X".
_GOING = (
    r"flown|flew|moved|travel\w*|fled|flee|flees|fleeing|rushed|return\w*|head\w*|went|drove|driven|deported|march\w*"
    r"|transferred|evacuated|journey|trek\w*|bus|buses|trains?|flights?|roads?|highway|route|convoy"
)
WAYS_TO = frozenset({"to", "from", "for", "toward", "towards", "into", "through", "via"})
WAY = re.compile(rf"\b(?:{_GOING})\s(?:[a-z]+\s){{0,3}}?(?:{'|'.join(sorted(WAYS_TO))})$")
HOME = re.compile(r"(?:\(\d{1,2}\)|,\s\d{1,2},)\s(?:of|from)$")
PERSON_OF = re.compile(r"(?P<given>[A-Z][a-z]+)\s(?:[A-Z]\.\s)?[A-Z][\w'’-]+(?P<age>,\s\d{1,2},|,)?\sof$")

# "X City beat Y 2-1", "X 2-1", "X drew with": a club; "X recalled 2,000 cars": a company named after its town.
WINS = re.compile(
    r"\s(?:beat|defeated|thrashed|edged|drew|lost)\s[^.;]{0,30}?\d{1,2}[-–]\d{1,2}(?!\d)|\s\d{1,2}[-–]\d{1,2}(?![\d,])"
    r"|\s(?:stun|stuns|stunned|thrash|thrashes|edge|edges|rout|routs|routed|drew with|draw with|lost to|lose to)\b"
)
MADE = re.compile(
    r"\s(?:has\s|have\s|had\s)?(?:recalled|recalls|unveiled|launched|sold|built)\s[^.;]{0,24}?"
    r"(?:cars|vehicles|trucks|models)\b"
)
# "X striker": a club; "X & Y", "X.com": a firm; "played for X", "works for X": one of both.
ROLE = re.compile(
    r"\s(?:manager|coach|boss|striker|midfielder|defender|winger|goalkeeper|keeper|forward|captain|quarterback|pitcher"
    r"|batsman|bowler|fans|supporters|fullback|full-back)\b"
)
FIRM = re.compile(r"\s&\s[A-Z]|\.(?:com|org|net|co)\b")
EMPLOYED = re.compile(r"\b(?:play|plays|played|playing|work|works|worked|working|scored|scoring|signed)\sfor$")
# "beat X", "drew with X": a club too. The last words are looked at first, for they are quick to tell.
GAMES = frozenset({"beat", "beats", "beating", "thrash", "thrashed", "with", "to", "over", "v", "v.", "vs", "vs."})
LOSES = re.compile(
    r"\b(?:beat|beats|beating|thrash\w*|(?:drew|draw|draws) with|(?:lost|lose) to|(?:win|victory) over|vs?\.?)$"
)

ROAD = re.compile(r"\.\s\d{1,4}(?![\w,])")  # "N.C. 54"
# "U.S. 30", "US Highway 64": not "in the U.S. 30 people".
ROUTE = re.compile(r"(?<!the\s)\bU\.?S\.?\s(?:(?:Highway|Hwy|Route|Rte|Interstate)\b|\d{1,3}(?!\w|[,.]\d))")
AGE = re.compile(r",\s\d{1,2}(?:,|\sof\b)")

# "in Co. X", "farmers of County X"; not "Y County X".
_SMALL = r"(?:[a-z]+|In|From|At|Near|Of|To|And|For|The|Across|Around)"
COUNTY = re.compile(rf"(?:^|[^\w\s]\s?|\b{_SMALL}\s|\n)(County|Co\.?)[ \u00a0]$")

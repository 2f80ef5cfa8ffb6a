"""The interfaces of ACLED, UCDP, HDX HAPI, IOM DTM and IDMC, played by one scripted server on this machine.

``Services(server)`` answers as the publishers document it: it wants the credentials below, gives pages, counts rows. A
test changes what it needs::

    services.rows["acled"] = acled_rows(7)
    services.most = 3                            # rows on a page, whatever is asked for
    services.instead[2] = Answer(429)            # in the place of the second page that is asked for

``services.asked`` lists the requests for pages, ``services.logins`` the grant type of each login.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from functools import partial
from typing import Any

from fake_http import Answer, FakeServer, Request

USERNAME, PASSWORD = "analyst@example.org", "correct horse & battery"
UCDP_TOKEN, DTM_KEY, CLIENT_ID = "ucdp-token-0123456789", "dtm-key-0123456789", "IDMCCLIENT0123"
IDENTIFIER = "YW5hbHlzdDphbmFseXN0QGV4YW1wbGUub3Jn"  # base64 of analyst:analyst@example.org
ENVIRON = {
    "CONFLICTMAP_ACLED_USERNAME": USERNAME,
    "CONFLICTMAP_ACLED_PASSWORD": PASSWORD,
    "CONFLICTMAP_UCDP_TOKEN": UCDP_TOKEN,
    "CONFLICTMAP_HAPI_APP_IDENTIFIER": IDENTIFIER,
    "CONFLICTMAP_DTM_KEY": DTM_KEY,
    "CONFLICTMAP_IDMC_CLIENT_ID": CLIENT_ID,
}
# Nothing of these may be seen anywhere but on the way to the server and in the file of the token.
SECRETS = (PASSWORD, UCDP_TOKEN, DTM_KEY, CLIENT_ID, IDENTIFIER, "access-", "refresh-")

Row = dict[str, Any]


class Services:
    """All five on one server."""

    def __init__(self, server: FakeServer) -> None:
        self.server = server
        self.rows: dict[str, list[Row]] = {"acled": acled_rows(3), "ucdp": ucdp_rows(3), "hapi": hapi_event_rows(3)}
        self.rows |= {"hapi-idps": hapi_rows(3), "hapi-returnees": hapi_returnee_rows(3)}
        self.rows |= {"hapi-population": hapi_population_rows(3)}
        self.rows |= {"dtm": dtm_rows(3), "idmc": idmc_rows(3), "gidd": gidd_rows(3), "deleted": []}
        self.most = 10_000
        self.instead: dict[int, Answer | Callable[[Request], Answer]] = {}
        self.tells_total = True
        self.restrictions: Any = []
        self.asked: list[Request] = []
        self.logins: list[str] = []
        self.tokens: set[str] = set()
        self.refreshes: set[str] = set()
        self.life = 86_400
        server.script("/oauth/token", self._token, method="POST")
        server.script("/api/acled/read", self._page(self._acled))
        server.script("/api/deleted/read", self._page(self._deleted))
        server.script("/api/gedevents/26.1", self._page(self._ucdp))
        for path, rows in (
            ("coordination-context/conflict-events", "hapi"),
            ("affected-people/idps", "hapi-idps"),
            ("affected-people/returnees", "hapi-returnees"),
            ("geography-infrastructure/baseline-population", "hapi-population"),
        ):
            server.script(f"/api/v2/{path}", self._page(partial(self._hapi, rows)))
        for level in range(3):
            server.script(f"/v3/displacement/admin{level}", self._page(self._dtm))
        server.script("/external-api/idus/all/", self._page(self._idus))
        server.script("/external-api/gidd/conflicts/", self._page(self._gidd))

    def _page(self, play: Callable[[Request], Answer]) -> Callable[[Request], Answer]:
        def answer(request: Request) -> Answer:
            self.asked.append(request)
            instead = self.instead.get(len(self.asked))
            if instead is None:
                return play(request)
            return instead if isinstance(instead, Answer) else instead(request)

        return answer

    def _token(self, request: Request) -> Answer:
        form = {name: values[0] for name, values in request.form.items()}
        grant = form.get("grant_type", "")
        self.logins.append(grant)
        by_password = grant == "password" and (form["username"], form["password"]) == (USERNAME, PASSWORD)
        by_refresh = grant == "refresh_token" and form["refresh_token"] in self.refreshes
        if form.get("client_id") != "acled" or not (by_password or by_refresh):
            return Answer(400, body={"error": "invalid_grant", "error_description": f"no: {form.get('password')}"})
        access, refresh = f"access-{len(self.logins)}", f"refresh-{len(self.logins)}"
        self.tokens, self.refreshes = {access}, {refresh}
        given = {"token_type": "Bearer", "expires_in": self.life, "access_token": access, "refresh_token": refresh}
        return Answer(body=given)

    def _acled(self, request: Request) -> Answer:
        query = {name: values[0] for name, values in request.query.items()}
        found = [r for r in self.rows["acled"] if r.get("iso") == query["iso"]]
        if query.get("timestamp_where") == ">=":
            found = [r for r in found if int(r["timestamp"]) >= int(query["timestamp"])]
        if "event_date" in query:
            first, last = query["event_date"].split("|")
            found = [r for r in found if first <= r["event_date"] <= last]
        return self._envelope(request, found)

    def _deleted(self, request: Request) -> Answer:
        since = int(request.query["deleted_timestamp"][0])
        return self._envelope(request, [r for r in self.rows["deleted"] if int(r["deleted_timestamp"]) >= since])

    def _envelope(self, request: Request, found: list[Row]) -> Answer:
        if request.headers["Authorization"] not in {f"Bearer {t}" for t in self.tokens}:
            return Answer(401, body={"message": f"not valid: {request.headers['Authorization']}"})
        size = min(self.most, int(request.query["limit"][0]))
        start = (int(request.query["page"][0]) - 1) * size
        data = found[start : start + size]
        totals = {"count": len(data), "total_count": len(found)} if self.tells_total else {}
        around = {"status": 200, "success": True, "last_update": 1, "messages": [], "filename": ""}
        return Answer(body={**around, **totals, "data": data, "data_query_restrictions": self.restrictions})

    def _ucdp(self, request: Request) -> Answer:
        if request.headers["x-ucdp-access-token"] != UCDP_TOKEN:
            return Answer(401, body="API token required. Add header: x-ucdp-access-token")
        number = int(request.query.get("page", ["0"])[0])
        size = min(self.most, int(request.query["pagesize"][0]))
        found = self.rows["ucdp"]
        more = (number + 1) * size < len(found)
        address = f"http://elsewhere.example.org{request.path}?pagesize={size}&page={number + 1}"
        return Answer(
            body={
                "TotalCount": len(found),
                "TotalPages": -(-len(found) // size),
                "PreviousPageUrl": "",
                "NextPageUrl": address if more else "",
                "Result": found[number * size : (number + 1) * size],
            }
        )

    def _hapi(self, name: str, request: Request) -> Answer:
        if request.headers["X-HDX-HAPI-APP-IDENTIFIER"] != IDENTIFIER:
            return Answer(403, body={"error": "Missing app identifier"})
        start, size = int(request.query["offset"][0]), min(self.most, int(request.query["limit"][0]))
        return Answer(body={"data": self.rows[name][start : start + size]})

    def _dtm(self, request: Request) -> Answer:
        if request.headers["Ocp-Apim-Subscription-Key"] != DTM_KEY:
            return Answer(401, body={"statusCode": 401, "message": "Access denied due to invalid subscription key."})
        if not self.rows["dtm"]:
            said = ["No Data found matching your selection."]
            return Answer(body={"isSuccess": False, "result": None, "errorMessages": said})
        return Answer(body={"isSuccess": True, "result": self.rows["dtm"], "errorMessages": []})

    def _idus(self, request: Request) -> Answer:
        if request.query.get("client_id") != [CLIENT_ID]:
            return Answer(403, body={"detail": "Client is not registered."})
        return Answer(body=self.rows["idmc"])

    def _gidd(self, request: Request) -> Answer:
        start, size = int(request.query["offset"][0]), min(self.most, int(request.query["limit"][0]))
        found = self.rows["gidd"]
        following = f"{self.server.url}{request.path}?{request.raw_query}" if start + size < len(found) else None
        results = found[start : start + size]
        return Answer(body={"count": len(found), "next": following, "previous": None, "results": results})


def packed(body: Any) -> Answer:
    """A JSON answer that comes with gzip."""
    head = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    return Answer(body=gzip.compress(json.dumps(body).encode()), headers=head)


# --- rows in the publishers' own columns, of events that never happened ---


def acled_rows(count: int, **changes: Any) -> list[Row]:
    return [acled_row(number, **changes) for number in range(1, count + 1)]


def acled_row(number: int, **changes: Any) -> Row:
    """As the API gives it: numbers as text, empty text for what is not there."""
    return {
        "event_id_cnty": f"ZZZ{number}",
        "event_date": "2020-01-05",
        "year": "2020",
        "time_precision": "1",
        "disorder_type": "Political violence",
        "event_type": "Battles",
        "sub_event_type": "Armed clash",
        "actor1": "Northern Guard",
        "assoc_actor_1": "",
        "inter1": "Rebel group",
        "actor2": "Southern Guard",
        "assoc_actor_2": "",
        "inter2": "Rebel group",
        "interaction": "Rebel group-Rebel group",
        "civilian_targeting": "",
        "iso": "760",
        "region": "Middle East",
        "country": "Syria",
        "admin1": "Idleb",
        "admin2": "Harim",
        "admin3": "Dana",
        "location": "Kafr X",
        "latitude": "36.1",
        "longitude": "36.7",
        "geo_precision": "1",
        "source": "Some Paper",
        "source_scale": "National",
        "notes": "اشتباكات قرب القرية, two men were <b>killed</b>",
        "fatalities": "2",
        "tags": "",
        "timestamp": str(1_700_000_000 + number),
    } | changes


def ucdp_rows(count: int, **changes: Any) -> list[Row]:
    return [
        {
            "id": number,
            "relid": f"ZZZ-2020-1-{number}",
            "year": 2020,
            "active_year": True,
            "code_status": "Clear",
            "type_of_violence": 1,
            "conflict_name": "Nowhere: Government",
            "dyad_name": "Northern Guard - Southern Guard",
            "side_a": "Northern Guard",
            "side_b": "Southern Guard",
            "number_of_sources": 1,
            "source_article": "Some Paper, 2020-01-05",
            "source_original": None,
            "where_prec": 1,
            "where_coordinates": "Kafr X village",
            "where_description": "",
            "adm_1": "Idlib Governorate",
            "adm_2": None,
            "latitude": 36.1,
            "longitude": 36.7,
            "country": "Syria",
            "country_id": 652,
            "region": "Middle East",
            "event_clarity": 1,
            "date_prec": 1,
            "date_start": "2020-01-05 00:00:00.000",
            "date_end": "2020-01-05 00:00:00.000",
            "deaths_a": 0,
            "deaths_b": 0,
            "deaths_civilians": 2,
            "deaths_unknown": 0,
            "best": 2,
            "high": 4,
            "low": 1,
        }
        | changes
        for number in range(1, count + 1)
    ]


def _place(level: int) -> Row:
    return {
        "location_code": "SYR",
        "location_name": "Syrian Arab Republic",
        "admin1_code": "SY07",
        "admin1_name": "Idleb",
        "admin2_code": "SY0702",
        "admin2_name": "Al Ma'ra",
        "admin_level": level,
    }


def hapi_rows(count: int, **changes: Any) -> list[Row]:
    """People displaced, each round a row."""
    return [
        {
            "resource_hdx_id": "00000000-0000-0000-0000-000000000000",
            **_place(2),
            "reporting_round": number,
            "assessment_type": "BA",
            "operation": "Nowhere",
            "population": 1_000 * number,
            "reference_period_start": f"2020-01-{number:02d}T00:00:00",
            "reference_period_end": f"2020-01-{number:02d}T00:00:00",
        }
        | changes
        for number in range(1, count + 1)
    ]


def hapi_event_rows(count: int) -> list[Row]:
    """Events of a class, each month a row."""
    return [
        {
            "resource_hdx_id": "00000000-0000-0000-0000-000000000000",
            **_place(2),
            "event_type": "political_violence",
            "events": number,
            "fatalities": 2 * number,
            "reference_period_start": f"2020-{number:02d}-01T00:00:00",
            "reference_period_end": f"2020-{number:02d}-28T00:00:00",
        }
        for number in range(1, count + 1)
    ]


def hapi_returnee_rows(count: int) -> list[Row]:
    return [
        {
            "resource_hdx_id": "00000000-0000-0000-0000-000000000000",
            "origin_location_code": "SYR",
            "origin_location_name": "Syrian Arab Republic",
            "asylum_location_code": "LBN",
            "asylum_location_name": "Lebanon",
            "population_group": "RET",
            "gender": "all",
            "age_range": "all",
            "min_age": None,
            "max_age": None,
            "population": 1_000 * number,
            "reference_period_start": f"2020-{number:02d}-01T00:00:00",
            "reference_period_end": f"2020-{number:02d}-28T00:00:00",
        }
        for number in range(1, count + 1)
    ]


def hapi_population_rows(count: int) -> list[Row]:
    """People who live in a unit, each unit a row."""
    return [
        {
            "resource_hdx_id": "00000000-0000-0000-0000-000000000000",
            **_place(2),
            "admin2_code": f"SY070{number}",
            "gender": "all",
            "age_range": "all",
            "min_age": None,
            "max_age": None,
            "population": 1_000 * number,
            "reference_period_start": "2020-01-01T00:00:00",
            "reference_period_end": "2020-12-31T00:00:00",
        }
        for number in range(1, count + 1)
    ]


def dtm_rows(count: int, **changes: Any) -> list[Row]:
    return [
        {
            "id": number,
            "operation": "Nowhere",
            "admin0Name": "Syrian Arab Republic",
            "admin0Pcode": "SYR",
            "admin1Name": "Idleb",
            "admin1Pcode": "SY07",
            "admin2Name": f"District {number}",
            "admin2Pcode": f"SY070{number}",
            "numPresentIdpInd": 1_000 * number,
            "reportingDate": "2020-01-31T00:00:00",
            "yearReportingDate": 2020,
            "monthReportingDate": 1,
            "roundNumber": 1,
            "displacementReason": "Conflict",
            "numberMales": None,
            "numberFemales": None,
            "idpOriginAdmin1Name": "Not available",
            "idpOriginAdmin1Pcode": "Not available",
            "assessmentType": "BA",
        }
        | changes
        for number in range(1, count + 1)
    ]


def idmc_rows(count: int, **changes: Any) -> list[Row]:
    return [
        {
            "id": number,
            "country": "Syria",
            "iso3": "SYR",
            "latitude": 36.1,
            "longitude": 36.7,
            "centroid": "[36.1, 36.7]",
            "role": "Recommended figure",
            "displacement_type": "Conflict",
            "qualifier": "total",
            "figure": 100 * number,
            "displacement_date": "2020-01-05",
            "displacement_start_date": "2020-01-05",
            "displacement_end_date": "2020-01-06",
            "year": 2020,
            "event_id": 1,
            "event_name": "Nowhere: fighting",
            "event_start_date": "2020-01-05",
            "event_end_date": "2020-01-06",
            "category": "Conflict",
            "subcategory": "Conflict",
            "type": "Conflict",
            "subtype": "Conflict",
            "standard_popup_text": "<b>Syria: 100 displacements</b><br> on 5 January",
            "standard_info_text": "<b>Syria: 100 displacements</b>",
            "sources": ["Some Paper", "Another"],
            "created_at": "2020-01-07T00:00:00",
        }
        | changes
        for number in range(1, count + 1)
    ]


def gidd_rows(count: int, **changes: Any) -> list[Row]:
    return [
        {
            "iso3": "SYR",
            "country_name": "Syria",
            "year": 2018 + number,
            "new_displacement": 1_000 * number,
            "new_displacement_rounded": 1_000 * number,
            "total_displacement": 10_000 * number,
            "total_displacement_rounded": 10_000 * number,
        }
        | changes
        for number in range(1, count + 1)
    ]

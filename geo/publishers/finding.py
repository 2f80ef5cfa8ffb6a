"""From an offer to the file that is to be fetched: at once, through CKAN's API, or through that of geoBoundaries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geo.errors import ServiceError
from geo.publishers.catalogue import Offer
from geo.web import Web, shown

_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Target:
    """A file to fetch: its address and name, and what the publisher says of it; ``md5`` of its bytes if stated."""

    url: str
    name: str
    licence: str
    licence_url: str
    page: str
    version: str = ""
    md5: str = ""

    @property
    def shown(self) -> str:
        """The address without what may be secret in it."""
        return shown(self.url)


def find_target(offer: Offer, web: Web) -> Target:
    """What to fetch for an offer.

    Raises
    ------
    ServiceError
        The publisher's API cannot be asked, or does not have it.
    """
    return {"files": _from_path, "ckan": _from_ckan, "geoboundaries": _from_geoboundaries}[offer.publisher.kind](
        offer, web
    )


def _from_path(offer: Offer, _web: Web) -> Target:
    publisher = offer.publisher
    url = publisher.address(offer.path)
    return Target(url, _file_name(url, offer.content), publisher.licence, publisher.licence_url, publisher.page)


def _from_ckan(offer: Offer, web: Web) -> Target:
    publisher = offer.publisher
    answer = _object(web.json(publisher.address("api/3/action/package_show"), query={"id": offer.dataset}))
    dataset = _object(answer.get("result"))
    if answer.get("success") is not True or not dataset:
        raise ServiceError(f"{publisher.name}: has no dataset '{offer.dataset}'; look at {publisher.page}")
    found = _resource(offer, dataset)
    licence_id = _text(dataset.get("license_id"))
    licence = _text(dataset.get("license_other")) if "other" in licence_id else ""
    url = publisher.mirrored(_text(found.get("download_url")) or _text(found.get("url")))
    return Target(
        url=url,
        name=_file_name(url, offer.content),
        licence=licence or _text(dataset.get("license_title")) or licence_id or publisher.licence,
        licence_url=_text(dataset.get("license_url")) or publisher.licences.get(licence_id, publisher.licence_url),
        page=publisher.page + offer.dataset,
        version=_period(_text(dataset.get("dataset_date"))) or _text(found.get("last_modified"))[:10],
        md5=_md5(found),
    )


def _resource(offer: Offer, dataset: Mapping[str, Any]) -> Mapping[str, Any]:
    """The first kind of file wanted that the dataset has; the one changed last if it has several."""
    listed = dataset.get("resources")
    resources = [r for r in listed if isinstance(r, dict)] if isinstance(listed, list) else []
    for wanted in offer.resources:
        fitting = [
            r
            for r in resources
            if wanted["format"].casefold() in _text(r.get("format")).casefold()
            and any(re.search(wanted["name"], n, re.IGNORECASE) for n in (_text(r.get("name")), _address_of(r)))
        ]
        if fitting:
            return max(fitting, key=lambda r: _text(r.get("last_modified")))
    has = ", ".join(f"{_text(r.get('name'))[:60]} ({_text(r.get('format'))[:20]})" for r in resources[:12]) or "no file"
    wanted_formats = " or ".join(dict.fromkeys(w["format"] for w in offer.resources))
    raise ServiceError(
        f"{offer.publisher.name}: the dataset '{offer.dataset}' has no file that fits (wanted {wanted_formats}); it "
        f"has: {has}; fetch one by hand from {offer.publisher.page}{offer.dataset}"
    )


def _address_of(resource: Mapping[str, Any]) -> str:
    return _file_name(_text(resource.get("download_url")) or _text(resource.get("url")))


def _md5(resource: Mapping[str, Any]) -> str:
    """The stated hash, where it is one of the bytes: for zip and XLSX the publisher hashes their content instead."""
    stated = _text(resource.get("hash")).lower().removeprefix("md5:")
    packed = re.search(
        r"zip|xlsx|shp|geodatabase|gpkg", f"{resource.get('format')} {_address_of(resource)}", re.IGNORECASE
    )
    return stated if re.fullmatch(r"[0-9a-f]{32}", stated) and not packed else ""


def _period(text: str) -> str:
    """'2020-12-17', or '2017-05-09/2029-12-30', of '[2017-05-09T00:00:00 TO 2029-12-30T23:59:59]'."""
    days = list(dict.fromkeys(re.findall(r"\d{4}-\d\d-\d\d|\*", text)))
    return "/".join(days).replace("*", "..") or text[:40]


def _from_geoboundaries(offer: Offer, web: Web) -> Target:
    publisher = offer.publisher
    answer = _object(web.json(publisher.address(offer.path)))
    url = publisher.mirrored(_text(answer.get("gjDownloadURL")))
    if not url:
        raise ServiceError(f"{publisher.name}: names no file for {offer.id}; look at {publisher.page}")
    stated = _text(answer.get("licenseSource"))
    source = stated if "://" in stated or not stated else f"https://{stated}"
    years = [_text(answer.get(k)) for k in ("boundaryYearRepresented", "boundaryID", "buildDate")]
    return Target(
        url=url,
        name=_file_name(url, offer.content),
        licence=_text(answer.get("boundaryLicense")) or publisher.licence,
        licence_url=source,
        page=publisher.page,
        version=", ".join(v for v in years if v),
    )


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    """A value of an answer as text; publishers write 'nan' where they have nothing."""
    text = value.strip() if isinstance(value, str) else ""
    return "" if text.casefold() in {"nan", "none", "null"} else text


def _file_name(url: str, content: str = "") -> str:
    """The last part of an address as a safe file name: it comes from outside. Readers go by its suffix."""
    last = re.split(r"[?#]", url, maxsplit=1)[0].rstrip("/").rpartition("/")[2]
    name = re.sub(r"[^A-Za-z0-9._-]+", "_", last).strip("._-")[-_LONGEST_NAME:] or "file"
    suffix = _SUFFIXES.get(content, "")
    return name if name.lower().endswith(suffix) else name + suffix


_SUFFIXES = {"zip": ".zip", "xlsx": ".xlsx", "geojson": ".geojson", "text": ".txt"}

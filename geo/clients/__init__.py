"""Clients of the publishers' interfaces: events and displacement of a country, fetched when a user asks for them."""

from geo.clients.acled import ACLED
from geo.clients.answers import Answers, answers_folder
from geo.clients.countries import find_country
from geo.clients.credentials import credentials_file
from geo.clients.dtm import DTM
from geo.clients.fetching import Fetched, Setting, fetch, replay, write_fetched
from geo.clients.hapi import HAPI
from geo.clients.idmc import IDMC
from geo.clients.service import Question, Service
from geo.clients.ucdp import UCDP
from geo.clients.writing import RECORD_SUFFIX, WRITERS, read_record

SERVICES = {service.id: service for service in (ACLED, UCDP, HAPI, DTM, IDMC)}

__all__ = [
    "RECORD_SUFFIX",
    "SERVICES",
    "WRITERS",
    "Answers",
    "Fetched",
    "Question",
    "Service",
    "Setting",
    "answers_folder",
    "credentials_file",
    "fetch",
    "find_country",
    "read_record",
    "replay",
    "write_fetched",
]

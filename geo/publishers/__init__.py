"""Gazetteers and boundaries from those who publish them, fetched once and kept with their licence and their hash."""

from geo.publishers.catalogue import Catalogue, Offer, Publisher, load_catalogue
from geo.publishers.fetching import Fetched, fetch
from geo.publishers.record import Kept, Record, all_kept, data_folder, find_cached, find_kept

__all__ = [
    "Catalogue",
    "Fetched",
    "Kept",
    "Offer",
    "Publisher",
    "Record",
    "all_kept",
    "data_folder",
    "fetch",
    "find_cached",
    "find_kept",
    "load_catalogue",
]

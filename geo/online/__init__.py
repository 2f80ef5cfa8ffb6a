"""The only look-ups over the network: geocoding services, off unless a person asks for one."""

from geo.online.service import OnlineService, open_service
from geo.online.services import SERVICES

__all__ = ["SERVICES", "OnlineService", "open_service"]

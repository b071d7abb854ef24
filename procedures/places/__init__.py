"""Places: the communes and wards of the province, and the names they had before."""

from procedures.places.find import Found, Match, Places, places
from procedures.places.reader import OldUnit, Place, Region, UnitKind, read_places

__all__ = ["Found", "Match", "OldUnit", "Place", "Places", "Region", "UnitKind", "places", "read_places"]

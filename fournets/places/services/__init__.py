"""Acts on places; each runs inside the caller's transaction where it says so, and asks the database in sets."""

from fournets.places.services.divisions import plant_divisions
from fournets.places.services.dwellings import dwellings_for
from fournets.places.services.enterprises import enterprises_for, file_enterprises
from fournets.places.services.geojson import import_geojson
from fournets.places.services.registers import file_places
from fournets.places.services.withdrawal import withdraw_file

__all__ = [
    "dwellings_for",
    "enterprises_for",
    "file_enterprises",
    "file_places",
    "import_geojson",
    "plant_divisions",
    "withdraw_file",
]

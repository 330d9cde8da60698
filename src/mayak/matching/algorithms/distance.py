"""Great-circle distance (haversine) on the mean sphere of the Earth."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

EARTH_RADIUS_KM: Final = 6371.0088  # mean radius R1 of GRS 80 / WGS 84 (IUGG)

Floats = NDArray[np.float64]


def haversine_km(
    latitude: Floats, longitude: Floats, other_latitude: Floats, other_longitude: Floats
) -> Floats:
    """Kilometres between points in degrees, element by element (shapes broadcast); NaN where either is unknown."""
    lat, lon, lat2, lon2 = (np.radians(a) for a in (latitude, longitude, other_latitude, other_longitude))
    half = np.sin((lat2 - lat) / 2) ** 2 + np.cos(lat) * np.cos(lat2) * np.sin((lon2 - lon) / 2) ** 2
    result: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    return result

"""Pure rules of places: codes, regions of the country, names, addresses, enterprises. No Django, no clock."""

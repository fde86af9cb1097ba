"""Acts on a site: zones and arrivals, stocks, rounds, staff. Each names its right; each leaves a line in the audit."""

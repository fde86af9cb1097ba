"""The values rows of a site may have; their words stand in ``messages.toml`` as ``site_GROUP_VALUE``."""

from __future__ import annotations

ZONE_KINDS = ("clean", "buffer", "contaminated")
ROUND_KINDS = ("disinfection", "waste")
PHOTO, SIGNED = PROOFS = ("file", "signed")
# Teams of a site (domain: control and disinfection, health, information, security, supplies).
JOBS = ("disinfection", "health", "information", "security", "supplies")
TRAININGS = ("protection", "disinfection", "waste", "emergency")

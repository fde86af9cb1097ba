"""Acts of care."""

from fournets.care.services.links import end_link, has_link, link_for, opened_by, renew_link

__all__ = ["end_link", "has_link", "link_for", "opened_by", "renew_link"]

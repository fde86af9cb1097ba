"""Addresses for devices, each twice: with the device's token in it, and, over TLS, for a name and a password."""

from __future__ import annotations

from django.urls import path

from fournets.interop.openrosa import views

DEVICE = "device_"
BELOW = (
    ("formList", views.form_list, "forms"),
    ("forms/<int:number>.xml", views.form, "form"),
    ("forms/<int:number>/manifest", views.manifest, "manifest"),
    ("forms/<int:number>/household.csv", views.households, "households"),
    ("forms/<int:number>/integrity", views.integrity, "integrity"),
    ("submission", views.submission, "submission"),
)
urlpatterns = [
    path(start + route, view, name=f"openrosa_{prefix}{name}")
    for start, prefix in (("", ""), ("<str:token>/", DEVICE))
    for route, view, name in BELOW
]

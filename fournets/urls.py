"""Addresses of the pages."""

from django.urls import path

from fournets.web.views import coverage_page, health

urlpatterns = [path("", coverage_page, name="coverage"), path("health", health, name="health")]

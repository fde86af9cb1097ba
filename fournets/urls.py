"""Addresses of the pages."""

from django.urls import include, path

from fournets.web.account import account_page, choose_post
from fournets.web.views import coverage_page, health

urlpatterns = [
    path("", coverage_page, name="coverage"),
    path("health", health, name="health"),
    path("account/", account_page, name="account"),
    path("account/post/", choose_post, name="choose_post"),
    path("account/", include("fournets.accounts.urls")),
]

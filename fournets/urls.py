"""Addresses of the pages."""

from django.urls import include, path

from fournets.web.account import account_page, choose_post
from fournets.web.audit import answer_alarm, audit_page, verify_chain
from fournets.web.overrides import ask_page, decide_page, end_page, overrides_page
from fournets.web.people import person_page
from fournets.web.views import coverage_page, health

urlpatterns = [
    path("", coverage_page, name="coverage"),
    path("health", health, name="health"),
    path("people/<str:person>/", person_page, name="person"),
    path("people/<str:person>/override/", ask_page, name="override_ask"),
    path("overrides/", overrides_page, name="overrides"),
    path("overrides/<int:number>/decide/", decide_page, name="override_decide"),
    path("overrides/<int:number>/end/", end_page, name="override_end"),
    path("audit/", audit_page, name="audit"),
    path("audit/verify/", verify_chain, name="verify_chain"),
    path("audit/answer/", answer_alarm, name="answer_alarm"),
    path("account/", account_page, name="account"),
    path("account/post/", choose_post, name="choose_post"),
    path("account/", include("fournets.accounts.urls")),
]

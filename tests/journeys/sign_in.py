"""Somebody with a post signs in as people do: password, then the number of his authenticator program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page

from tests.journeys.conftest import Home

MAKE = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "fournets.settings"
import django; django.setup()
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.utils import timezone
from fournets.accounts.services import create_user
from fournets.organization.appointments import appoint
from fournets.places.scope import set_scope
login, name, role, area = sys.argv[1:]
set_scope("")
user, password = create_user(login, name, actor="cli:test", at=timezone.now())
user.must_change_password = False
user.save(update_fields=["must_change_password"])
appoint(user, role, area, actor="cli:test", at=timezone.now())
secret = generate_totp_secret()
TOTP.activate(user, secret)
print(json.dumps([password, secret]))
"""
PERIOD = 30  # seconds a number of the program holds


@dataclass(frozen=True)
class Account:
    """What somebody types to sign in."""

    login: str
    password: str
    secret: str

    def code(self) -> str:
        return format_hotp_value(hotp_value(self.secret, int(time.time()) // PERIOD))


def account(home: Home, login: str, name: str, role: str, area: str) -> Account:
    """An account with one post and a second factor."""
    environment = {**os.environ, "FOURNETS_HOME": str(home.folder)}
    words = [sys.executable, "-c", MAKE, login, name, role, area]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
    return Account(login, *json.loads(done.stdout))


def sign_in(page: Page, address: str, who: Account) -> None:
    """Signs in on a page of a browser."""
    page.goto(f"{address}/account/login/?lang=en")
    page.fill("input[name=login]", who.login)
    page.fill("input[name=password]", who.password)
    page.press("input[name=password]", "Enter")
    page.fill("input[name=code]", who.code())
    page.press("input[name=code]", "Enter")
    page.wait_for_url(lambda url: "/account/" not in url)

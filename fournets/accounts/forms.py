"""The library's forms as this register shows them: labels above, nothing repeated inside a field, no reset by mail."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm
from django import forms

from fournets.accounts.passwords import page_language
from fournets.language import say


def _plain(form: Any) -> None:
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class SignIn(LoginForm):
    """Login and password."""

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        _plain(self)
        self.fields["login"].label = say("field_login", page_language())
        self.fields["login"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}
        self.fields["password"].help_text = ""


class NewPassword(ChangePasswordForm):
    """The present password and the new one, twice; the login goes along for the browser's password store."""

    username = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"autocomplete": "username", "hidden": True}), label=""
    )

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        _plain(self)
        self.fields["oldpassword"].help_text = ""
        self.initial["username"] = self.user.login

    def clean(self) -> dict[str, Any]:
        """A password that was handed over is known to whoever handed it over: it cannot be the new one."""
        found: dict[str, Any] = super().clean()
        if found.get("password1") and found["password1"] == found.get("oldpassword"):
            self.add_error("password1", say("password_same", page_language()))
        return found

"""The library's forms as this register shows them: labels above, nothing repeated inside a field, no reset by mail."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms

from fournets.accounts.passwords import page_language
from fournets.language import say

DIGITS = {"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}


def _plain(form: Any, **labels: str) -> None:
    """Takes off what the library writes into fields, and gives each its label: a message."""
    form.label_suffix = ""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
    for name, code in labels.items():
        form.fields[name].label = say(code, page_language())


class SignIn(LoginForm):
    """Login and password."""

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        _plain(self, login="field_login", password="field_password")  # noqa: S106
        self.fields["login"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}
        self.fields["password"].help_text = ""
        if self.request:
            self.initial.setdefault("login", self.request.GET.get("login", ""))  # the demo's page leads here


class _WithLogin(forms.Form):
    """The login goes along, unseen, for the browser's password store."""

    username = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"autocomplete": "username", "hidden": True}), label=""
    )


class NewPassword(_WithLogin, ChangePasswordForm):
    """The present password and the new one, twice."""

    field_order = ("username",)

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        _plain(
            self, oldpassword="field_old_password", password1="field_new_password", password2="field_again"
        )
        self.fields["oldpassword"].help_text = ""
        self.fields["password1"].help_text = say("password_advice", page_language())
        self.initial["username"] = self.user.login

    def clean(self) -> dict[str, Any]:
        """A password that was handed over is known to whoever handed it over: it cannot be the new one."""
        found: dict[str, Any] = super().clean() or {}
        if found.get("password1") and found["password1"] == found.get("oldpassword"):
            self.add_error("password1", say("password_same", page_language()))
        return found


class ConfirmByPassword(_WithLogin, ReauthenticateForm):
    """The password once more, before the account itself is changed."""

    field_order = ("username",)

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        _plain(self, password="field_password")  # noqa: S106
        self.fields["password"].help_text = ""
        self.initial["username"] = self.user.login


class Code(AuthenticateForm):
    """The code of the second factor."""

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        _plain(self, code="field_code")
        self.fields["code"].widget.attrs |= {"autocomplete": "one-time-code", "autofocus": True}


class ConfirmByCode(ReauthenticateByCodeForm):
    """The code once more, before the account itself is changed."""

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        _plain(self, code="field_code")


class NewAuthenticator(ActivateTOTPForm):
    """The first code an authenticator shows."""

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        _plain(self, code="field_six_digits")
        self.fields["code"].widget.attrs |= DIGITS


class NewPasskey(AddWebAuthnForm):
    """What the key is called, and whether it opens the account alone."""

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        _plain(self, name="field_key", passwordless="field_key_alone")
        self.fields["name"].help_text = say("help_key", page_language())
        self.fields["passwordless"].help_text = say("help_key_alone", page_language())
        self.initial |= {"name": say("key_name", page_language()), "passwordless": True}


class KeyName(EditWebAuthnForm):
    """Another name for a key."""

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        _plain(self, name="field_key")

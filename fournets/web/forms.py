"""Forms of our own pages: labels in the reader's language, one column, what is wrong beside the field."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.utils import timezone

from fournets.accounts.services import draft_user
from fournets.language import Lang, Refusal, say
from fournets.organization.rights import roles

LONGEST = 60  # signs of a name, a login or a post in words
LARGEST_TABLE = 1024**2  # bytes of a table of a town's divisions


class Form(forms.Form):
    """A form whose labels and helps are messages named after its fields: ``label_login``, ``help_login``."""

    template_name = "web/form.html"

    def __init__(self, *args: Any, lang: Lang, **words: Any) -> None:
        words |= {"label_suffix": "", "auto_id": "%s"}
        super().__init__(*args, **words)
        self.lang = lang
        for name, field in self.fields.items():
            field.label = say(f"label_{name}", lang)
            field.help_text = field.help_text and say(str(field.help_text), lang)

    def refuse(self, refusal: Refusal) -> None:
        """Shows why the act was not done; all that was typed stays."""
        code = refusal.message.code
        field = next((name for name, codes in BESIDE.items() if code in codes and name in self.fields), None)
        self.add_error(field, refusal.message.text(self.lang))


# the field a refusal is about
BESIDE = {
    "login": {"login_form", "login_taken", "stand_in_unknown", "stand_in_same"},
    "name": {"name_missing"},
    "area": {"area_unknown", "area_not_yours", "substitute_elsewhere"},
    "role": {"role_unknown", "administrator_only_post", "auditor_only_post"},
    "until": {"substitute_ends", "appointment_over"},
}


def _text(**words: Any) -> forms.CharField:
    return forms.CharField(max_length=LONGEST, **words)


def _login(**words: Any) -> forms.CharField:
    plain = {"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}
    return _text(help_text="help_login", widget=forms.TextInput(attrs=plain), **words)


def _last_day(*, required: bool) -> forms.DateField:
    return forms.DateField(
        required=required,
        help_text="help_last_day" if required else "help_until",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class PostForm(Form):
    """A post to give: role, area, what it is called, and its last day."""

    role = forms.ChoiceField(choices=lambda: [(key, key) for key in roles()], widget=forms.RadioSelect)
    area = forms.ChoiceField()
    post = _text(required=False, help_text="help_post")
    until = _last_day(required=False)

    def __init__(self, *args: Any, areas: list[tuple[str, str]], **words: Any) -> None:
        super().__init__(*args, **words)
        # the widest area is nobody's unless he chooses it
        self.fields["area"].choices = [("", say("choose", self.lang)), *areas]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        """What the acts of posts ask for."""
        found = self.cleaned_data
        return {
            "role": found["role"],
            "area_code": found["area"],
            "post": found["post"],
            "until": end_of(found["until"]),
        }


class AccountForm(PostForm):
    """An account to make, with its first post."""

    name = _text(help_text="help_name")
    login = _login()
    field_order = ("name", "login")


class StandInForm(Form):
    """Who stands in, and until which day."""

    login = _text(help_text="help_stand_in", widget=forms.TextInput(attrs={"autocapitalize": "none"}))
    until = _last_day(required=True)


class TownForm(Form):
    """The first step of all: which town it is."""

    divisions = forms.FileField(
        help_text="help_divisions", widget=forms.FileInput(attrs={"accept": ".csv,text/csv"})
    )
    town_name = _text(required=False, help_text="help_town_name")

    def clean_divisions(self) -> Any:
        sent = self.cleaned_data["divisions"]
        if sent.size > LARGEST_TABLE:
            raise forms.ValidationError(say("divisions_large", self.lang, file=sent.name))
        return sent


class FirstForm(Form):
    """The first administrator, with a password of his own."""

    name = _text(help_text="help_name", widget=forms.TextInput(attrs={"autocomplete": "name"}))
    login = _login()
    password = forms.CharField(
        strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    again = forms.CharField(strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        password, again = found.get("password"), found.get("again")
        if password and again and password != again:
            self.add_error("again", say("passwords_differ", self.lang))
        if password:
            try:
                validate_password(password, draft_user(found.get("login", ""), found.get("name", "")))
            except forms.ValidationError as wrong:
                self.add_error("password", wrong)
        return found


def end_of(last_day: Any) -> datetime | None:
    """The moment after a last day, in the town's time."""
    if last_day is None:
        return None
    return timezone.make_aware(datetime.combine(last_day, datetime.min.time())) + timedelta(days=1)

"""Accounts made from a table: all of it or nothing, and the row that is wrong is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone

from fournets.accounts.models import User
from fournets.audit.models import AuditLine
from fournets.language import Refusal
from fournets.organization.models import Appointment
from fournets.organization.roster import Hired, hire_all, read_roster
from fournets.places.scope import scope
from tests.apps.organization.conftest import TOWN

HEAD = "登录名,姓名,角色,区域,职务,最后一天"


def hired(folder: Path, *lines: str, encoding: str = "utf-8") -> list[Hired]:
    table = folder / "名册.csv"
    table.write_text("\n".join([HEAD, *lines]), encoding=encoding)
    with scope(""):
        return hire_all(read_roster(table), actor="admin", at=timezone.now())


@pytest.mark.usefixtures("hire")
def test_every_line_becomes_an_account_with_its_post_and_its_own_password(tmp_path: Path) -> None:
    last = f"{timezone.localdate().year + 1}-03-01"
    made = hired(
        tmp_path,
        f"meizhen,区美珍,专责组,{TOWN},数据组,{last}",
        f"xiaomei,梁小梅,phone_desk,{TOWN},,",
        encoding="gb18030",
    )
    assert [one.login for one in made] == ["meizhen", "xiaomei"] and made[0].password != made[1].password
    assert User.objects.get(login="meizhen").check_password(made[0].password)
    with scope(""):
        post = Appointment.objects.get(pk=made[0].appointment)
    assert (post.role, post.post, f"{timezone.localtime(post.until_at):%m-%d}") == (
        "task_group",
        "数据组",
        "03-02",
    )
    assert AuditLine.objects.filter(act="user_created").count() == 2


@pytest.mark.usefixtures("hire")
@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"meizhen,梁小梅,电话排查员,{TOWN},,", "第 3 行"),
        (f"xiaomei,梁小梅,厨师,{TOWN},,", "第 3 行"),
        (f"xiaomei,梁小梅,电话排查员,{TOWN},,三月", "第 3 行"),
        ("xiaomei,梁小梅,电话排查员,没有这里,,", "第 3 行"),
    ],
)
def test_one_wrong_line_makes_nothing(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(Refusal) as told:
        hired(tmp_path, f"meizhen,区美珍,专责组,{TOWN},,", line)
    assert said in told.value.message.text("zh")
    assert not User.objects.exists()


def test_a_table_without_its_columns_says_which(tmp_path: Path) -> None:
    table = tmp_path / "名册.csv"
    table.write_text("姓名,角色\n区美珍,专责组", encoding="utf-8")
    with pytest.raises(Refusal, match="login, area"):
        read_roster(table)

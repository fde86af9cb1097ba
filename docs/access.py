"""Writes the reference of who may do what from the table of rights and the pages' own marks: ``python docs/access.py [--check]``."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

PAGE = Path(__file__).parent / "reference" / "access.md"
HEAD = """\
# 谁可以做什么 · Who may do what

<!-- Written by `python docs/access.py`; edit fournets/organization/rights.toml and the pages' marks instead. -->

权限来自任职:一人在某一区域担任某一角色,到任职结束为止;撤销后,下一次请求即失效。同一时间只以一个任职身份办事。
区域之外的数据,数据库本身不给,不论页面怎么写。测试把每个页面与每个角色、每种区域关系逐一对照本表。

A right comes from an appointment: somebody holds a role in an area until it ends, and a withdrawn one is gone at the next
request. One acts under one appointment at a time. Rows outside its area are refused by the database itself, whatever a
page forgets. A test asks for every page as every role, in its own, a lower, the upper and a neighbouring area, and holds
the answers against this table.
"""
ROLES_HEAD = """\
## 角色 · Roles

“看得到数据”:数据库向该角色开放其任职区域的数据;其余角色一行也看不到。“第二重验证”:本次登录未用过,则一个页面也打不开。

“Rows”: the database opens the rows of the appointment's area; to the other roles it shows none. “Second factor”: nothing
opens in a session that has not used one.
"""
RIGHTS_HEAD = """\
## 权限 · Rights
"""
PAGES_HEAD = """\
## 页面 · Pages

没有列出的地址一律不存在。“本人”:只看、只改自己的账号;“任何人”:不显示登记库中的任何内容。登录所用的页面来自登录库,只涉及账号本身。

There are no other addresses. “Own”: shows and changes one's own account only; “anybody”: shows nothing of the register.
The pages of signing in are the sign-in library's and concern the account alone.
"""
API_HEAD = """\
## 接口 · The machine API

供程序使用,凭令牌,不认网页上的登录;权限、区域、审计与页面相同。[怎么用](api.md)。

For programs, by token; being signed in on the pages does not count. Rights, areas and audit are the pages'.
[How to use it](api.md).
"""
FIELDS_HEAD = """\
### 返回的字段 · Fields of the answers

没有列出的字段一律不返回。`*` 指其下各项。“另需”:在接口本身的权限之外。

No other field leaves. `*` stands for whatever is below. “Takes besides”: beside the operation's own right.
"""
DEVICES_HEAD = """\
## 外勤设备 · Field devices

按 OpenRosa 约定(ODK Collect 等),凭地址中的令牌,或经 HTTPS 用账号和密码;不认网页上的登录,程序的令牌在这里也不通。[怎么用](../how-to/field-forms.md)。

As OpenRosa has it (ODK Collect and its like), by a token in the address, or by a name and a password over HTTPS; neither being
signed in on the pages nor a program's token counts. [How to use it](../how-to/field-forms.md).
"""
TABLES_HEAD = """\
## 数据库的表 · Tables of the database

含有个人信息的表都按区域设防,默认一行不给。下列各表不设区域限制,理由如下。

Every table that says something of a person is kept to the area, and shows nothing by default. These are not, each for a
reason:
"""


def page() -> str:
    """The whole page in Markdown, both languages side by side."""
    parts = [HEAD, ROLES_HEAD, _roles(), RIGHTS_HEAD, _rights(), PAGES_HEAD, _pages()]
    parts += [
        API_HEAD,
        _operations(),
        FIELDS_HEAD,
        _fields(),
        DEVICES_HEAD,
        _devices(),
        TABLES_HEAD,
        _tables(),
    ]
    return "\n".join(parts)


def _roles() -> str:
    from fournets.organization.rights import roles

    rows = [
        (f"{one.zh} {one.en}", f"`{one.key}`", _mark(one.rows), _mark(one.second_factor))
        for one in roles().values()
    ]
    return _table(("角色 role", "代码 key", "看得到数据 rows", "第二重验证 second factor"), rows)


def _rights() -> str:
    from fournets.organization.rights import rights, roles

    columns = ("权限 right", *(f"{one.zh} {one.en}" for one in roles().values()))
    rows = [
        (f"{one.zh} {one.en}<br>`{one.key}`", *(_mark(role in one.roles) for role in roles()))
        for one in rights().values()
    ]
    return _table(columns, rows)


def _pages() -> str:
    from django.urls import get_resolver

    rows = [(f"`/{pattern}`", _needs(needs)) for pattern, needs in _walk(get_resolver().url_patterns, "")]
    return _table(("地址 address", "需要 needs"), rows)


def _operations() -> str:
    from fournets.api import urls  # noqa: F401  with it they come into their list
    from fournets.api.access import OPERATIONS

    rows = [(f"`{one.name}`", f"`{one.method} /api{one.path}`", _needs(one.needs)) for one in OPERATIONS]
    return _table(("接口 operation", "地址 address", "需要 needs"), rows)


def _devices() -> str:
    from fournets.interop.openrosa.access import DOORS, FILL
    from fournets.interop.urls import BELOW

    methods = {one.name: " ".join(one.methods) for one in DOORS}
    rows = [
        (f"`{methods[view.__name__]} /openrosa/[<token>/]{route}`", _needs(FILL)) for route, view, _ in BELOW
    ]
    return _table(("地址 address", "需要 needs"), rows)


def _fields() -> str:
    from fournets.api.fields import fields

    rows = [
        (
            f"`{name}`",
            ", ".join(f"`{path}`" for path in table if table[path] == right),
            right and _needs(right),
        )
        for name, table in fields().items()
        for right in sorted(set(table.values()))
    ]
    return _table(("接口 operation", "字段 fields", "另需 takes besides"), rows)


def _needs(needs: str | None) -> str:
    from fournets.organization.rights import rights

    words = {None: "登录库 sign-in library", "own": "本人 own", "anybody": "任何人 anybody"}
    return words[needs] if needs in words else f"{rights()[str(needs)].zh} `{needs}`"


def _walk(patterns, before: str) -> Iterator[tuple[str, str | None]]:  # type: ignore[no-untyped-def]
    for one in patterns:
        pattern = before + str(one.pattern).removeprefix("^")
        if pattern in ("api/", "openrosa/"):
            continue  # have tables of their own
        if hasattr(one, "url_patterns"):
            yield from _walk(one.url_patterns, pattern)
        else:
            yield pattern, getattr(one.callback, "needs", None)


def _tables() -> str:
    from fournets.protection import CLOSED, OPEN, WIDER

    rows = [(f"`{name}`", reason) for name, reason in OPEN.items()]
    wider = [(f"`{name}`", f"opens to the area, and {reason}") for name, reason in WIDER.items()]
    closed = [(f"`{name}`", f"opens to no area, but {reason}") for name, reason in CLOSED.items()]
    return _table(("表 table", "理由 reason"), rows + wider + closed)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [_line(columns), _line(["---"] * len(columns)), *(_line(row) for row in rows)]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _mark(holds: bool) -> str:
    return "●" if holds else ""


def main(arguments: list[str]) -> int:
    """Writes the page, or with ``--check`` compares it: 1 when it is stale."""
    text = page()
    if "--check" not in arguments:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write("docs/reference/access.md is stale. Run: python docs/access.py\n")
    return 1


def _set_up(folder: str) -> None:
    """Settings without a register: the addresses are all that is asked for."""
    os.environ |= {
        "FOURNETS_HOME": folder,
        "DATABASE_APP_URL": "postgresql://nobody@127.0.0.1/none",
        "DJANGO_SETTINGS_MODULE": "fournets.settings",
    }
    import django

    django.setup()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as empty:
        _set_up(empty)
        code = main(sys.argv[1:])
    sys.exit(code)

"""Commands: audit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from fournets.cli.console import Exit, command, errors, fail, open_register, screen, write_json
from fournets.language import say

audit_app = typer.Typer(help="Who did what: the audit chain.", no_args_is_help=True)


@audit_app.command("verify")
@command
def verify_command(
    json: Annotated[
        Path | None, typer.Option("--json", help="Write the result as JSON; - is stdout.")
    ] = None,
) -> None:
    """Check that no audit line was changed, removed, put elsewhere or written without the key.

    The chain must fit every anchor in anchors.log of the data folder; then its head is added there. The check itself is
    put on record.

    OUT: {"lines","first_bad": line or null,"cut_off": true or false,"head": hash of the newest line or null,
    "place": place of the first bad line or null,"why","anchors": how many,"bad_anchor": {"line","at","place"} or null}
    """
    open_register()
    from django.utils import timezone

    from fournets.audit.chain import anchor_head, link_waiting
    from fournets.audit.verify import record_check, verify
    from fournets.cli.users import _actor

    link_waiting()
    verdict = verify()
    write_json(_answer(verdict), json)
    if verdict.fine:
        anchor_head(timezone.now(), hourly=False)
    record_check(verdict, actor=_actor(), at=timezone.now())
    if verdict.bad is not None:
        fail(say(f"audit_bad_{verdict.bad.why}", line=verdict.bad.line_id), Exit.LOOK)
    if verdict.bad_anchor is not None:
        one = verdict.bad_anchor
        fail(say("audit_chain_cut", count=verdict.lines, line=one.line, at=one.at or "?"), Exit.LOOK)
    screen.print(say("audit_chain_holds", count=verdict.lines, anchors=verdict.anchors))


def _answer(verdict: Any) -> dict[str, Any]:
    bad, mark = verdict.bad, verdict.bad_anchor
    return {
        "lines": verdict.lines,
        "first_bad": bad and bad.line_id,
        "cut_off": mark is not None,
        "head": verdict.head.hex() if verdict.lines else None,
        "place": bad and bad.position,
        "why": bad and bad.why,
        "anchors": verdict.anchors,
        "bad_anchor": mark and {"line": mark.line, "at": mark.at, "place": mark.position},
    }


def settle_audit() -> None:
    """After `init`: chains what a register of before brought along, leaves an anchor, and says whether it was whole."""
    from django.utils import timezone

    from fournets.audit.adopt import adopted, old_note
    from fournets.audit.chain import anchor_head, link_waiting

    if not link_waiting() and not old_note().exists():
        return
    anchor_head(timezone.now(), hourly=False)
    old_note().unlink(missing_ok=True)
    found = adopted()
    if found is None:
        return
    screen.print(say("audit_adopted", count=found["lines"]), markup=False)
    if found["first_bad"] is not None:
        errors.print(say("audit_adopted_bad", line=found["first_bad"]), style="red", markup=False)
    if found["cut_off"]:
        errors.print(say("audit_adopted_cut"), style="red", markup=False)

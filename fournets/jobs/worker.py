"""The worker: does jobs as they come, one after another, and looks for those another left."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Event, Thread

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone
from procrastinate.contrib.django import app as queue

from fournets.jobs.services import take_up_again

BEAT, LOOK, ROUND = (
    2.0,
    3.0,
    60.0,
)  # seconds between two signs of life, two looks at what was left, two rounds
Round = Callable[[datetime], object]
log = logging.getLogger(__name__)


def work(*, with_parent: bool = False, rounds: Sequence[Round] = ()) -> None:
    """Works until told to stop (SIGTERM, Ctrl C); ``with_parent``: also when whoever holds our standard input is gone.

    ``rounds`` are called once a minute with the time: what is to be done at an hour of the day sees to it that it is done once.
    """
    stop = Event()
    if rounds:
        Thread(target=_round, args=(stop, rounds), daemon=True).start()
    Thread(target=_look, args=(stop,), daemon=True).start()
    if with_parent:
        Thread(target=_end_with_parent, daemon=True).start()
    try:
        with queue.replace_connector(queue.connector.get_worker_connector()) as app:  # type: ignore[attr-defined]
            app.run_worker(update_heartbeat_interval=BEAT, delete_jobs="always", install_signal_handlers=True)
    finally:
        stop.set()


def _look(stop: Event) -> None:
    while True:
        try:
            close_old_connections()
            take_up_again(at=timezone.now())
        except DatabaseError:
            log.warning("the database does not answer")
            connection.close()
        if stop.wait(LOOK):
            return


def _round(stop: Event, rounds: Sequence[Round]) -> None:
    while True:
        for one in rounds:
            _go_round(one, timezone.now())
        if stop.wait(ROUND):
            return


def _go_round(one: Round, at: datetime) -> None:
    """Calls one of the rounds; whatever comes of it, the others and the next minute have their turn."""
    try:
        close_old_connections()
        one(at)
    except DatabaseError:
        log.warning("the database does not answer")
        connection.close()
    except Exception:
        log.exception("a round failed")


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)

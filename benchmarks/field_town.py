"""A small register with doors to visit, for the measurements of the phone pages; everybody is invented."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.journeys.home import Home
from tests.journeys.pages import YINHE

DIVISIONS = "code,official_name,short_name,kind,aliases\n440605123,丹灶镇,丹灶,town,\n440605123018,银河社区居委会,银河,community,\n"
# Run inside the register: its own code seals doors and numbers.
PLANT = """
import os, django
from datetime import timedelta
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fournets.settings")
django.setup()
from django.utils import timezone
from fournets.crypto import load_ring
from fournets.home import home
from fournets.organization.models import Task
from fournets.people.models import Household, Person
from fournets.places.models import Building, Dwelling
from fournets.places.scope import set_scope
count, area = {count}, "{area}"
ring, now = load_ring(home() / "keys.toml"), timezone.now()
set_scope("")
cell = area + "001" + "001"
buildings = [Building(code=f"{{cell}}{{n:04}}", area_code=f"{{cell}}{{n:04}}", name=f"西路{{n}}栋") for n in range(1, count // 24 + 2)]
Building.objects.bulk_create(buildings)
doors = [(buildings[n // 24], f"{{n % 24 // 4 + 1}}0{{n % 4 + 1}}") for n in range(count)]
dwellings = Dwelling.objects.bulk_create(
    [Dwelling(area_code=b.code, building=b, door_sealed=ring.seal("door", d), door_index=n) for n, (b, d) in enumerate(doors)])
households = Household.objects.bulk_create(
    [Household(public_id=f"HB{{n}}", area_code=d.area_code, dwelling=d) for n, d in enumerate(dwellings)])
people = Person.objects.bulk_create([
    Person(public_id=f"PB{{n}}-{{m}}", area_code=h.area_code, name=f"{{'赵钱孙李周吴郑王'[n % 8]}}{{'一二三'[m]}}", seen_on=now.date(),
        household=h, dwelling_id=h.dwelling_id, phone_sealed=ring.seal("phone", "13800138001"))
    for n, h in enumerate(households) for m in range(3)], batch_size=5000)
Task.objects.bulk_create([Task(area_code=p.area_code, person_id=p.pk, purpose="visit", opened_on=now.date(), due_at=now,
    opened_at=now - timedelta(days=9)) for p in people[::3]], batch_size=5000)
"""


def doors(register: Home, *, count: int) -> None:
    """Plants ``count`` doors in one community, three people behind each, a visit to make to the first."""
    (register.folder / "divisions.csv").write_text(DIVISIONS, encoding="utf-8")
    register.run("init", "--divisions", register.folder / "divisions.csv")
    register.server()
    environment = {**os.environ, "FOURNETS_HOME": str(register.folder)}
    script = PLANT.format(count=count, area=YINHE)
    subprocess.run([sys.executable, "-c", script], env=environment, check=True)

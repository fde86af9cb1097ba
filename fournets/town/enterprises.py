"""Invented enterprises, their names, codes and staff."""

from __future__ import annotations

import random

from fournets.town import names, numbers
from fournets.town.people import Orders, age, pick_region
from fournets.town.rates import rates
from fournets.town.world import STREETS, TOWN, Community, Enterprise, Person

FULL_SIZE, FLAGGED, FULL_PEOPLE = 5600, 1060, 60_000
BRAND = "恒华宏兴金鑫德盛永利新泰昌顺丰达信源广联南海樵丹安创力科卓越嘉诚远东骏立明辉佳美正大伟业腾飞天润万通和中铭鸿"
TRADES = (
    ("C", "五金制品", "金属制品业", 22), ("C", "铝业", "有色金属冶炼和压延加工业", 10), ("C", "塑料制品", "橡胶和塑料制品业", 9),
    ("C", "机械设备", "通用设备制造业", 9), ("C", "电器", "电气机械和器材制造业", 6), ("C", "家具", "家具制造业", 5),
    ("C", "汽车配件", "汽车制造业", 4), ("C", "氢能装备", "专用设备制造业", 2), ("C", "纺织", "纺织业", 4),
    ("F", "贸易", "批发业", 8), ("F", "百货", "零售业", 7), ("H", "餐饮", "餐饮业", 5), ("G", "物流", "道路运输业", 4),
    ("O", "维修", "机动车、电子产品和日用产品修理业", 2), ("L", "设备租赁", "租赁业", 2), ("I", "信息科技", "软件和信息技术服务业", 1),
)  # fmt: skip
JOBS = (
    "普工",
    "车间工人",
    "机修",
    "仓管",
    "司机",
    "文员",
    "会计",
    "业务员",
    "质检",
    "保安",
    "厨工",
    "班组长",
    "经理",
)


def sizes_for(people: int) -> tuple[int, int]:
    """How many enterprises, and how many of them with staff from the outbreak area, a town of ``people`` has."""
    if people >= FULL_PEOPLE:
        return FULL_SIZE, FLAGGED
    count = max(12, FULL_SIZE * people // FULL_PEOPLE)
    return count, max(3, FLAGGED * count // FULL_SIZE)


def make_enterprises(rng: random.Random, communities: list[Community], count: int) -> list[Enterprise]:
    """``count`` enterprises over the communities, the parks thickly."""
    weights = [4 if place.kind == "industrial park" else 1 for place in communities]
    homes = rng.choices(communities, weights, k=count)
    used: set[str] = set()
    found = [_enterprise(rng, order, home, used) for order, home in enumerate(homes, 1)]
    for one in found:
        one.community.enterprises.append(one)
    return found


def _enterprise(rng: random.Random, order: int, home: Community, used: set[str]) -> Enterprise:
    section, trade, industry, _ = rng.choices(TRADES, [one[3] for one in TRADES])[0]
    sole = rng.random() < (0.55 if section in "FHO" else 0.15)
    brand, name = _new_name(rng, trade, sole, used)
    code = numbers.social_credit_code(rng, "92" if sole else "91", "440605")
    boss = names.surname(rng) + names.given(rng, rng.choice(("male", "female")), 0)
    contact = boss if sole else names.surname(rng) + names.given(rng, "male", 0)
    phone = numbers.mobile(rng) if rng.random() < 0.8 else numbers.landline(rng)
    address = f"{TOWN}{home.called}{rng.choice(STREETS)}{rng.randint(1, 280)}号"
    tech = not sole and section in "CI" and rng.random() < 0.04
    return Enterprise(f"E{order:05d}", name, brand, code, sole, section, industry, home, address, (contact, phone),
                      boss, tech)  # fmt: skip


def _new_name(rng: random.Random, trade: str, sole: bool, used: set[str]) -> tuple[str, str]:
    while True:
        brand = "".join(rng.sample(BRAND, rng.choice((2, 2, 3))))
        if sole:
            name = f"佛山市南海区丹灶镇{brand}{trade}{rng.choice(('店', '经营部', '加工店', '行'))}"
        else:
            head = rng.choice(("佛山市", "佛山市", "佛山市南海区", "佛山市南海", "广东"))
            middle = "(佛山)" if head == "广东" and rng.random() < 0.4 else ""
            name = f"{head}{brand}{trade}{middle}{rng.choice(('有限公司', '有限公司', '有限公司', '实业有限公司', '厂'))}"
        if brand + trade not in used:
            used.add(brand + trade)
            return brand, name


def employ(
    rng: random.Random, people: list[Person], enterprises: list[Enterprise], flagged: int, orders: Orders
) -> None:
    """Gives work to the grown-up; exactly ``flagged`` enterprises get people tied to the outbreak area."""
    workers = [one for one in people if 18 <= age(one) < 60 and rng.random() < rates()["world"]["employed"]]
    rng.shuffle(workers)
    _tie_enough(rng, workers, flagged, orders)
    tied = [one for one in workers if one.tied]
    free = [one for one in workers if not one.tied]
    weights = [rng.paretovariate(1.1) * (0.3 if one.sole_trader else 1) for one in enterprises]
    marked = _marked(rng, weights, flagged)
    _spread(rng, tied, [enterprises[spot] for spot in marked], [weights[spot] for spot in marked])
    order = sorted(range(len(enterprises)), key=lambda spot: spot in set(marked))
    _spread(rng, free, [enterprises[spot] for spot in order], [weights[spot] for spot in order])


def _marked(rng: random.Random, weights: list[float], flagged: int) -> list[int]:
    draws = sorted(range(len(weights)), key=lambda spot: -(rng.random() ** (1 / weights[spot])))
    return sorted(draws[:flagged])


def _tie_enough(rng: random.Random, workers: list[Person], flagged: int, orders: Orders) -> None:
    missing = flagged + flagged // 4 - sum(one.tied for one in workers)
    for one in workers:
        if missing <= 0:
            return
        if not one.tied and one.trip is None:
            one.native = pick_region(rng, outbreak=1)
            one.id_number = orders.id_number(one.native, one.birth_on, one.sex)
            missing -= 1


def _spread(
    rng: random.Random, workers: list[Person], enterprises: list[Enterprise], weights: list[float]
) -> None:
    extra = max(0, len(workers) - len(enterprises))
    seats = enterprises + rng.choices(enterprises, weights, k=extra)
    for worker, enterprise in zip(workers, seats, strict=False):
        worker.employer, worker.job = enterprise, rng.choice(JOBS)
        enterprise.staff.append(worker)


def variant(rng: random.Random, name: str) -> str:
    """The name as another office writes it."""
    ways = [
        name.replace("有限公司", "公司"), name.replace("(", "(").replace(")", ")"), name.replace("佛山市", "佛山"),
        name.replace("佛山市南海区丹灶镇", "丹灶"), name.replace("佛山市南海区", "南海"), name.removeprefix("佛山市"),
        name[: len(name) // 2] + " " + name[len(name) // 2 :],
    ]  # fmt: skip
    other = [way for way in ways if way != name]
    return rng.choice(other)

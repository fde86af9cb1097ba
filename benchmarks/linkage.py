"""Link quality and speed on invented rosters, beside plain Splink on the same records in the same run.

    python benchmarks/linkage.py [--records 1000000] [--seed 1] [--train MODEL.json] [--no-plain]

Two rosters of N/2 records share 0.4 N people. Error rates of the second: number missing 12 %, cut to 15 digits 3 %,
wrong digit 3 %, two swapped 1 %; phone changed 15 %, missing 10 %, wrong digit 2 %; homophone 4 %, wrong character
1.5 %; birthday wrong 3 %, missing where the number is missing 40 %; other community 20 %; the household's phone 6 %.
The first roster has 35 % of these rates. Precision and recall are of pairs.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import time
from pathlib import Path

from fournets.analytics.linkage import open_nodes
from fournets.analytics.settle import Thresholds, link_nodes
from fournets.people.rules.identity import Identity, identity
from fournets.people.rules.matching import RULES
from fournets.people.rules.nodes import nodes_of

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫雷龙史陶贺毛段郝顾龚邵覃武钱戴严莫孔向常区冼麦单仇"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国文辉力健俊凯浩宇轩梓涵欣怡佳琪雪梅琳晓东海波宁贵福生龙元全胜学祥才发武新利清飞彬富顺信子昌成康星光天达安岩中茂进有坚和彪博诚先敬震振壮会思群豪心邦承乐绍功松善厚庆民友裕河哲江超浩亮政谦亨奇固之轮翰朗伯宏言若鸣朋斌梁栋维启克伦翔旭鹏泽晨辰士以家致树炎德行时泰盛雄琛钧冠策腾楠榕风航弘"
SOUNDS = {"伟": "玮纬", "芳": "方", "静": "靖", "丽": "莉", "强": "墙", "军": "君", "勇": "永", "艳": "燕", "杰": "洁", "娟": "鹃", "涛": "韬", "明": "鸣", "超": "抄", "秀": "绣", "霞": "侠", "平": "萍", "英": "瑛", "华": "骅", "兰": "岚", "红": "宏", "文": "雯", "辉": "晖", "浩": "皓", "宇": "羽", "佳": "嘉", "雪": "鳕", "梅": "玫", "琳": "霖", "晓": "小", "波": "玻"}  # fmt: skip
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def main() -> None:
    """Runs the benchmark and prints the table."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--records", type=int, default=1_000_000)
    wanted.add_argument("--seed", type=int, default=1)
    wanted.add_argument("--train", type=Path)
    wanted.add_argument("--no-plain", action="store_true")
    wanted.add_argument("--runs", type=int, default=1)
    asked = wanted.parse_args()
    people, records = rosters(asked.records, asked.seed)
    started = time.perf_counter()
    nodes = nodes_of(records, [None] * len(records))
    print(f"{len(records):,} records; nodes made in {time.perf_counter() - started:.1f} s")
    if asked.train:
        asked.train.write_text(
            json.dumps(learn(nodes, people), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        )
    for _ in range(asked.runs):
        started = time.perf_counter()
        linked = link_nodes(open_nodes(nodes), RULES, thresholds=Thresholds())
        seconds = time.perf_counter() - started
        roots = [
            -node - 1 if node in linked.doubts else linked.clusters.find(node) for node in range(len(records))
        ]
        show("fournets", seconds, roots, people, len(linked.doubts))
    if not asked.no_plain:
        started = time.perf_counter()
        show("plain Splink", 0, plain(nodes), people, 0, started)


def show(
    name: str, seconds: float, roots: list[int], people: list[int], doubts: int, started: float = 0.0
) -> None:
    """One line of the table."""
    seconds = seconds or time.perf_counter() - started
    precision, recall = quality(roots, people)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{name:14} {seconds:7.1f} s  precision {precision:.5f}  recall {recall:.5f}  in review {doubts}  peak {peak:.0f} MB"
    )


def quality(roots: list[int], people: list[int]) -> tuple[float, float]:
    """Precision and recall over pairs of records."""
    right = pairs(zip(roots, people, strict=True))
    return right / max(1, pairs(roots)), right / max(1, pairs(people))


def pairs(groups) -> int:  # type: ignore[no-untyped-def]
    """How many pairs of records share a group."""
    sizes: dict[object, int] = {}
    for group in groups:
        sizes[group] = sizes.get(group, 0) + 1
    return sum(size * (size - 1) // 2 for size in sizes.values())


def learn(nodes, people: list[int]) -> dict:  # type: ignore[no-untyped-def, type-arg]
    """Weights learned from these records and their truth."""
    from fournets.analytics.probable import train

    link = open_nodes(nodes)
    _judged(link)
    import pyarrow as pa

    link.register("truth", pa.table({"n": range(len(people)), "truth": people}))
    link.execute("CREATE TABLE labelled AS SELECT judged.*, truth FROM judged JOIN truth USING (n)")
    link.execute("DROP TABLE judged; ALTER TABLE labelled RENAME TO judged")
    return train(link, label="truth")


def plain(nodes) -> list[int]:  # type: ignore[no-untyped-def]
    """Splink as its manual has it: trained on the records, predicted, clustered at 0.9."""
    from fournets.analytics.probable import plain_clusters

    link = open_nodes(nodes)
    _judged(link)
    return plain_clusters(link)


def _judged(link) -> None:  # type: ignore[no-untyped-def]
    link.execute(
        "CREATE TABLE judged AS SELECT * EXCLUDE (phones, doors, works, person), phones[1] AS phone, doors[1] AS address, works[1] AS employer FROM node"
    )


def rosters(count: int, seed: int) -> tuple[list[int], list[Identity]]:
    """The true person and the identity of each record."""
    dice = random.Random(seed)
    half, shared = count // 2, int(count * 0.4)
    people, records = [], []
    for who in range(2 * half - shared):
        person = _person(dice)
        for roster, rate in ((0, 0.35), (1, 1.0)):
            if who < shared or (who < half) == (roster == 0):
                people.append(who)
                records.append(_record(person, dice, rate))
    return people, records


def _person(dice: random.Random) -> dict[str, str]:
    surname = SURNAMES[min(int(dice.paretovariate(0.7)) - 1, len(SURNAMES) - 1)]
    letters = [
        GIVEN[min(int(dice.random() ** 1.7 * len(GIVEN)), len(GIVEN) - 1)]
        for _ in range(1 if dice.random() < 0.18 else 2)
    ]
    birth = f"{dice.randint(1935, 2018)}{dice.randint(1, 12):02d}{dice.randint(1, 28):02d}"
    sex = dice.choice(["male", "female"])
    sequence = dice.randrange(100) * 10 + dice.randrange(5) * 2 + (sex == "male")
    area = dice.choice(
        ["440682", "440605", "420106", "430102", "450103", "510104", "360102", "522101", "411502", "441203"]
    )
    body = f"{area}{birth}{sequence:03d}"
    check = "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]
    return {
        "name": surname + "".join(letters),
        "number": body + check,
        "phone": f"1{dice.choice('3578')}{dice.randrange(10**9):09d}",
        "sex": sex,
        "birth": f"{birth[:4]}-{birth[4:6]}-{birth[6:]}",
        "community": f"440605123{dice.randint(1, 28):03d}",
        "household_phone": f"1{dice.choice('3578')}{dice.randrange(10**9):09d}",
    }


def _record(person: dict[str, str], dice: random.Random, rate: float) -> Identity:
    def happens(share: float) -> bool:
        return dice.random() < share * rate

    number, certainty = _number(person["number"], dice, happens)
    birth: str | None = person["birth"]
    if happens(0.03):
        birth = (
            f"{birth[:8]}{dice.randint(1, 28):02d}"
            if dice.random() < 0.5
            else f"{dice.randint(1935, 2018)}{birth[4:]}"
        )  # type: ignore[index]
    if number is None and happens(0.4):
        birth = None
    community = f"440605123{dice.randint(1, 28):03d}" if happens(0.2) else person["community"]
    return identity(
        name=_name(person["name"], dice, happens),
        id_number=number,
        id_certainty=certainty,
        phone=_phone(person, dice, happens),
        sex=person["sex"],
        birth_on=birth,
        area_code=community,
    )


def _number(number: str, dice: random.Random, happens) -> tuple[str | None, str | None]:  # type: ignore[no-untyped-def]
    if happens(0.12):
        return None, None
    if happens(0.03):
        return number[:15], "partial"
    at = dice.randrange(17)
    if happens(0.03):
        return number[:at] + str((int(number[at]) + dice.randint(1, 9)) % 10) + number[at + 1 :], "unverified"
    if happens(0.01) and number[at] != number[at + 1] and number[at + 1] != "X":
        return number[:at] + number[at + 1] + number[at] + number[at + 2 :], "unverified"
    return number, "verified"


def _phone(person: dict[str, str], dice: random.Random, happens) -> str | None:  # type: ignore[no-untyped-def]
    if happens(0.10):
        return None
    if happens(0.15):
        return f"1{dice.choice('3578')}{dice.randrange(10**9):09d}"
    if happens(0.06):
        return person["household_phone"]
    phone = person["phone"]
    at = dice.randrange(2, 11)
    return phone[:at] + str(dice.randrange(10)) + phone[at + 1 :] if happens(0.02) else phone


def _name(name: str, dice: random.Random, happens) -> str:  # type: ignore[no-untyped-def]
    at = dice.randrange(1, len(name))
    if happens(0.04) and name[at] in SOUNDS:
        return name[:at] + dice.choice(SOUNDS[name[at]]) + name[at + 1 :]
    if happens(0.015):
        return name[:at] + dice.choice(GIVEN) + name[at + 1 :]
    return f"{name[0]} {name[1:]}" if happens(0.02) else name


if __name__ == "__main__":
    main()

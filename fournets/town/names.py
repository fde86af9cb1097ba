"""Invented names, with the frequencies, homophones, rare characters and minority names of real lists."""

from __future__ import annotations

import random
from functools import cache

from pypinyin import lazy_pinyin

SURNAMES = (
    "陈梁李黄何张林罗吴刘麦王杨徐潘谢邓周杜关区冯叶郭曾朱莫孔卢苏高蔡余郑谭游胡方赵彭邝孙马袁钟庞招陆程伍傅许霍"
    "姚简欧谈崔蒙崖石汤江植董曹丁任唐范邹熊孟秦白段雷侯龙史陶贺顾毛郝龚邵万钱严覃武戴洪岑甘黎韦廖仇单解查朴尹"
)
COMPOUND = ("欧阳", "司徒", "上官")
MALE = (
    "伟强明军杰涛超勇辉斌华建国志文俊浩宇鹏飞海波平刚健峰永荣林生泽轩博子豪家梓睿阳庆东成金春晓光亮福贵才德坚锐"
    "柱根添炳耀锦洪权钊枫灿培树雄武毅翔凯恒远航天佑铭哲昌盛兴业"
)
FEMALE = (
    "芳娟敏静丽艳娜秀英玲燕红霞梅兰珍莲凤洁琳雪慧婷莹颖思雅诗欣怡佳悦涵梓萱雨晴琪瑶倩妍嘉惠琼碧桂群彩丹素云淑"
    "贞巧仪韵茜蓉菲岚露爱玉翠少转好妙群娣妹带顺银月满"
)
RARE = "翀堃喆犇彧劼垚赟昇頔旻晞瑀翾祎玥珺珮㛃䶮烜熠骉燚"
MINORITY = (
    "阿卜杜拉·买买提", "古丽娜尔·吐尔逊", "艾尼瓦尔·玉素甫", "麦麦提·艾力", "阿依古丽·卡德尔", "努尔兰·哈力克",
    "扎西·次仁", "卓玛·央金", "吉克·阿木", "沙马·拉且", "热依汗·依明", "买合木提·肉孜",
)  # fmt: skip


@cache
def _weights() -> list[float]:
    return [1 / (rank + 3) ** 0.9 for rank in range(len(SURNAMES))]


@cache
def _given_weights(length: int) -> list[float]:
    return [1 / (rank + 4) ** 0.6 for rank in range(length)]


def surname(rng: random.Random) -> str:
    """A surname, the frequent ones more often."""
    if rng.random() < 0.004:
        return rng.choice(COMPOUND)
    return rng.choices(SURNAMES, _weights())[0]


def given(rng: random.Random, sex: str, rare: float) -> str:
    """A given name of one or two characters."""
    pool = MALE if sex == "male" else FEMALE
    count = 1 if rng.random() < 0.18 else 2
    name = "".join(rng.choices(pool, _given_weights(len(pool)), k=count))
    return name[:-1] + rng.choice(RARE) if rng.random() < rare else name


def minority(rng: random.Random) -> str:
    """A minority name with its middle dot, parts mixed so that few people share one."""
    first, last = rng.choice(MINORITY), rng.choice(MINORITY)
    return first.split("·")[0] + "·" + last.split("·")[1]


@cache
def _alike() -> dict[str, str]:
    groups: dict[str, str] = {}
    every = dict.fromkeys(SURNAMES + MALE + FEMALE + "芬纷宏鸿红丽莉立力敏闵洁杰节英瑛莹盈燕艳雁彦")
    for char in every:
        sound = lazy_pinyin(char)[0]
        groups[sound] = groups.get(sound, "") + char
    return {char: group.replace(char, "") for group in groups.values() for char in group if len(group) > 1}


def homophone(rng: random.Random, name: str) -> str:
    """The name with one given character replaced by one that sounds alike; the name itself where none does."""
    places = [spot for spot in range(1, len(name)) if name[spot] in _alike()]
    if not places:
        return name
    spot = rng.choice(places)
    return name[:spot] + rng.choice(_alike()[name[spot]]) + name[spot + 1 :]


def wrong(rng: random.Random, name: str) -> str:
    """The name with its last character mistaken for another."""
    return name[:-1] + rng.choice((MALE + FEMALE).replace(name[-1], ""))

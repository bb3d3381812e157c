"""Invented names of places, hospitals, departments and people. None of them is meant to be a real one."""

from functools import lru_cache
from random import Random

from qiangji.members.pinyin import search_text

PROVINCE = "北原省"
UNIVERSITY = "北原医科大学"
CITIES = ("岚州市", "泓阳市", "槐安市")
COUNTIES = (("云泽县", "柳荫县"), ("白岩县", "松坪县"), ("梅屿县", "芦湾县"))

PROVINCE_HOSPITALS = ("人民医院", "肿瘤医院")
UNIVERSITY_HOSPITALS = ("第一附属医院", "口腔医院")
CITY_HOSPITALS = (
    "中心医院",
    "第一人民医院",
    "中医院",
    "妇幼保健院",
    "精神卫生中心",
    "传染病医院",
    "口腔医院",
)
COUNTY_HOSPITALS = ("人民医院", "中医院", "妇幼保健院")

BRANCHES = (
    "内科",
    "外科",
    "妇产儿科",
    "急诊重症",
    "门诊",
    "医技",
    "机关",
    "药学",
    "护理",
    "后勤",
    "康复",
    "离退休",
    "五官",
    "中医",
    "感染防控",
    "科研教学",
)
DEPARTMENTS = {
    "内科": ("心血管内科", "呼吸内科", "消化内科", "神经内科"),
    "外科": ("普外科", "骨科", "神经外科"),
    "妇产儿科": ("妇产科", "儿科"),
    "急诊重症": ("急诊科", "重症医学科"),
    "门诊": ("门诊部", "体检中心"),
    "医技": ("检验科", "医学影像科", "病理科"),
    "机关": ("党委办公室", "院长办公室", "人事科", "财务科"),
    "药学": ("药剂科",),
    "护理": ("护理部", "手术室"),
    "后勤": ("总务科", "设备科"),
    "康复": ("康复医学科",),
    "离退休": ("离退休办公室",),
    "五官": ("眼科", "口腔科", "耳鼻咽喉科"),
    "中医": ("中医科", "针灸推拿科"),
    "感染防控": ("感染性疾病科", "医院感染管理科"),
    "科研教学": ("科研科", "教学科"),
}
GENERAL_BRANCHES = (("临床", 0, 5), ("综合", 5, 16))
PARTY_GROUPS = ("临床", "综合")

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜"
GIVEN = (
    "文博", "晓岚", "建国", "淑敏", "志远", "雅琴", "明哲", "丽华", "海涛", "思源", "国栋", "春燕", "立新", "晓东", "佩兰",
    "永健", "静宜", "振宇", "秀英", "向阳", "玉洁", "启明", "慧敏", "少华", "若兰", "庆山", "雪梅", "一帆", "秋实", "长青",
)  # fmt: skip

MIDDLE = "文志晓建雅明思国春立佩永静振秀向玉启慧少若庆雪一秋长子嘉海丽"
LAST = "博岚敏远琴哲华涛源栋燕新东兰健宜宇英阳洁明慧若山梅帆实青宁超"

DIGITS = "零一二三四五六七八九"


def person(random: Random) -> str:
    """Return an invented name of a person."""
    return random.choice(SURNAMES) + random.choice(GIVEN)


def full_name(random: Random) -> str:
    """Return an invented name out of some thirty thousand, for registers in which few people share one."""
    return random.choice(SURNAMES) + random.choice(MIDDLE) + random.choice(LAST)


@lru_cache(maxsize=50_000)
def pinyin(name: str) -> str:
    """Return what a name is found by."""
    return search_text(name)


def chinese_number(number: int) -> str:
    """Write a number below ten thousand as hospitals do in their names.

    >>> chinese_number(2), chinese_number(12), chinese_number(30), chinese_number(105)
    ('二', '十二', '三十', '一百零五')
    """
    text, rest, zero = "", number, False
    for unit, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, rest = divmod(rest, unit)
        if digit:
            text += ("零" if zero and text else "") + DIGITS[digit] + word
            zero = False
        else:
            zero = True
    return text.removeprefix("一") if 10 <= number < 20 else text


def hospital_names(place: str, first: tuple[str, ...], count: int) -> list[str]:
    """Return names of hospitals in a place: the known ones, then numbered ones.

    >>> hospital_names("某市", ("中医院",), 3)
    ['某市中医院', '某市第二人民医院', '某市第三人民医院']
    """
    known = [place + name for name in first[:count]]
    return known + [
        f"{place}第{chinese_number(number)}人民医院" for number in range(2, count - len(known) + 2)
    ]

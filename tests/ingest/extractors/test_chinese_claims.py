"""Chinese claims: every pattern has an example, and denial, doubt, plans, firsts and failures behave as in English."""

import pytest
from real import real_data

from silobridge.ingest.extractors.chinese import extract_all
from silobridge.ingest.extractors.chinese_claims import _ALL
from silobridge.ingest.extractors.lexicon import table
from silobridge.ingest.extractors.record import Evidence, Extraction, Item
from silobridge.kg.model import Span


def extract(text: str) -> Extraction:
    return next(iter(extract_all([Item(text, (Span("abstract", "", 0, len(text)),), "paper")])))


def said(text: str) -> dict[tuple[str, str, str], Evidence]:
    return {(e.subject, e.predicate, e.object): e for e in extract(text).evidence}


EXAMPLES = {
    "zh-used-for": ("石墨烯应用于气体传感器。", "石墨烯 used-for 气体传感器"),
    "zh-comprises": ("野菊花主要含有黄酮、挥发油等成分。", "挥发油 part-of 野菊花"),
    "zh-composed-of": ("风力发电机由叶片、齿轮箱和发电机组成。", "齿轮箱 part-of 风力发电机"),
    "zh-improves": ("石墨烯提高了锂离子电池的循环稳定性。", "石墨烯 improves 循环稳定性"),
    "zh-lowers": ("石墨烯降低了薄膜的强度。", "石墨烯 degrades 强度"),
    "zh-addresses": ("蚁群算法可以更好地解决路径规划问题。", "蚁群算法 addresses 路径规划"),
    "zh-causes": ("致病性大肠杆菌会引起细菌性疾病。", "致病性大肠杆菌 causes 细菌性疾病"),
    "zh-requires": ("小波变换依赖于傅里叶变换。", "小波变换 requires 傅里叶变换"),
    "zh-based-on": ("基于支持向量机的车辆识别方法。", "支持向量机 used-for 车辆识别方法"),
    "zh-limited-by": ("无人机受电池容量的限制。", "无人机 limited-by 电池容量"),
    "zh-restricted-to": ("深度学习模型受限于计算资源。", "深度学习模型 limited-by 计算资源"),
    "zh-limits": ("电池容量制约了无人机。", "无人机 limited-by 电池容量"),
    "zh-fails-at": ("卷积神经网络无法识别恶意软件。", "卷积神经网络 fails-at 恶意软件"),
    "zh-lacks": ("锂离子电池缺乏热稳定性。", "锂离子电池 fails-at 热稳定性"),
    "zh-suffers-from": ("锂离子电池存在容量衰减问题。", "锂离子电池 limited-by 容量衰减"),
    "zh-correlates": ("蒸腾速率与导管特征呈显著相关。", "蒸腾速率 correlates-with 导管特征"),
    "zh-better-than": ("支持向量机优于BP神经网络。", "支持向量机 compared-with bp神经网络"),
    "zh-with": ("采用高效液相色谱法测定人参皂苷的含量。", "含量 measured-by 高效液相色谱法"),
    "zh-done-to": ("采用小波变换对表情图像进行特征提取。", "小波变换 used-for 表情图像"),
    "zh-to-with": ("对表情图像采用小波变换进行特征提取。", "小波变换 used-for 表情图像"),
    "zh-by": ("薄膜厚度采用扫描电子显微镜测量。", "薄膜厚度 measured-by 扫描电子显微镜"),
    "zh-applied-in": ("虚拟现实技术在临床心理学中的应用。", "虚拟现实技术 used-for 临床心理学"),
    "zh-for": ("提出了一种用于故障诊断的神经网络模型。", "神经网络模型 used-for 故障诊断"),
    "zh-acts": ("活性炭可以吸附重金属离子。", "活性炭 used-for 重金属离子"),
    "zh-treats": ("疏血通注射液治疗急性脑梗死。", "疏血通注射液 used-for 急性脑梗死"),
    "zh-proposed": ("针对图像噪声问题,提出了一种小波滤波算法。", "小波滤波算法 addresses 图像噪声"),
    "zh-kind": ("遗传算法是一种优化算法。", "遗传算法 is-a 优化算法"),
    "zh-one-of": ("糖尿病肾病是微血管并发症之一。", "糖尿病肾病 is-a 微血管并发症"),
    "zh-role": ("以戊二醛为交联剂,合成了人工抗原。", "戊二醛 is-a 交联剂"),
    "zh-as": ("气制动阀可作为控制阀。", "气制动阀 is-a 控制阀"),
    "zh-answers": ("表面涂层是解决金属腐蚀问题的有效途径。", "表面涂层 addresses 金属腐蚀"),
    "zh-way": ("稀土掺杂是提高发光效率的有效方法。", "稀土掺杂 improves 发光效率"),
    "zh-caused": ("讨论了致病菌引起的水产动物疾病。", "致病菌 causes 水产动物疾病"),
    "zh-cause-of": ("由致病菌引起的水产动物疾病。", "致病菌 causes 水产动物疾病"),
    "zh-gauged": ("用隔离度来描述导引头性能。", "导引头性能 measured-by 隔离度"),
    "zh-key-part": ("风力发电机的关键部件是叶片。", "叶片 part-of 风力发电机"),
    "zh-part": ("隔膜是锂离子电池的重要组成部分。", "隔膜 part-of 锂离子电池"),
    "zh-made": ("以玉米淀粉为原料,采用酶解法制备了多孔淀粉。", "多孔淀粉 made-of 玉米淀粉"),
    "zh-effect": ("壳聚糖对大肠杆菌具有明显的抑制作用。", "壳聚糖 degrades 大肠杆菌"),
    "zh-along": ("薄膜的硬度随退火温度的升高而降低。", "硬度 correlates-with 退火温度"),
    "zh-produces": ("胰岛细胞能分泌胰岛素。", "胰岛细胞 produces 胰岛素"),
    "zh-basis": ("微裂缝是页岩油富集的基础。", "页岩油富集 requires 微裂缝"),
    "zh-compared": ("颗粒污泥与絮状污泥相比。", "颗粒污泥 compared-with 絮状污泥"),
    "zh-more": ("碳纤维比玻璃纤维更轻。", "碳纤维 compared-with 玻璃纤维"),
    "zh-obstacle": ("计算资源是制约深度学习的主要瓶颈。", "深度学习 limited-by 计算资源"),
    "zh-failed": ("锂离子电池失败的原因是枝晶生长。", "锂离子电池 limited-by 枝晶生长"),
    "zh-weak-at": ("支持向量机对随机噪声不敏感。", "支持向量机 fails-at 随机噪声"),
}


@pytest.mark.parametrize("rule", EXAMPLES)
def test_a_pattern_says_what_its_example_says(rule: str) -> None:
    text, claim = EXAMPLES[rule]
    subject, predicate, object_ = claim.split()
    found = {(e.subject, e.predicate, e.object, e.rule) for e in extract(text).evidence}
    assert (subject, predicate, object_, rule) in found


def test_every_pattern_has_an_example() -> None:
    assert {rule.name for rule in _ALL} == set(EXAMPLES)


@pytest.mark.parametrize(
    ("text", "claim", "expected"),
    [
        ("壳聚糖对大肠杆菌没有抑制作用。", "壳聚糖 degrades 大肠杆菌", {"polarity": "negated"}),
        ("遗传算法并不优于粒子群算法。", "遗传算法 compared-with 粒子群算法", {"polarity": "negated"}),
        ("石墨烯不仅提高了循环寿命。", "石墨烯 improves 循环寿命", {"polarity": "affirmed"}),
        ("石墨烯有望用于气体传感器。", "石墨烯 used-for 气体传感器", {"hedged": True}),
        ("拟采用激光雷达测量树木高度。", "树木高度 measured-by 激光雷达", {"modality": "planned"}),
        ("虚拟现实技术在临床心理学中的应用。", "虚拟现实技术 used-for 临床心理学", {"modality": "stated"}),
        ("采用水热法制备了氧化锌薄膜。", "水热法 used-for 氧化锌薄膜", {"modality": "done", "novel": False}),
        ("首次采用水热法制备了氧化锌薄膜。", "水热法 used-for 氧化锌薄膜", {"novel": True}),
        ("涂层未能提高铝合金的耐腐蚀性。", "涂层 improves 耐腐蚀性", {"failure": "fell-short"}),
        ("锂离子电池缺乏热稳定性。", "锂离子电池 fails-at 热稳定性", {"failure": "fell-short"}),
        ("计算资源是制约深度学习的主要瓶颈。", "深度学习 limited-by 计算资源", {"failure": "limited"}),
        ("支持向量机对随机噪声不敏感。", "支持向量机 fails-at 随机噪声", {"failure": "failed"}),
    ],
)
def test_how_it_is_said(text: str, claim: str, expected: dict[str, object]) -> None:
    subject, predicate, object_ = claim.split()
    evidence = said(text)[subject, predicate, object_]
    assert {key: getattr(evidence, key) for key in expected} == expected


def test_a_failure_keeps_its_reason() -> None:
    text = "由于附着力差,涂层不能提高铝合金的耐腐蚀性。"
    evidence = said(text)["涂层", "improves", "耐腐蚀性"]
    assert text[evidence.reason_start : evidence.reason_stop] == "由于附着力差"


@pytest.mark.parametrize(
    "text",
    [
        "HPLC法测定豚草茎中绿原酸。",
        "各治疗组疗效优于对照组。",
        "采用了RS-485通信网络和逐级验证的通信算法。",
        "该地区诱发泥石流。",
        "从标引深度、标引准确性等方面对标引技术进行了比较。",
    ],
)
def test_what_only_looks_like_a_claim_gives_none_of_it(text: str) -> None:
    wrong = {("豚草茎", "measured-by", "hplc"), ("疗效", "compared-with", "对照组")}
    found = set(said(text))
    assert not found & wrong
    assert not {claim for claim in found if claim[1] in ("compared-with", "causes")}


def _traditional(text: str) -> str:
    back: dict[str, str] = {}
    for traditional, simple in table("traditional").items():
        back.setdefault(simple, traditional)
    return "".join(back.get(character, character) for character in text)


def _agree(text: str) -> None:
    simple, traditional = extract(text), extract(_traditional(text))
    shown = _traditional(text)
    assert [(m.start, m.stop, m.form, m.type) for m in traditional.mentions] == [
        (m.start, m.stop, m.form, m.type) for m in simple.mentions
    ]
    assert all(shown[m.start : m.stop] == m.surface for m in traditional.mentions)
    assert traditional.evidence == simple.evidence


def test_traditional_characters_say_the_same() -> None:
    text = "采用高效液相色谱法测定药材的含量。石墨烯应用于气体传感器。"
    assert _traditional(text) != text
    assert extract(text).evidence
    _agree(text)


@pytest.mark.real
def test_real_abstracts_say_the_same_in_traditional_characters() -> None:
    lines = real_data("papers", "chinese_csl", "kg.dev.tsv").read_text("utf-8").splitlines()
    for line in lines[:50]:
        _agree(line.split("\t")[1])

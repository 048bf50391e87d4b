"""Sample contexts of every paper; all names and places are fictional."""

from datetime import date

import segno

FINDINGS = [
    ("种苗采购供应商评审公开不够，评审结果和异议渠道没有及时公布", "委员质询"),
    ("造林验收抽查比例偏低，没有明确由谁实施", "委员质询"),
    ("林区道路养护项目公示内容偏笼统，群众看不出单价、工程量和施工单位", "群众意见"),
    ("本人承诺：年内听取班子成员履行“一岗双责”情况汇报并逐人点评", "现场承诺"),
    ("退耕还林补助资金发放到户名册公示时间不足7日，个别村没有留存公示照片", "核查情况"),
    ("公务用车定点维修没有执行“先审批后维修”，2026年上半年有3单补办手续", "核查情况"),
    ("对下属林场2个廉政风险点没有制定防控措施，也没有列入年度自查", "监督检查"),
    ("班子成员分工调整后责任清单没有同步修订，时彦亦、䶮喆堃同志的签字背书仍是旧版本", "日常监督"),
]


def letter(findings=4, **changes):
    return {
        "issuer": "中共澜江市云澜区纪律检查委员会",
        "number": "云纪函〔2026〕37号",
        "title": "关于述责述廉评议反馈问题的提醒函",
        "addressee": "中共云澜区林业局党组",
        "blocks": [
            "2026年9月25日，区纪委召开2026年第三季度分散述责述廉会议，你局党组书记、局长齐砚屿同志述责述廉，接受现场质询和评议。会议认为，你局党组重视全面从严治党，造林绿化任务按期完成。",
        ],
        "findings_intro": f"经综合访廉意见、现场质询、核查情况和评议结果，你局还存在种苗采购供应商评审公开不够等{findings}个方面的问题，现予提醒",
        "findings": [{"text": text, "source": source, "due": date(2026, 11, 11)} for text, source in FINDINGS[:findings]],
        "findings_title": "齐砚屿同志述责述廉反馈问题清单",
        "requirements_intro": "请你局党组按以下要求抓好整改。",
        "requirements": [
            {"lead": "制定方案。", "text": "自收到本函之日起10日内报送整改方案，逐项写明措施、责任人、完成时限和可检验的成果。"},
            {"lead": "按期整改。", "text": "自收到本函之日起一个月内完成整改；确需延期的，应当提前书面申请并说明理由。"},
            {
                "lead": "书面报告。",
                "text": "整改完成后，由主要负责人签字，书面报告结果并附佐证材料。区纪委将组织核验，并适时开展“回头看”。",
            },
        ],
        "contact": "穆晏川，区纪委监委党风政风室，电话0710-2345678",
        "date": date(2026, 9, 30),
        "copies": ["区委副书记元澍谷同志", "区纪委监委监督检查二室"],
        **changes,
    }


# --- table papers ------------------------------------------------------------------------------------------

DOCUMENT = {
    "code": "JG-2026-Q4-P016-01",
    "marking": "内部",
    "version": 1,
    "producer": "区纪委监委党风政风室",
    "at": "2026年12月22日 15:20",
}
SESSION = {
    "title": "2026年年终集中述责述廉评议会",
    "kind": "集中述责述廉（年终）",
    "date": "2026年12月22日（星期二）",
    "place": "区会议中心一楼报告厅",
    "chair": "区纪委书记 袁秉柏",
    "recorder": "穆晏川",
    "commission": "中共澜江市云澜区纪律检查委员会　澜江市云澜区监察委员会",
}
PEOPLE = [
    ("时彦亦", "澜江市云澜区教育局", "党组书记", "区直部门"),
    ("金沛谷", "中共澜江市云澜区委机构编制委员会办公室", "机关党组书记、办公室主任", "区直部门"),
    ("齐砚屿", "澜江市云澜区林业局", "党组书记、局长", "区直部门"),
    ("陈喆堃", "澜江市云澜区卫生健康局", "党委书记、局长", "区直部门"),
    ("赵䶮", "澜江市云澜区住房和城乡建设局", "党组书记、局长", "区直部门"),
    ("欧阳昇翀", "澜江市云澜区市场监督管理局", "党组书记、局长", "区直部门"),
    ("尹桐石", "澜江市云澜区青石镇", "党委书记", "镇办"),
    ("俞舒源", "澜江市云澜区城关街道办事处", "党工委书记", "镇办"),
    ("倪松言", "澜江市云澜区城市建设投资集团有限公司", "党委书记、董事长", "国企"),
    ("章承和", "澜江市云澜区水务发展有限责任公司", "党支部书记、总经理", "国企"),
]
SIGNATURES = ["监票人", "监票人", "计票人", "会议主持人"]
CRITERIA = [
    ("贯彻决策部署", 8, "7.12", "6.96"),
    ("严守政治纪律和政治规矩", 7, "6.35", "6.30"),
    ("理论武装与阵地管理", 5, "4.41", "4.30"),
    ("履行第一责任人责任", 13, "11.44", "11.18"),
    ("风险防控与支持纪检工作", 12, "9.96", "10.20"),
    ("纠治不正之风与问题整改", 10, "8.37", "8.45"),
    ("执行八项规定精神", 9, "8.09", "7.92"),
    ("个人廉洁自律与家风", 8, "7.28", "7.16"),
    ("作风建设与服务群众", 8, "7.00", "7.04"),
    ("报告质量", 8, "6.82", "6.88"),
    ("现场答询", 12, "10.08", "9.84"),
]


def sheet(person=PEOPLE[0], **changes):
    name, unit, post, category = person
    return {
        "session": SESSION,
        "official": {"name": name, "unit": unit, "post": post},
        "category": category,
        "rank": 3,
        "ranked_where": category,
        "ranked_among": "共 8 人：7 人参加排名，1 人一票否决",
        "score": "86.92",
        "band": "较好",
        "band_note": "80 分以上，不满 90 分",
        "heads": ["发出", "收回", "弃权", "有效", "计入", "平均分", "权重", "得数"],
        "groups": [
            {"name": "分管区领导（实名）", "cells": ["1", "1", "0", "1", "1", "88.0000", "0.30", "26.4000"]},
            {"name": "区纪委委员", "cells": ["26", "26", "1", "25", "23", "86.4348", "0.40", "34.5739"]},
            {"name": "群众代表（含并入的班子成员）", "cells": ["53", "52", "2", "50", "48", "86.5000", "0.30", "25.9500"]},
        ],
        "total": {"text": "26.4000 ＋ 34.5739 ＋ 25.9500 ＝ 86.9239，保留两位小数", "value": "86.92"},
        "notes": [
            "委员票、代表票各去掉一个最高分和一个最低分。所在单位班子成员票不足 5 张，不单独公布，按方案并入群众代表，权重一并计入。"
        ],
        "steps": [
            "分管区领导（实名）：有效 1 票，无效 0 票，弃权 0 票",
            "按权重合成：分管区领导（实名） 0.3，区纪委委员 0.4，群众代表 0.3。以上为公布值，合成时用准确值，由监票人当场复算",
            "得分 86.92，只在最后四舍五入一次，保留 2 位小数",
            "86.92 分：较好（80 分以上，不满 90 分）",
            "区直部门 8 人中第 3 名",
        ],
        "criteria": [{"name": name, "max": top, "score": score, "median": median} for name, top, score, median in CRITERIA],
        "criteria_of": category,
        "confirm": "计分方案 SCH-2026-01 第 1 版，输入摘要 9c41 7be0 52d8 a3f6。用同一方案重新计算，结果和摘要必须一致。对本人结果不服的，自送达之日起 5 个工作日内可以申请结果复核。",
        "signatures": ["监票人", "计票人", "会议主持人"],
        **changes,
    }


def result_sheet(**changes):
    return {"document": DOCUMENT, "sheet": sheet(**changes)}


def table():
    heads = ["发出", "收回", "有效", "无效", "弃权", "平均分"]
    names = [("分管区领导", "0.30"), ("区纪委委员", "0.40"), ("班子成员", "0.10"), ("群众代表", "0.20")]
    cells = [
        ["1", "1", "1", "0", "0", "88.0"],
        ["26", "26", "25", "0", "1", "86.4"],
        ["4", "4", "*", "*", "*", "–"],
        ["49", "48", "46", "1", "1", "*"],
    ]
    rows = [
        {"name": name, "short_unit": unit, "category": category, "cells": cells, "score": f"{92 - n}.{n}7", "outside": ["1" if n == 5 else "0"], "band": "好" if n < 3 else "较好", "rank": n + 1}
        for n, (name, unit, _post, category) in enumerate(PEOPLE)
    ]  # fmt: skip
    return {
        "session": SESSION,
        "groups": [{"name": name, "note": weight, "heads": heads} for name, weight in names],
        "outside": ["扣分"],
        "rows": rows,
        "is_ranked": True,
        "notes": [
            "“*”按公布规则不单独公布，“–”表示该票种没有分数。各票种平均分去掉一个最高分、一个最低分；得分按权重合计后四舍五入。"
        ],
        "scheme": "SCH-2026-01 第 1 版",
        "input_hash": "9c41 7be0 52d8 a3f6",
        "at": "2026年12月22日 15:20",
        "signatures": SIGNATURES,
    }


def result_table():
    return {"document": {**DOCUMENT, "code": "HZ-2026-Q4-01"}, "table": table()}


def count():
    return {
        "session": SESSION,
        "opened_at": "14:32",
        "closed_at": "14:51",
        "counted_at": "15:06",
        "boxes": [
            {"name": "区纪委委员", "printed": 30, "cast": 26, "voided": 4, "unaccounted": 0},
            {"name": "所在单位班子成员", "printed": 45, "cast": 40, "voided": 5, "unaccounted": 0},
            {"name": "群众代表", "printed": 60, "cast": 48, "voided": 11, "unaccounted": 1, "reason": "1 张掉落在抽卡箱下，未找到，监票人签字说明"},
        ],
        "groups": [
            {"name": "分管区领导（实名）", "issued": 4, "returned": 4, "missing": 0},
            {"name": "区纪委委员", "issued": 26, "returned": 26, "missing": 0},
            {"name": "所在单位班子成员", "issued": 40, "returned": 40, "missing": 0},
            {"name": "群众代表", "issued": 49, "returned": 48, "missing": 1},
        ],
        "officials": [{"name": name, "returned": 79, "valid": 75, "invalid": 1, "abstain": 3} for name, *_ in PEOPLE],
        "invalid": [{"reason": "全部对象均打满分", "n": 1}],
        "decisions": ["所在单位班子成员票不足 5 张，按方案并入群众代表。"],
        "roots": [
            {"name": "收到选票摘要根", "value": "5QK8 M2VJ 7XTR 40BN"},
            {"name": "选票条摘要根", "value": "C1ZD 9H6P W3YA E8GF"},
            {"name": "评议方案摘要", "value": "T7NB 02KX 5RMQ J4VH"},
            {"name": "计票输入摘要", "value": "9c41 7be0 52d8 a3f6"},
        ],
        "signatures": SIGNATURES,
    }  # fmt: skip


def outside():
    """What a count sheet adds where something came from outside the box."""
    return {
        "occasions": [
            {"name": "时彦亦", "words": "加分 2 分", "ground": 1, "entered_by": "穆晏川", "confirmed_by": "袁秉柏"},
            {"name": "赵䶮", "words": "外部数据 92.5：党风廉政建设责任制年度考核", "ground": 2, "entered_by": "穆晏川", "confirmed_by": "袁秉柏"},
            {"name": "时彦亦", "words": "外部数据 90：党风廉政建设责任制年度考核", "ground": 2, "entered_by": "穆晏川", "confirmed_by": "袁秉柏"},
        ],
        "withdrawn": [
            {"name": "赵䶮", "words": "扣分 2 次：迟交报告", "ground": 3, "entered_by": "穆晏川", "confirmed_by": "袁秉柏", "ended_on": "2026年12月20日", "ended_by": "袁秉柏", "because": "登记时写错了对象，材料实际于2026年11月30日按时报送"},
        ],
        "grounds": [
            {"n": 1, "fact": "2026年6月省级表彰，通报全省各市州区县党风廉政建设先进集体和先进个人名单", "document": "省纪通〔2026〕12号"},
            {"n": 2, "fact": "年度党风廉政建设责任制考核结果", "document": "云考办〔2026〕2号"},
            {"n": 3, "fact": "报告迟交两次", "document": "督办单3号"},
        ],
    }  # fmt: skip


TRAIL = {"n": 4711, "digest": "9c41 7be0 52d8 a3f6 07aa 31c9 e5d0 48b2"}


def count_sheet():
    return {
        "document": {**DOCUMENT, "code": "JP-2026-Q4-01"},
        "count": count(),
        "trail": TRAIL,
        "present": "应到 81 人，实到 79 人。",
    }


def count_slip():
    boxes = [
        {"name": "区纪委委员", "printed": 30},
        {"name": "所在单位班子成员", "printed": 45},
        {"name": "群众代表", "printed": 60},
    ]
    return {
        "document": {**DOCUMENT, "code": "QD-2026-Q4-01"},
        "slip": {"session": SESSION, "boxes": boxes, "signatures": ["监票人", "监票人", "计票人"]},
    }


def session_file(people=4):
    chosen = PEOPLE[:people]
    officials = [{"name": name, "unit": unit, "post": post, "category": category} for name, unit, post, category in chosen]
    members = ["袁秉柏", "俞舒源", "倪松言", "费泽川", "姜景舟", "穆晏川", "章承和", "尹桐石"] * 3
    groups = [
        {"name": "分管区领导", "expected": 4, "present": 4, "names": members[:4], "absent": []},
        {
            "name": "区纪委委员",
            "expected": 27,
            "present": 26,
            "names": members[:26],
            "absent": [{"name": "元澍谷", "reason": "省里开会"}],
        },
        {"name": "群众代表", "expected": 50, "present": 49, "names": members * 2, "absent": [{"name": "陶喆", "reason": "病假"}]},
    ]
    items = [
        {
            "asker": "费泽川",
            "text": "学校食堂食材采购公示内容偏笼统，家长看不出价格和供货来源，准备怎样改，什么时候让家长看得懂？",
            "answer": "问题属实。目前公示只有品名，没有单价和供货单位。已经重新设计公示模板，先在城区 6 所学校试行。",
            "commitments": [{"text": "全区学校食堂按周公示品名、供货单位、单价，开学季集中抽查", "due": "2027年1月31日"}],
        },
        {
            "asker": "倪松言",
            "text": "报告中提到建立了任务清单，请说明今年有几项没有按时完成，责任人是谁。",
            "answer": "有 2 项没有按时完成，一项是校服采购监督机制，一项是教辅征订自查，责任人是分管副局长。",
            "unsatisfactory": True,
            "inquiry_due": "2027年1月15日",
            "commitments": [],
        },
    ]
    comments = [
        {
            "leader": "姜景舟",
            "strengths": "工作有思路，办学条件改善明显。",
            "problems": ["对下属学校“一把手”监督偏软", "重业务、轻党风廉政建设的倾向没有完全扭转"],
        }
    ]
    return {
        "document": {**DOCUMENT, "code": "DA-2026-Q4-01"},
        "session": SESSION,
        "notice": meeting_notice()["notice"],
        "agenda": [
            {"time": "14:00", "item": "主持人说明会议目的和规则，通报到会人数", "who": "袁秉柏"},
            {"time": "14:05", "item": "述责述廉，每人不超过8分钟", "who": "述责对象"},
            {"time": "", "item": "质询和答复，每人2至3个问题，每题不超过3分钟", "who": "区纪委委员"},
            {"time": "", "item": "分管区领导点评", "who": "分管区领导"},
            {"time": "16:30", "item": "抽取票卡，无记名评议", "who": "监票人、计票人"},
            {"time": "17:00", "item": "开箱计票，宣布结果", "who": "监票人、计票人"},
        ],
        "officials": officials,
        "attendance": {"groups": groups, "expected": 81, "present": 79, "quorum": "实到人数超过应到人数三分之二，会议有效。"},
        "questions": [{"official": official, "items": items, "comments": comments} for official in officials],
        "count": count(),
        "table": {**table(), "rows": table()["rows"][:people]},
        "sheets": [sheet(person) for person in chosen],
        "opinions": [
            {
                "name": name,
                "unit": unit,
                "lines": [
                    {
                        "text": "食堂食材采购公示不够具体，家长看不出价格和供货来源。",
                        "nature": "意见",
                        "voices": "5至9条",
                        "handling": "供质询",
                    }
                ],
            }
            for name, unit, _post, _category in chosen
        ],
        "reports": [
            {**review_report(), "official": {"name": name, "unit": unit, "post": post}} for name, unit, post, _category in chosen
        ],
        "minutes": minutes()["minutes"],
        "end": ending_record()["end"],
        "signatures": ["会议主持人", "监票人", "计票人", "记录人"],
    }


ASPECTS = [
    ("遵守党的政治纪律和政治规矩情况", [("A1", "贯彻落实党中央决策部署和上级工作要求情况"), ("A2", "严守政治纪律和政治规矩、请示报告重大事项情况"), ("A3", "加强理论武装和意识形态阵地管理情况")]),
    ("落实主体责任情况", [("B1", "履行第一责任人责任和抓班子带队伍情况"), ("B2", "权力运行制约、廉政风险防控和支持纪检监察工作情况"), ("B3", "纠治群众身边不正之风、监督发现问题整改情况")]),
    ("廉洁从政情况", [("C1", "执行中央八项规定精神和公务用车、办公用房、公务接待规定情况"), ("C2", "个人廉洁自律、管理家属和身边工作人员情况"), ("C3", "作风建设和服务群众情况，存在问题与整改措施")]),
]  # fmt: skip


def aspects(**more):
    return [
        {"numeral": numeral, "name": name, "items": [{"code": code, "name": item, **more} for code, item in items]}
        for numeral, (name, items) in zip("一二三", ASPECTS, strict=True)
    ]


def opinion_form(people=2):
    return {
        "document": {**DOCUMENT, "code": "YJ-2026-Q4-01", "marking": "公开"},
        "session": SESSION,
        "issuer": "区纪委监委党风政风室",
        "issued_on": "2026年11月23日",
        "due_on": "2026年12月7日",
        "officials": [{"name": name, "unit": unit, "post": post} for name, unit, post, _ in PEOPLE[:people]],
        "aspects": aspects(),
        "grades": ["好", "较好", "一般", "差", "不了解"],
        "kinds": ["本单位干部", "服务对象", "群众代表", "企业", "其他"],
        "qr": segno.make("http://localhost:8000/yijian/kZ3v9QpX2mT7/", error="m").svg_data_uri(border=0),
        "address": "http://localhost:8000/yijian/kZ3v9QpX2mT7/",
    }


def review_report():
    text = "全年召开党组会议24次，其中专题研究全面从严治党4次；“第一议题”学习36次，没有完成的是下属学校书记抓党建述职，推迟到2027年1月。\n对照清单，60项任务完成57项，3项正在办理。佐证：附件2、附件5。"
    reasons = [("NP1", "内容不全"), ("NP2", "主题不明"), ("NP3", "问题不突出"), ("NP4", "事项不实"), ("NP5", "整改措施不具体")]
    return {
        "document": {**DOCUMENT, "code": "BG-2026-Q4-P016-02"},
        "heading": "关于2026年度履行责任和廉洁从政情况的述责述廉报告",
        "official": {"name": "陈喆堃", "unit": "澜江市云澜区教育局", "post": "党组书记"},
        "term": "2025年6月21日至今",
        "period": "2026年1月1日至2026年12月7日",
        "version": 2,
        "aspects": aspects(text=text * 2),
        "problems": [
            {"problem": "对下属学校“一把手”监督偏软", "measure": "建立校长权力清单，每学期约谈一次", "owner": "分管副局长", "due_on": "2027年3月31日", "outcome": "约谈记录、清单文本"},
            {"problem": "食堂食材公示不具体", "measure": "按周公示品名、单价、供货单位", "owner": "财务基建科", "due_on": "2027年1月31日", "outcome": "公示照片、抽查记录"},
            {"problem": "教辅征订自查不到位", "measure": "逐校核对征订台账，清退违规费用", "owner": "基础教育科", "due_on": "2027年2月28日", "outcome": "清退凭证"},
        ],
        "date": "2026年12月7日",
        "review": {
            "is_passed": False,
            "reasons": [{"code": code, "name": name, "is_found": code == "NP3", "item": "C3" if code == "NP3" else "", "comment": "三个问题中有两个是对下级的要求，没有讲本人的责任" if code == "NP3" else ""} for code, name in reasons],
            "comment": "请补充本人履行第一责任人责任方面的问题，其余内容可以保留。",
            "reviewer": "穆晏川",
            "round": 1,
            "date": "2026年12月9日",
        },
    }  # fmt: skip


def handbook():
    groups = [
        {"name": "区纪委委员", "present": 27, "cards": 30, "spare": 3},
        {"name": "所在单位班子成员", "present": 40, "cards": 45, "spare": 5},
        {"name": "群众代表（两代表一委员、服务对象、企业代表等）", "present": 52, "cards": 60, "spare": 8},
    ]
    return {
        "document": {**DOCUMENT, "code": "SC-2026-Q4-01"},
        "session": SESSION,
        "handbook": {
            "needed": 2, "made": 3, "minutes": 15, "grace": 30, "confirm_minutes": 15, "booth": "https://tp.example.gov.cn",
            "codes": {"urn": "QW4T-9ZKM-2JVB-07HC", "manifest": "BZZH-22JD-4M0Q-X7RT"}, "groups": groups, "named": ["分管区领导"],
        },
    }  # fmt: skip


def meeting_notice():
    return {
        "document": {**DOCUMENT, "code": "TZ-20261222-1"},
        "notice": {
            "addressee": "各述责述廉对象、各参会人员",
            "paragraphs": [
                "经批准，定于2026年12月22日（星期二）在区会议中心一楼报告厅召开2026年年终集中述责述廉评议会。现将有关事项通知如下。",
                "一、述责述廉对象2人：区教育局党委书记、局长时彦亦；区交通运输局党组书记和彦岚。",
                "二、参会人员81人：区领导3人、区纪委委员27人、班子成员20人、群众代表31人。",
                "三、述责述廉对象于2026年12月7日前提交述责述廉报告，会上逐一述责述廉，回答提问，听取点评。",
                "四、参会人员提前十五分钟签到，会上听取述责述廉、提问和点评以后评议。票卡当场抽取，不代投，不拍照；手机关闭或者静音。",
                "五、不能参会的，会前一天书面请假。",
            ],
            "signature": "中共澜江市云澜区纪律检查委员会",
            "date": "2026年11月23日",
        },
    }


def rehearsal_script():
    return {"document": {**DOCUMENT, "code": "YL-20261222"}, "session": SESSION, "booth": "https://tp.example.gov.cn"}


def emergency_card():
    return {"document": {**DOCUMENT, "code": "YJ-20261222"}, "session": SESSION, "expected": 81, "quorum": 54}


def poster():
    return {
        "document": {**DOCUMENT, "code": "HB-2026-Q4-01"},
        "session": SESSION,
        "code": "BZZH-22JD-4M0Q-X7RT",
        "booth": "https://tp.example.gov.cn",
    }


def paper_ballot():
    criteria = ["贯彻决策部署", "严守政治纪律和政治规矩", "理论武装与阵地管理", "履行第一责任人责任", "风险防控与支持纪检工作", "纠治不正之风与问题整改",
                "执行八项规定精神", "个人廉洁自律与家风", "本人和亲属规范从业", "述责述廉报告", "现场答询"]  # fmt: skip
    return {
        "document": {**DOCUMENT, "code": "ZP-D-2026-Q4-01"},
        "session": SESSION,
        "ballot": {
            "group": "群众代表",
            "officials": [{"name": name, "unit": unit} for name, unit, *_ in PEOPLE],
            "criteria": [{"name": name, "most": "9", "grades": []} for name in criteria],
            "step": "0.5",
            "total": "100",
        },
    }


def paper_grades():
    made = paper_ballot()
    criteria = [{"name": name, "most": "", "grades": ["好", "较好", "一般", "差", "不了解"]} for name in ("政治", "责任", "廉洁")]
    return made | {"ballot": made["ballot"] | {"criteria": criteria, "step": "", "total": ""}}


def void_record():
    groups = [{"name": "区纪委委员", "cards": 30, "drawn": 27}, {"name": "群众代表", "cards": 60, "drawn": None}]
    return {
        "document": {**DOCUMENT, "code": "ZF-2026-Q4-01"},
        "session": SESSION,
        "void": {
            "number": 1, "sid": "5f0c2a91b7de4468", "reason": "两张声明丢失的票卡被人投了票", "asked_by": "穆晏川", "confirmed_by": "俞舒源",
            "at": "2026年12月22日 15:02", "opened_at": "2026年12月22日 14:32", "closed_at": "2026年12月22日 14:51", "unsealed_at": "", "has_transcript": False,
            "groups": groups, "signatures": KEEPERS,
        },
    }  # fmt: skip


KEEPERS = ["监票人（区纪委监委）", "监票人（代表）", "监票人（第三方）"]


def ending_record():
    made = count()
    return {
        "document": {**DOCUMENT, "code": "ZJ-2026-Q4-01"},
        "end": {
            "session": SESSION, "number": 1, "sid": "5f0c2a91b7de4468", "published_at": "2026年12月22日 15:30", "minutes": 15,
            "window_ends_at": "15:45", "objections": "有代表要求当场复算，复算结果相同", "declared_by": "沈知衡", "made": 3, "key_cards": 2,
            "missing_key_cards": "第三方监票人的一张会前受潮损毁", "tablets": 24, "deleted_at": "2026年12月22日 15:52", "asked_by": "穆晏川",
            "confirmed_by": "俞舒源", "envelopes": 114, "papers": 2, "boxes": made["boxes"], "roots": made["roots"], "signatures": KEEPERS,
        },
    }  # fmt: skip


def minutes():
    return {
        "document": {**DOCUMENT, "code": "JL-20261222"},
        "head": "",
        "flag": "述责述廉会议记录",
        "facts": [("时间", SESSION["date"]), ("地点", SESSION["place"]), ("主持", "区纪委书记　袁秉柏"), ("记录", "穆晏川")],
        "minutes": {
            "session": SESSION,
            "chair": "区纪委书记　袁秉柏",
            "sections": [
                {"title": "会议开始", "lines": ["应到 81 人，实到 79 人，超过应到人数的三分之二。"]},
                {
                    "title": "时彦亦　澜江市云澜区教育局党组书记",
                    "lines": ["第 1 问：食堂食材的单价公示了吗？", "答复：已经重新设计公示模板。"],
                },
            ],
            "writer": "穆晏川",
            "confirmation": "穆晏川整理，袁秉柏于 2026年12月23日 10:05 确认，此后未再改动。操作记录链第 4712 条，摘要 a778 0d49 fbc0 78a3 f1b0 2934 150c a0b0。",
        },
        "signs": ["主持人：", "记录人："],
    }


def follow_sheet():
    return {
        "document": {**DOCUMENT, "code": "GS-20261222"},
        "session": SESSION,
        "qr": segno.make("https://sz.example.gov.cn/live/f/k3Jq", error="m").svg_data_uri(scale=4),
        "address": "https://sz.example.gov.cn/live/f/k3JqAVzQbY5mT2mC9nUe0wYl1c4bGq6sR8tZpXh7D2o",
    }


def first_passwords():
    name, unit = ("买买提·艾力·阿卜杜热合曼", "澜江市云澜区退役军人事务局")
    return {
        "document": {
            "code": "MM-202611272003",
            "marking": "工作秘密",
            "producer": "澜江市云澜区纪委监委",
            "at": "11月27日 20:03",
        },
        "site": "https://shuze.example",
        "until": "11月28日 20:03",
        "slips": [
            {"name": name, "unit": unit, "username": f"maimaitiailiabudurehemanhehe{n}", "password": f"k3f9-xq7m-2hvd-t8{n}"}
            for n in range(10, 21)
        ],
    }


def exact_sheet():
    official = sheet()
    steps = [
        "区纪委委员：收回 26 票，有效 25 票，无效 0 票，弃权 1 票，计分 25 票",
        "区纪委委员：计分 25 票，去掉 1 个最高、1 个最低，其余合计 1988 ÷ 23 = 86.434782…",
        "加权：88 × 0.3 ＋ 86.434782… × 0.4 ＋ 86.5 × 0.3 ＝ 86.923913…",
        "四舍五入保留 2 位小数：86.92",
    ]
    exact = {
        "steps": steps,
        "occasions": [{"words": "加分 2 分", "fact": "2026年6月省级表彰", "document": "省纪通〔2026〕12号"}],
        "confirm": "计分方案 SCH-2026-01 第 1 版，输入摘要 9c41 7be0 52d8 a3f6，结果摘要 07aa 31c9 e5d0 48b2。",
    }
    return {"document": {**DOCUMENT, "code": "GC-2026-Q4-P016-01"}, "sheet": official | exact}


PAPERS = {
    "exact_sheet": exact_sheet,
    "first_passwords": first_passwords,
    "follow_sheet": follow_sheet,
    "minutes": minutes,
    "result_sheet": result_sheet,
    "result_table": result_table,
    "count_sheet": count_sheet,
    "count_slip": count_slip,
    "handbook": handbook,
    "meeting_notice": meeting_notice,
    "rehearsal_script": rehearsal_script,
    "emergency_card": emergency_card,
    "poster": poster,
    "paper_ballot": paper_ballot,
    "void_record": void_record,
    "ending_record": ending_record,
    "session_file": session_file,
    "opinion_form": opinion_form,
    "review_report": review_report,
}

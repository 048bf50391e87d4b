"""What the fictional officials wrote, answered and promised. Numbers are drawn from the official's code, so they never change."""

import random
import zlib

from desk.management.demo.district import data

ITEMS = {
    "A1": (
        "一年来，{unit}党组织把学习贯彻党中央决策部署和区委工作要求列为会议第一议题，全年学习{a}次，研究贯彻措施{b}项，"
        "逐项明确牵头领导和完成时间。区委、区政府交办的{c}项重点任务已完成{d}项，其余{e}项正在推进，没有完成的主要原因是前期论证时间偏长、"
        "跨部门协调不够主动。对未完成事项，本人已带队到区直有关部门对接两次，倒排了时间表，明确由分管负责同志每周调度，年底前全部见到结果，"
        "并在班子会议上逐件报告进展。"
    ),
    "A2": (
        "严格执行重大事项请示报告制度，全年向区委、区政府书面请示报告{b}件，其中涉及大额资金安排{e}件、机构和人员事项{e}件，没有先斩后奏、"
        "边斩边奏的情况。班子成员外出、操办婚丧事宜均按规定事前报备。对一件群众来信反映的工作纪律问题，本人第一时间组织核实并书面报告结果，"
        "没有拖延，也没有代替纪检机构下结论。落实个人有关事项报告要求，抽查比对结果一致。"
    ),
    "A3": (
        "组织理论学习中心组学习{c}次，本人领学{e}次，到基层讲党课{e}次。对机关网站、公众号和业务工作群实行先审后发，指定专人值守，"
        "全年审核信息{g}条，退回修改{b}条。对新入职人员逐人开展保密和网络行为谈话，发现转发不实信息{e}起，当天提醒并要求删除，"
        "没有造成不良影响。意识形态工作在年中和年底各分析研判一次。"
    ),
    "B1": (
        "对照责任清单，本人作为第一责任人主持专题研究全面从严治党工作{e}次，分别解决了{issue}、关键岗位多年不轮岗、下属单位监督缺位等具体问题。"
        "年初与班子成员签订责任书，逐人交底；年中听取班子成员履行“一岗双责”情况汇报，对履责记录不完整的{e}名同志当面提醒并限期补正。"
        "开展谈心谈话{c}人次，提醒谈话{e}人次。对重要工作亲自部署、重大问题亲自过问、重点环节亲自协调、重要案件亲自督办，年内督办{e}件均有结果。"
        "不足之处是对下属单位的压力传导层层递减，个别股室负责人对分管领域的廉政风险说不清、抓不住。"
    ),
    "B2": (
        "梳理权力事项{g}项，排查廉政风险点{c}个，其中高风险{e}个，主要集中在资金拨付、项目评审和物资采购环节。针对“{issue}”的反映，"
        "已修订内控制度{e}项，把经办、审核、批准三个环节分开，超过限额的一律集体研究并如实记录不同意见。主动接受派驻机构监督，"
        "提前{e}天送交会议议题，邀请列席{c}次，对提出的{b}条意见全部反馈。支持纪检监察干部专职专责，没有安排其参与与监督无关的工作。"
    ),
    "B3": (
        "围绕群众身边不正之风开展自查，发现问题{c}个，已整改{d}个，未完成的{e}个均因需要与上级部门衔接政策口径，已书面说明并明确完成时间。"
        "上一年度巡察反馈问题整改率达到九成以上，剩余事项由本人直接包抓。组织明察暗访{e}次，走访服务对象{g}人，办结群众诉求{g}件。"
        "针对整改重文字轻实效的倾向，要求每一件整改都附现场照片和群众评价，由机关纪委随机抽取复核，复核不通过的一律退回重做，不走过场。"
    ),
    "C1": (
        "全年公务接待{c}批次{g}人次，全部有公函、有清单、有审批，费用比上年下降。公务用车{e}辆，派车单逐次登记里程和事由，"
        "自查发现填写不完整{e}张，已补正并对驾驶员作了提醒。本人办公用房面积符合标准，没有超标占用，也没有在下属单位另设办公室。"
        "元旦、春节、中秋等节点前均开展提醒和抽查，没有发现违规发放津补贴和收送礼品问题。"
    ),
    "C2": (
        "本人按规定如实报告个人有关事项，没有插手工程项目、物资采购和人事安排。配偶、子女没有在本人管理服务范围内经商办企业。"
        "对身边工作人员约法三章，不准打招呼、不准代收材料、不准参加服务对象宴请，年内集体谈话{e}次。家庭成员参加单位组织的家风座谈一次。"
        "本人承诺继续自觉接受组织和群众监督，有问题愿意说明。"
    ),
    "C3": (
        "全年下基层调研{c}次，召开服务对象座谈会{e}次，收到意见{b}条，已答复{b}条。对照群众期盼，主要存在三个方面的问题：一是{issue}；"
        "二是窗口一次告知不够清楚，群众为同一事项往返较多；三是对基层的业务指导多、实地帮助少。针对上述问题，制定整改措施{c}条，"
        "逐条明确责任人、完成时限和可以检验的成果，具体见后附问题与措施表。作风建设方面，开展窗口服务明查{e}次，处理服务态度投诉{e}件，"
        "均向投诉人反馈并听取评价。下一步将把办结率和满意率按季度公布，接受群众监督。"
    ),
}  # fmt: skip
COMMON = [
    ("窗口一次告知不清楚，群众为同一事项往返较多", "编印办事指南和材料样本，窗口设专人辅导", "办公室、服务窗口", "办事指南上墙，抽查十件一次办结"),
    ("对基层业务指导多、实地帮助少", "班子成员每人联系一个基层单位，每季度蹲点一次", "班子成员", "蹲点记录和解决问题清单"),
    ("关键岗位轮岗没有形成制度", "制定三年轮岗计划，年内先轮岗两个岗位", "人事股", "轮岗文件和交接记录"),
]  # fmt: skip


def drawn(code):
    """Numbers of one official. They add up: of `c` matters `d` are done and `e` are left, and two kinds of `e` fit into `b`."""
    rng = random.Random(zlib.crc32(code.encode()))  # noqa: S311, nothing secret
    c, e = rng.randint(9, 14), rng.randint(2, 4)
    return {"a": rng.randint(18, 26), "b": rng.randint(8, 12), "c": c, "d": c - e, "e": e, "g": rng.randint(32, 86)}


DEPUTIES = {"局": "副局长", "镇": "副镇长", "街道": "办事处副主任", "公司": "副总经理"}


def colleagues(official, n):
    """[(name, unit and post)] of others who lead the official's unit: drawn from the code, so they never change."""
    taken = {
        person["name"]
        for kind in ("officials", "district_leaders", "committee_members", "representatives")
        for person in data()[kind]
    }
    people = [person["name"] for person in data()["officials"]]
    first, given = sorted({name[0] for name in people}), sorted({sign for name in people for sign in name[1:]})
    rng = random.Random(zlib.crc32(official.code.encode()))  # noqa: S311, nothing secret
    unit = official.unit
    post = next((deputy for ending, deputy in DEPUTIES.items() if unit.name.endswith(ending)), "副主任")
    names = []
    while len(names) < n:
        name = rng.choice(first) + "".join(rng.sample(given, 2))
        if name not in taken and name not in names:
            names.append(name)
    return [(name, f"{unit.short_name}{post}") for name in names]


def of(code, key):
    return [row for row in data()[key] if row["official_code"] == code]


def report(subject, *, due_on, items=None, thin=False):
    """The content of a report. `thin`: the way it was written at first, with problems that name nothing."""
    code = subject.official.code
    known = of(code, "rectification_items") or of(code, "opinions")
    issue = known[0].get("issue") or known[0]["text"].split("，")[0] if known else COMMON[0][0].split("，")[0]
    words = {"unit": subject.official.unit.short_name, "issue": issue, **drawn(code)}
    written = {name: text.format(**words) for name, text in ITEMS.items() if items is None or name in items}
    return {"items": written, "problems": problems(code, due_on, thin=thin)}


def problems(code, due_on, *, thin):
    own = [
        (
            row["issue"],
            row["measures"],
            row["responsible"],
            f"{row['evidence'][0] if row['evidence'] else '整改报告'}，经核验属实",
        )
        for row in of(code, "rectification_items")
    ]
    lines = (own + COMMON)[:4] if len(own) > 1 else (own + COMMON)[:3]
    if thin:
        lines = [(problem, "进一步加强学习，提高认识", "班子", "有明显提升") for problem, *_ in lines]
    return [
        {"problem": p, "measure": m, "owner": o, "due_on": due_on.isoformat(), "outcome": outcome} for p, m, o, outcome in lines
    ]


ANSWERS = [
    "正面回答。承认{issue}，原因是制度没有跟上、检查流于形式；已明确由分管负责同志牵头，一个月内拿出办法。",
    "说明了程序和分工，列举了两个实例；对没有完成的部分说清了原因和时间，表示愿意接受监督。",
    "只谈了做法和成绩，没有回答原因和责任人；经主持人追问后仍未说清。",
]


def issues(code):
    return [row["issue"] for row in of(code, "rectification_items")] or [row["text"] for row in of(code, "opinions")]

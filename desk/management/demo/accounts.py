"""One account for each role, with one password made at set-up. Those with a hint are listed on the sign-in page."""

import secrets
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils.functional import cached_property
from django.utils.translation import gettext_noop

from officials.actions import create_account, grant_roles
from officials.models import LeadingMember, Official, Unit, User
from officials.roles import Role


@dataclass
class Person:
    """Somebody with an account. `official` and `leader` are codes of the own record, `unit` that of the unit one speaks for."""

    username: str
    name: str
    office: str
    roles: tuple
    hint: str = ""
    links: dict = field(default_factory=dict)


PEOPLE = [
    Person("muyanchuan", "穆晏川", "党风政风室", (Role.ORGANISER,), gettext_noop("看今天要办什么，推进一场会议")),
    Person("yuanbingbai", "袁秉柏", "区纪委书记", (Role.APPROVER,), gettext_noop("审批会议和意见汇总，签发提醒函，批准销号")),
    Person("feizechuan", "费泽川", "区纪委常委", (Role.MEMBER,), gettext_noop("看意见汇总，提出问题")),
    Person(
        "jiangjingzhou", "姜景舟", "区委常委、副区长", (Role.LEADER,), gettext_noop("点评分管单位"), {"leading_member": "L10"}
    ),
    Person("yushuyuan", "俞舒源", "区纪委委员", (Role.SCRUTINEER,), gettext_noop("持钥匙卡，开启和关闭投票")),
    Person("nisongyan", "倪松言", "案件审理室", (Role.TELLER,), gettext_noop("开箱计票，在计票单上签字")),
    Person("heyanlan", "和彦岚", "区交通运输局党组书记", (Role.SUBJECT,), gettext_noop("修改被退回的报告"), {"official": "P031"}),
    Person(
        "qiyanyu",
        "齐砚屿",
        "区林业局党组书记、局长",
        (Role.SUBJECT,),
        gettext_noop("看自己的结果，按提醒函整改"),
        {"official": "P049"},
    ),
    Person("xueyihe", "薛翊和", "区交通运输局", (Role.LIAISON,), gettext_noop("签收提醒函，上传整改佐证"), {"unit": "U025"}),
    Person("yintongshi", "尹桐石", "监督检查二室", (Role.VERIFIER,), gettext_noop("核验整改佐证")),
    Person("linqinghe", "蔺清禾", "信访室", (Role.PETITION_CLERK,), gettext_noop("登记转送件，内容只有信访室能看到")),
    Person("peishouchuan", "裴守川", "办公室", (Role.ARCHIVIST,), gettext_noop("按届次查阅会议文书")),
    Person("sysadmin", "系统管理员", "信息中心", (Role.SYSADMIN,), gettext_noop("建立、停用账号")),
    Person("secadmin", "安全管理员", "信息中心", (Role.SECADMIN,), gettext_noop("给账号授权，发放和重设密码")),
    Person("auditadmin", "审计管理员", "机关纪委", (Role.AUDITADMIN,), gettext_noop("看审计记录是否完整")),
    # The second pair of eyes that the process asks for; listed where a first visitor needs it.
    Person("shaomingshu", "邵明疏", "党风政风室", (Role.ORGANISER,), gettext_noop("核别人拟的函稿")),
    Person("qianzexiu", "钱泽岫", "区纪委副书记", (Role.APPROVER,), gettext_noop("签发、审批另一位领导经手的")),
    Person("yulangshi", "于朗石", "区纪委委员", (Role.MEMBER,)),
    Person("xiaqishan", "夏岐山", "监督检查三室", (Role.VERIFIER,)),
    Person("fanzeran", "范泽然", "区委常委、宣传部部长", (Role.LEADER,), "", {"leading_member": "L07"}),
]
RECORDS = {"official": Official, "unit": Unit, "leading_member": LeadingMember}


class Cast:
    """The accounts by role: `cast.clerk`, `cast.approver` …; `cast("P049")` is the account that acts for an official."""

    def __init__(self):
        self.users = {user.username: user for user in User.objects.all()}

    def __getattr__(self, name):
        try:
            return self.users[NAMED[name]]
        except KeyError:
            raise AttributeError(name) from None

    @cached_property
    def answering(self):
        return {user.official.code: user for user in User.objects.exclude(official=None).select_related("official")}

    def __call__(self, code):
        """Who writes for this official; officials without an account of their own have one made, without a listing."""
        if code not in self.answering:
            official = Official.objects.get(code=code)
            self.answering[code] = make(
                Person(code.lower(), official.name, official.post, (Role.SUBJECT,), "", {"official": code})
            )
        return self.answering[code]


NAMED = {
    "clerk": "muyanchuan",
    "second_clerk": "shaomingshu",
    "approver": "yuanbingbai",
    "second_approver": "qianzexiu",
    "member": "feizechuan",
    "second_member": "yulangshi",
    "leader": "jiangjingzhou",
    "scrutineer": "yushuyuan",
    "teller": "nisongyan",
    "verifier": "yintongshi",
    "second_verifier": "xiaqishan",
    "petition_clerk": "linqinghe",
    "liaison": "xueyihe",
}


def load():
    for order, person in enumerate(PEOPLE, 1):
        make(person, order=order)
    User.objects.update(password=make_password(password()))  # hashed once: it takes a third of a second
    return Cast()


def make(person, *, order=0):
    """An account without a password of its own."""
    links = {name: RECORDS[name].objects.get(code=code) for name, code in person.links.items()}
    if official := links.get("official"):
        links["unit"] = official.unit
    user = create_account(
        username=person.username, name=person.name, password=None, by=None, office=person.office, demo_hint=person.hint,
        demo_order=order, **links,
    )  # fmt: skip
    grant_roles(user, person.roles, by=None)
    return User.objects.get(pk=user.pk)


def password():
    """The one password of all of them, made at set-up in a file only its owner reads."""
    path = settings.VAR / "demo-password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text("-".join(secrets.token_hex(2) for _ in range(4)))
    return path.read_text().strip()

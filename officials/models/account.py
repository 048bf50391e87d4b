import datetime as dt
import uuid

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.errors import LONGEST
from core.two_persons import TwoPersonQuerySet, TwoPersonStep
from officials.models.official import Official
from officials.roles import ADMINISTRATORS, Role


class UserManager(BaseUserManager):
    def get_by_natural_key(self, username):
        return self.get(username__iexact=username)

    def with_role(self, *roles):
        """Active accounts that hold one of the roles."""
        return self.filter(is_active=True, grants__role__in=roles).distinct()

    def awaiting_password(self):
        """Active accounts whose person has not yet chosen a password. Those on which two administrators are at work are left out."""
        none = models.Q(password__startswith=UNUSABLE_PASSWORD_PREFIX) | models.Q(first_password_until__isnull=False)
        administrators = models.Q(grants__role__in=ADMINISTRATORS) | models.Q(steps__confirmed_at=None, steps__isnull=False)
        return self.filter(none, is_active=True).exclude(pk__in=self.filter(administrators).values("pk"))

    def unused(self, since):
        """Active accounts that nobody has entered, enabled or given a password since; without a password none can be entered."""
        entered = models.Q(last_login__gt=since) | models.Q(enabled_at__gt=since) | models.Q(password_at__gt=since)
        return self.filter(is_active=True).exclude(entered).exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)

    def locked_out(self, *, now):
        """The names, as they were typed at the door, that take no password for now: too many were wrong (S2)."""
        since = now - dt.timedelta(hours=settings.AXES_COOLOFF_TIME)
        attempts = AccessAttempt.objects.filter(attempt_time__gte=since).values("username")
        wrong = attempts.annotate(wrong=models.Sum("failures_since_start")).filter(wrong__gte=settings.AXES_FAILURE_LIMIT)
        return set(wrong.values_list("username", flat=True))


class User(AbstractBaseUser):
    """An account of one person. There is no superuser; what an account may do follows from its roles."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = models.CharField(
        _("账号"), max_length=60, unique=True, error_messages={"unique": _("这个账号已经有人使用，请换一个")}
    )
    name = models.CharField(_("姓名"), max_length=40)
    office = models.CharField(_("科室、职务"), max_length=100, blank=True)
    email = models.EmailField(_("邮箱"), blank=True)
    is_active = models.BooleanField(_("启用"), default=True)
    unit = models.ForeignKey("officials.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("单位"))
    official = models.ForeignKey(
        "officials.Official", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("本人的干部记录")
    )
    leading_member = models.ForeignKey(
        "officials.LeadingMember", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("本人的区领导记录")
    )

    first_password_until = models.DateTimeField(_("初始密码有效至"), null=True, editable=False)  # None: the own choice
    second_factor_since = models.DateTimeField(_("动态验证码设置于"), null=True, editable=False)  # None: not yet
    enabled_at = models.DateTimeField(default=timezone.now, editable=False)  # made, or enabled again
    suspended_at = models.DateTimeField(null=True, editable=False)  # disabled by the clock, which nobody had asked for
    password_at = models.DateTimeField(null=True, editable=False)  # when the present one was set; None: there is none
    session_salt = models.CharField(max_length=16, blank=True, editable=False)  # another one ends all sessions
    demo_hint = models.CharField(_("演示说明"), max_length=100, blank=True, help_text=_("不空的账号在演示模式的登录页列出"))
    demo_order = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["username"]
        verbose_name = _("账号")
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="username_once_in_any_case",
                violation_error_message=_("这个账号已经有人使用，请换一个"),
            ),
            models.UniqueConstraint(
                fields=["official"],
                condition=models.Q(official__isnull=False),
                name="one_account_for_an_official",
                violation_error_message=_("这名干部已经有账号：一人一号"),
            ),
            models.UniqueConstraint(
                fields=["leading_member"],
                condition=models.Q(leading_member__isnull=False),
                name="one_account_for_a_leading_member",
                violation_error_message=_("这名区领导已经有账号：一人一号"),
            ),
        ]

    def __str__(self):
        return self.name or self.username

    def get_session_auth_hash(self):
        """What every session of this account carries: it ends when the password, the second factor or the salt changes."""
        factor = self.second_factor_since.isoformat() if self.gives_code else ""
        carried = self.password + self.session_salt + factor
        return salted_hmac("officials.User.sessions", carried, algorithm="sha256").hexdigest()

    @cached_property
    def granted(self):
        """The roles given to the account, in force or, while it is disabled, not."""
        return frozenset(Role(role) for role in self.grants.values_list("role", flat=True))

    @cached_property
    def roles(self):
        return self.granted if self.is_active else frozenset()

    @property
    def must_change_password(self):
        """Whether the password was given by somebody else: nothing opens before it is changed (S6)."""
        return self.first_password_until is not None

    @property
    def gives_code(self):
        """Whether the password alone opens nothing: a code of the second factor is asked for after it (S1)."""
        return settings.SECOND_FACTOR and self.second_factor_since is not None

    @property
    def must_enrol(self):
        """Whether a second factor is missing: nothing opens before there is one (S1)."""
        return settings.SECOND_FACTOR and self.second_factor_since is None

    def has_old_password(self, at):
        """Whether the password was so old at that moment that it has to be changed (S5); never where the installation asks for none."""
        days = settings.PASSWORD_ROTATION_DAYS
        return bool(days and self.password_at and self.password_at + dt.timedelta(days=days) <= at)

    @property
    def fitting_role(self):
        """The one role that the register gives this person, by the record that the account names; None where it gives none or two."""
        official, leader, unit = self.official, self.leading_member, self.unit
        found = [
            role
            for role, fits in (
                (Role.SUBJECT, official and official.name == self.name and official.status == Official.Status.IN_OFFICE),
                (Role.LEADER, leader and leader.name == self.name and leader.status == Official.Status.IN_OFFICE),
                (Role.LIAISON, unit and unit.liaison_name == self.name),
            )
            if fits
        ]
        return found[0] if len(found) == 1 else None

    def has_role(self, *roles):
        """Whether the person holds one of the roles."""
        return not self.roles.isdisjoint(roles)


class RoleGrant(models.Model):
    """One role of one account, given by the security administrator."""

    user = models.ForeignKey(User, models.CASCADE, related_name="grants")
    role = models.CharField(_("身份"), max_length=20, choices=Role)

    class Meta:
        verbose_name = _("授权")
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="role_granted_once")]

    def __str__(self):
        return f"{self.user}: {self.get_role_display()}"


class AccountStep(TwoPersonStep):
    """What gives somebody the powers of an administrator, or takes them: other roles, another password, another
    second factor, an account disabled or enabled (S19)."""

    class Kind(models.TextChoices):
        ROLES = "ROLES", _("更改身份")
        PASSWORD = "PASSWORD", _("重设密码")
        FACTOR = "FACTOR", _("解除动态验证码")
        DISABLE = "DISABLE", _("停用账号")
        ENABLE = "ENABLE", _("启用账号")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(User, models.CASCADE, related_name="steps")
    kind = models.CharField(_("步骤"), max_length=10, choices=Kind)
    roles = models.JSONField(_("改为"), default=list)
    reason = models.CharField(_("理由"), max_length=LONGEST, blank=True)

    objects = TwoPersonQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        verbose_name = _("两人步骤")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind"], condition=models.Q(confirmed_at=None), name="one_open_step_for_an_account"
            ),
            models.CheckConstraint(condition=~models.Q(asked_by=models.F("confirmed_by")), name="two_persons_for_an_account"),
        ]

    def __str__(self):
        return gettext("%(step)s（%(name)s）") % {"step": self.get_kind_display(), "name": self.account}

    @property
    def matter(self):
        """What its notices are about."""
        return f"account-step:{self.pk}"

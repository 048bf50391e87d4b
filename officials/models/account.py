import uuid

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from officials.roles import Role


class UserManager(BaseUserManager):
    def get_by_natural_key(self, username):
        return self.get(username__iexact=username)

    def with_role(self, *roles):
        """Active accounts that hold one of the roles."""
        return self.filter(is_active=True, grants__role__in=roles).distinct()


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
            )
        ]

    def __str__(self):
        return self.name or self.username

    def get_session_auth_hash(self):
        """What every session of this account carries: it ends when the password or the salt changes."""
        return salted_hmac("officials.User.sessions", self.password + self.session_salt, algorithm="sha256").hexdigest()

    @cached_property
    def roles(self):
        return frozenset(Role(role) for role in self.grants.values_list("role", flat=True)) if self.is_active else frozenset()

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

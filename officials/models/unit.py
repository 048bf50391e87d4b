import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from officials.models.official import Official
from officials.roles import Role


class UnitQuerySet(models.QuerySet):
    def search(self, text):
        """Units whose name, short name or code contains `text`."""
        text = text.strip()
        if not text:
            return self
        return self.filter(models.Q(name__icontains=text) | models.Q(short_name__icontains=text) | models.Q(code__iexact=text))

    def answered_by(self, user):
        """The units this person answers for: as their official, while in office, or as their liaison."""
        own = models.Q(pk=None)
        if user.has_role(Role.SUBJECT) and user.official_id:
            own |= models.Q(pk__in=Official.objects.in_office().filter(pk=user.official_id).values("unit"))
        if user.has_role(Role.LIAISON) and user.unit_id:
            own |= models.Q(pk=user.unit_id)
        return self.filter(own)


class Unit(models.Model):
    """A unit (单位) of the district, in a tree of any depth (LC08)."""

    class Category(models.TextChoices):
        DEPARTMENT = "DEPARTMENT", _("区直部门")
        TOWN = "TOWN", _("镇办")
        SOE = "SOE", _("国企")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("单位代码"), max_length=20, unique=True)
    name = models.CharField(_("单位名称"), max_length=100)
    short_name = models.CharField(_("简称"), max_length=40)
    category = models.CharField(_("类别"), max_length=20, choices=Category)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级单位"))
    sector = models.CharField(_("系统"), max_length=40, blank=True)
    leading_member = models.ForeignKey(
        "officials.LeadingMember", models.SET_NULL, null=True, blank=True, related_name="units", verbose_name=_("分管区领导")
    )
    liaison_name = models.CharField(_("联络员"), max_length=40, blank=True)
    staff_count = models.PositiveIntegerField(_("人数"), null=True, blank=True)
    party_organisation = models.CharField(_("党组织"), max_length=60, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("单位")

    def __str__(self):
        return self.short_name or self.name

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from pypinyin import lazy_pinyin

from officials.rules.pinyin import initials


class OfficialQuerySet(models.QuerySet):
    def in_office(self):
        return self.filter(status=Official.Status.IN_OFFICE)

    def search(self, text):
        """Officials by name, code, unit, pinyin ("zhoujian") or its initials ("zjl")."""
        text = text.strip()
        if not text:
            return self
        letters = text.lower().replace(" ", "")
        return self.filter(
            models.Q(name__icontains=text)
            | models.Q(code__iexact=text)
            | models.Q(unit__name__icontains=text)
            | models.Q(unit__short_name__icontains=text)
            | models.Q(initials__startswith=letters)
            | models.Q(pinyin__startswith=letters)
        )


class Official(models.Model):
    """A principal official ("一把手") who answers to the commission once a term."""

    class Status(models.TextChoices):
        IN_OFFICE = "IN_OFFICE", _("在任")
        LEFT = "LEFT", _("离任")

    class Gender(models.TextChoices):
        MALE = "MALE", _("男")
        FEMALE = "FEMALE", _("女")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("人员代码"), max_length=20, unique=True)
    name = models.CharField(_("姓名"), max_length=40)
    pinyin = models.CharField(max_length=100, blank=True, editable=False, db_index=True)
    initials = models.CharField(max_length=20, blank=True, editable=False, db_index=True)
    gender = models.CharField(_("性别"), max_length=10, choices=Gender, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("出生年份"), null=True, blank=True)
    unit = models.ForeignKey("officials.Unit", models.PROTECT, related_name="officials", verbose_name=_("单位"))
    post = models.CharField(_("职务"), max_length=100)
    rank = models.CharField(_("职级"), max_length=20, blank=True)
    is_party_head = models.BooleanField(_("党组织主要负责人"), default=False)
    is_admin_head = models.BooleanField(_("行政主要负责人"), default=False)
    term_starts_on = models.DateField(_("任职时间"))
    term_ends_on = models.DateField(_("任期届满"))
    status = models.CharField(_("状态"), max_length=20, choices=Status, default=Status.IN_OFFICE)

    objects = OfficialQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("干部")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(term_ends_on__gt=models.F("term_starts_on")),
                name="official_term_ends_after_start",
                violation_error_message=_("任期届满须晚于任职时间"),
            )
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.index_name()
        super().save(*args, **kwargs)

    def index_name(self):
        """Fill the search keys from the name; bulk writes call this themselves."""
        self.pinyin = "".join(lazy_pinyin(self.name)).lower()[:100]
        self.initials = initials(self.name)[:20]

    @property
    def category(self):
        return self.unit.category

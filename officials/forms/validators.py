"""What Django asks before it takes a password: the settings name these classes, so every form and command obeys them (S4)."""

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator, UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from officials.forms.account import HELP, mixed
from officials.models import Unit
from officials.rules import password as rules


class GuessValidator(CommonPasswordValidator):
    """Length, common passwords, and words that everybody around the person knows."""

    def validate(self, password, user=None):
        reasons = rules.weaknesses(password, common=self.passwords, words=words_around(user))
        if reasons:
            raise ValidationError(reasons)

    def get_help_text(self):
        return HELP


class LikenessValidator(UserAttributeSimilarityValidator):
    """Account and name with a letter changed are no password either."""

    def get_error_message(self):
        return _("密码和您的“%(verbose_name)s”太像。请换一句与自己无关的话。")


class ComplexityValidator:
    """Several kinds of characters, where the installation asks for them (S5)."""

    def validate(self, password, user=None):
        if settings.PASSWORD_COMPLEXITY and (found := rules.kinds(password)) < rules.LEAST_KINDS:
            told = _("密码只用了 %(n)d 种字符，至少要 %(least)d 种：大写字母、小写字母、数字、其他（标点、汉字）。请补上。")
            raise ValidationError(told % {"n": found, "least": rules.LEAST_KINDS})

    def get_help_text(self):
        return mixed()


def words_around(user):
    """What others know of this person, the unit and the district."""
    of_person = [user.username, user.name] if user else []
    places = [*rules.parts_of_place(settings.DISTRICT), settings.COMMISSION]
    units = [name.lstrip("省市区县") for name in Unit.objects.values_list("short_name", flat=True)]
    return rules.known_words([*rules.OF_THE_HOUSE, *places, *units, *of_person])

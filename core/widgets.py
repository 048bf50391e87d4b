"""Form widgets that browsers know how to show, and fields made of them: `widgets={"due_on": DayInput}`."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

YEARS = (2000, 2099)  # no day of ours lies outside; one of the year 1 or 9999 has no day before or after it


class DayInput(forms.DateInput):
    """A day, picked in the browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


def of_our_years(moment):
    """Refuses a day or a moment that nobody can mean."""
    if not YEARS[0] <= moment.year <= YEARS[1]:
        raise ValidationError(_("年份应在 %(first)d 至 %(last)d 之间") % {"first": YEARS[0], "last": YEARS[1]})


class DayField(forms.DateField):
    """A day of our years."""

    widget = DayInput
    default_validators = [of_our_years]

    def widget_attrs(self, widget):
        return {**super().widget_attrs(widget), "min": f"{YEARS[0]}-01-01", "max": f"{YEARS[1]}-12-31"}


class NameInput(forms.Textarea):
    """A name in a narrow column, shown whole on as many lines as it needs; pair with `NameField`."""

    def __init__(self, attrs=None):
        super().__init__({"rows": 2, **(attrs or {})})


class NameField(forms.CharField):
    """A name, kept on one line however it was typed."""

    widget = NameInput

    def to_python(self, value):
        return " ".join(super().to_python(value).split())


class FilesInput(forms.FileInput):
    """Several files at once; pair with `FilesField`."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """A list of uploads, each cleaned like a single one. All together fit into one request; drop.js says so before they are sent."""

    widget = FilesInput
    TOO_MUCH = format_lazy(
        gettext_lazy("一次选的文件合计不能超过 {most} MB，请分几次上传"), most=settings.UPLOAD_TOTAL // (1024 * 1024)
    )

    def widget_attrs(self, widget):
        return {**super().widget_attrs(widget), "data-most": settings.UPLOAD_TOTAL, "data-too-much": self.TOO_MUCH}

    def clean(self, data, initial=None):
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if not files:
            super().clean(None, initial)  # says so when a file is required
            return []
        if sum(file.size for file in files) > settings.UPLOAD_TOTAL:
            raise ValidationError(self.TOO_MUCH)
        return [super(FilesField, self).clean(file, initial) for file in files]

"""Form widgets that browsers know how to show: `widgets={"due_on": DayInput}`."""

from django import forms


class DayInput(forms.DateInput):
    """A day, picked in the browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    """An hour and a minute."""

    input_type = "time"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%H:%M")


class MomentInput(forms.DateTimeInput):
    """A day with an hour."""

    input_type = "datetime-local"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class FilesInput(forms.FileInput):
    """Several files at once; pair with `FilesField`."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """A list of uploads, each cleaned like a single one."""

    widget = FilesInput

    def clean(self, data, initial=None):
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if not files:
            super().clean(None, initial)  # says so when a file is required
            return []
        return [super(FilesField, self).clean(file, initial) for file in files]

"""What a bare button sends along. What does not fit is refused with a word on the page it came from, and put back there."""

from django import forms

PRESSED = [("1", "1")]


class RepeatReasonForm(forms.Form):
    reason = forms.CharField(required=False, max_length=200)


class RemoveForm(forms.Form):
    """How much the person was told would go with an official taken off the list."""

    losing = forms.IntegerField(required=False, min_value=0)


class MoveForm(forms.Form):
    """One of two buttons: up or down the list."""

    up = forms.ChoiceField(required=False, choices=PRESSED)
    down = forms.ChoiceField(required=False, choices=PRESSED)

    def clean(self):
        if bool(self.cleaned_data.get("up")) == bool(self.cleaned_data.get("down")):
            raise forms.ValidationError("one of two")
        return self.cleaned_data


class NoteForm(forms.Form):
    """Note a matter as done, or take the note back."""

    undo = forms.ChoiceField(required=False, choices=PRESSED)


class WantForm(forms.Form):
    """A member wants a question asked, or no longer."""

    wanted = forms.ChoiceField(choices=[("1", "1"), ("0", "0")])


class MergeForm(forms.Form):
    """`stay`: pressed among the suggestions of the list, which one works through there."""

    into = forms.UUIDField()
    stay = forms.ChoiceField(required=False, choices=PRESSED)

from django.apps import AppConfig


class BallotsConfig(AppConfig):
    name = "ballots"
    verbose_name = "票箱"

    def ready(self):
        from ballots import checks  # noqa: F401  registers the system check

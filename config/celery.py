"""Celery is the clock: it wakes the sweeps. What waits to be done stands in database rows."""

import os

from celery import Celery
from celery.schedules import crontab
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

TRANSPORT_ALIASES["filesystem"] = "config.broker:Transport"

app = Celery("shuze")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "drop-expired-steps": {"task": "scoring.tasks.drop_expired_steps", "schedule": 60.0},
    "make-waiting-papers": {"task": "scoring.tasks.make_waiting_papers", "schedule": 60.0},
    "drop-expired-account-steps": {"task": "desk.tasks.drop_expired_steps", "schedule": 60.0},
    "deliver-waiting-notices": {"task": "notices.tasks.deliver_waiting", "schedule": 60.0},
    "sweep-rectification-deadlines": {"task": "rectification.tasks.sweep_deadlines", "schedule": crontab(minute=5)},
    "clear-sessions": {"task": "officials.tasks.clear_sessions", "schedule": crontab(hour=3, minute=40)},
    "drop-unconfirmed-registers": {"task": "officials.tasks.drop_unconfirmed_registers", "schedule": crontab(hour=3, minute=50)},
    "suspend-unused-accounts": {"task": "desk.tasks.suspend_unused_accounts", "schedule": crontab(hour=4, minute=0)},
    "send-audit-head": {"task": "desk.tasks.send_audit_head", "schedule": crontab(hour=7, minute=30)},
    "sweep-preparation-dates": {"task": "reviews.tasks.sweep_preparation", "schedule": crontab(minute=10)},
}

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from officials import actions


@shared_task
def clear_sessions():
    """Runs every night: rows of ended sign-ins go, and with them words that nobody came back for."""
    SessionStore.clear_expired()


@shared_task
def drop_unconfirmed_registers():
    """Runs every night. Safe to miss a run; a second run finds nothing left to remove."""
    actions.drop_unconfirmed(now=timezone.now())

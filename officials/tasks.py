from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore


@shared_task
def clear_sessions():
    """Runs every night: rows of ended sign-ins go, and with them words that nobody came back for."""
    SessionStore.clear_expired()

"""The booth as a WSGI application: `gunicorn -c config/booth_gunicorn.py config.booth_wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "config.booth"  # never the main site's settings, whatever the environment says

application = get_wsgi_application()

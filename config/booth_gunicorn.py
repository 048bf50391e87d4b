"""How gunicorn serves the booth; the address comes from the command line (`--bind`)."""

wsgi_app = "config.booth_wsgi"
worker_class = "gthread"
workers = 1  # so that the turnout has one rhythm; threads wait for the disk, and 200 tablets are few
threads = 16
preload_app = True  # a fault at start-up is seen at once
accesslog = None
errorlog = "-"
logger_class = "ballots.silence.GunicornLogger"
control_socket_disable = True

# One image for web, worker, beat and booth. What is only needed to build stays in stages of its own.

FROM node:22-bookworm-slim AS client
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-progress
COPY static/ballot static/ballot
RUN node static/ballot/build.mjs

FROM python:3.11-slim-bookworm AS packages
COPY requirements.txt /
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r /requirements.txt

FROM python:3.11-slim-bookworm AS fonts
COPY scripts/install-fonts /app/scripts/install-fonts
RUN apt-get update && SHUZE_VAR=/app/var /app/scripts/install-fonts

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install --no-install-recommends -y \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk fonts-lxgw-wenkai \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 shuze \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin shuze \
    && install -d -o 10001 -g 10001 -m 0700 /var/lib/shuze /var/lib/shuze/receipt-keys
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 SHUZE_VAR=/var/lib/shuze HOME=/tmp
WORKDIR /app
COPY --from=packages /venv /venv
COPY --from=fonts /app/var/fonts var/fonts
COPY . .
COPY --from=client /app/static/build static/build
RUN python scripts/translations compile \
    && SHUZE_VAR=/tmp/build SECRET_KEY=only-to-collect python manage.py collectstatic --noinput \
    && rm -rf /tmp/build \
    && python -m compileall -q . /venv
USER 10001:10001
EXPOSE 8000 8001

# One image for web, worker, beat and the preparation of the database. The command decides which it is.
# docker-compose.yml shows how they work together, docs/operations.md how to run them.

ARG PYTHON=python:3.11-slim-bookworm
ARG NODE=node:22-bookworm-slim

# --- The design system ------------------------------------------------------------------------------------
FROM ${NODE} AS design
WORKDIR /app
COPY .npmrc package.json package-lock.json ./
RUN npm ci --omit=dev --loglevel=error

# --- Packages, static files and translations --------------------------------------------------------------
FROM ${PYTHON} AS build
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends gettext \
    && rm -rf /var/lib/apt/lists/*
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
WORKDIR /app
COPY requirements.lock ./
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY --from=design /app/node_modules/@uswds/uswds/dist node_modules/@uswds/uswds/dist
COPY . .
# The test settings need no secret. These commands use no database.
RUN DJANGO_SETTINGS_MODULE=portal.settings.test DATABASE_URL=postgres://nobody@localhost/none \
    python manage.py collectstatic --no-input --verbosity 0 \
    && DJANGO_SETTINGS_MODULE=portal.settings.test DATABASE_URL=postgres://nobody@localhost/none \
    python manage.py compilemessages --verbosity 0 \
    && rm -rf node_modules package.json package-lock.json .npmrc requirements.lock \
    && python -m compileall -q .

# --- What runs --------------------------------------------------------------------------------------------
FROM ${PYTHON}
RUN groupadd --gid 10001 portal \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin portal
COPY --from=build /opt/venv /opt/venv
# Owned by root and read only: the portal writes only to /tmp.
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=portal.settings.production \
    BIND=0.0.0.0:8000
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-I", "portal/check_web.py"]
CMD ["python", "-m", "gunicorn", "--config", "python:portal.gunicorn_conf", "portal.wsgi:application"]

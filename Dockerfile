# The product in one image: no Node, no compiler, not root.
#   docker build -t widget-server . && docker run -p 8000:8000 -v widget-data:/data widget-server
FROM python:3.11-slim AS build
WORKDIR /src
COPY requirements.txt pyproject.toml README.md LICENSE ./
RUN python -m venv /app && /app/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY widget_server ./widget_server
COPY experiments ./experiments
COPY static ./static
COPY templates ./templates
COPY config ./config
RUN /app/bin/pip install --no-cache-dir --no-deps .

FROM python:3.11-slim
RUN useradd --system --uid 10001 --create-home --home-dir /data widget
COPY --from=build /app /app
USER widget
WORKDIR /data
ENV PATH=/app/bin:$PATH WIDGET_HOST=0.0.0.0 WIDGET_DATA_DIR=/data PYTHONUNBUFFERED=1
EXPOSE 8000
VOLUME /data
HEALTHCHECK --interval=30s --timeout=3s --start-period=15s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["widget-server", "run"]

# Debian, not Alpine: Temporal's native core is built against glibc. The whole image here, for its CA certificates; the slim one has none.
FROM node:24-trixie AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
RUN npm run build && npm prune --omit=dev --ignore-scripts
# The native core comes for five platforms, 138 MB: one is enough.
RUN find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -r {} +

FROM node:24-trixie-slim
LABEL org.opencontainers.image.title="drawbridge" \
      org.opencontainers.image.description="Durable lifecycle for AWS Gateway Load Balancer appliances, on Temporal: into service and out again without losing flows." \
      org.opencontainers.image.licenses="MIT"
WORKDIR /app
# Keeps glibc's heaps and V8's small beside the appliance.
ENV NODE_ENV=production \
    MALLOC_ARENA_MAX=1 \
    MALLOC_TRIM_THRESHOLD_=131072 \
    MALLOC_MMAP_THRESHOLD_=131072 \
    NODE_OPTIONS=--max-semi-space-size=1
# By these the native core knows a Temporal that has TLS; AWS is known by those in Node itself.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
# It writes nothing but what --receipt-file and --controller-config name: run it with a read-only root.
USER node
# An agent's: it answers. 503 is no illness, it says so while it drains, and whoever restarts what is not healthy would cut the drain
# short. A worker has no health endpoint: there, `--no-healthcheck`.
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.DRAWBRIDGE_HEALTH_PORT || 8080}/health`).then(() => process.exit(0), () => process.exit(1))"]
# In exec form, so that the agent itself gets the signals.
ENTRYPOINT ["node", "/app/dist/cli/main.js"]
CMD ["agent"]

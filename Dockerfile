# Debian, not Alpine: Temporal's native core is built against glibc.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY types types
COPY src src
RUN npm run build && npm prune --omit=dev --ignore-scripts
# The native core comes for five platforms, 138 MB: one is enough.
RUN find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -r {} +

FROM node:24-bookworm-slim
LABEL org.opencontainers.image.title="drawbridge" \
      org.opencontainers.image.description="Brings AWS Gateway Load Balancer appliances into service and takes them out without losing flows, on Temporal." \
      org.opencontainers.image.licenses="MIT"
WORKDIR /app
# Halves what glibc's heaps grow to beside the appliance.
ENV NODE_ENV=production \
    MALLOC_ARENA_MAX=1 \
    MALLOC_TRIM_THRESHOLD_=131072 \
    MALLOC_MMAP_THRESHOLD_=131072
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
# It writes nothing but what --receipt-file and --controller-config name: run it with a read-only root.
USER node
# An agent's. A worker has no health endpoint: there, `--no-healthcheck`.
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.DRAWBRIDGE_HEALTH_PORT || 8080}/health`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# In exec form, so that the agent itself gets the signals.
ENTRYPOINT ["node", "/app/dist/cli/main.js"]
CMD ["agent"]

# Two uses: the console (last stage), and, as `--target build`, everything that compose.yaml's generator needs.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build

FROM node:24-bookworm-slim
WORKDIR /app
# It listens beyond the container only if told to: -e HOSTNAME=0.0.0.0, and listen.allowed_hosts in the configuration.
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 HOSTNAME=127.0.0.1 PORT=3000
# Owned by root, run by another: the program cannot change itself, and works with a read-only root file system.
COPY --from=build /app/.next/standalone ./
COPY --from=build /app/LICENSE ./
USER node
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=4s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/api/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "server.js"]

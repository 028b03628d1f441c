# syntax=docker/dockerfile:1
# The chat server with its offline model, as a user without rights on a file system that it cannot write, but for /data.
#
#   docker build -t aftersale .
#   docker run -d --name chat --read-only --cap-drop ALL --security-opt no-new-privileges --tmpfs /tmp \
#     -v aftersale-data:/data -v "$PWD/shop.json:/etc/aftersale/shop.json:ro" --env-file chat.env \
#     --stop-timeout 30 -p 127.0.0.1:8787:8787 aftersale

FROM node:20-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 make g++ \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY embeddings/stubs embeddings/stubs
# Node's headers are in the image; the runtime's own install script would only fetch files for graphics cards.
RUN npm_config_nodedir=/usr/local ONNXRUNTIME_NODE_INSTALL=skip ONNXRUNTIME_NODE_INSTALL_CUDA=skip \
    npm ci --omit=dev --no-audit --no-fund
COPY LICENSE README.md tsconfig.json ./
COPY server server
COPY embeddings embeddings
COPY widget widget
COPY studio studio
COPY sandbox sandbox
COPY policies policies
COPY rules rules
# Whole seconds survive the copy into the next stage: what was compiled is known by the times of its sources.
RUN find . -path ./node_modules -prune -o -exec touch -d @1700000000 {} + \
 && node server/aftersale.mjs build \
 && node server/aftersale.mjs check \
 && rm -rf node_modules/onnxruntime-node/bin/*/darwin node_modules/onnxruntime-node/bin/*/win32 \
 && find node_modules/onnxruntime-node/bin -mindepth 3 -maxdepth 3 -type d \
      ! -name "$(node -p process.arch)" -exec rm -rf {} + \
 && rm -rf node_modules/better-sqlite3/deps node_modules/better-sqlite3/build/Release/obj* \
      node_modules/hnswlib-node/build/Release/obj.target

FROM node:20-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8787 AFTERSALE_DATA=/data AFTERSALE_METRICS_PORT=9464
WORKDIR /app
COPY --from=build /app /app
RUN install -d -o node -g node -m 700 /data
USER 1000:1000
VOLUME /data
EXPOSE 8787
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+process.env.PORT+'/healthz').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
ENTRYPOINT ["node", "server/aftersale.mjs"]
CMD ["serve", "--shop", "/etc/aftersale/shop.json"]

# The images of Hosted Evals; docs/deploy/compose.md says how they are built and run.
#   platform   web, worker and the operator's commands: the command of the container chooses
#   runner     what a pod or a node of a cluster needs for attempts

# Both are of the same Debian (12 or newer); NODE has Node and npm below /usr/local.
ARG BASE=docker.io/library/debian:bookworm-slim
ARG NODE=docker.io/library/node:22-bookworm-slim

FROM ${NODE} AS node

FROM ${BASE} AS system
# python3-venv, since environments of verifiers versions that are not in the image are made by the worker; tini, since somebody has to wait for orphans.
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
      bubblewrap ca-certificates libstdc++6 python3 python3-venv tini \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/cache/ldconfig/aux-cache /var/log/apt /var/log/*.log \
 && groupadd --gid 65532 evals \
 && useradd --uid 65532 --gid 65532 --home-dir /data --no-create-home --shell /usr/sbin/nologin evals \
 && install --directory --owner=65532 --group=65532 --mode=0700 /data \
 && rm -f /etc/*-
WORKDIR /opt/hosted-evals

FROM system AS tools
COPY --from=node /usr/local /usr/local
# Lists of packages and compiled Python carry no time of this build. Python need not compare what it compiled: nothing changes in an image.
ARG SOURCE_DATE_EPOCH=0
ENV SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH} PYC_INVALIDATION_MODE=UNCHECKED_HASH PYTHONHASHSEED=0

FROM tools AS python
COPY package.json ./
COPY scripts/image.mjs scripts/
COPY scripts/lib scripts/lib
COPY backend/base/process-lock.mjs backend/base/
COPY runner/constraints.txt runner/requirements.txt runner/
RUN node scripts/image.mjs python

FROM tools AS build
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund
COPY next.config.js postcss.config.mjs proxy.ts instrumentation.ts instrumentation-node.ts tsconfig.json ./
COPY public public
COPY contract contract
COPY lib lib
COPY components components
COPY app app
COPY backend backend
COPY scripts/image.mjs scripts/
COPY scripts/lib scripts/lib
RUN node scripts/image.mjs build
RUN node scripts/image.mjs packages

FROM system AS runner
COPY --from=python /opt/hosted-evals/python python
COPY --from=python /opt/hosted-evals/sbom sbom
COPY runner runner
USER 65532:65532

FROM runner AS platform
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=build /opt/hosted-evals/node_modules node_modules
COPY --from=build /opt/hosted-evals/sbom sbom
COPY --from=build /opt/hosted-evals/package.json /opt/hosted-evals/next.config.js ./
COPY --from=build /opt/hosted-evals/.next .next
COPY --from=build /opt/hosted-evals/dist dist
COPY LICENSE ./
COPY public public
COPY lib/content-policy.mjs lib/
COPY backend/base/process-lock.mjs backend/base/
COPY backend/store/migrations backend/store/migrations
COPY scripts/container.mjs scripts/
COPY scripts/lib scripts/lib
COPY environments environments
COPY docs docs
# The image has no tunnel server and no local model: see docs/deploy/compose.md.
ENV HOST=0.0.0.0 DATA_DIR=/data FRPS=off LOCAL_MODEL=0 \
    PYTHON_BASE=/opt/hosted-evals/python/base/bin/python UV=/opt/hosted-evals/python/tools/bin/uv
VOLUME /data
EXPOSE 3000 3001
ENTRYPOINT ["tini", "--", "node", "--max-semi-space-size=64", "/opt/hosted-evals/scripts/container.mjs"]
CMD ["web"]

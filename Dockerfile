# syntax=docker/dockerfile:1
# A static binary in an empty image: no shell, no package manager, no root.
#
#   docker build --build-arg VERSION=v0.1.0 -t context-manager:0.1.0 .
#
# There is no HEALTHCHECK: nothing in the image could run it. Orchestrators ask
# /health/liveness and /health/readiness on port 8080.

FROM --platform=$BUILDPLATFORM golang:1.26.11 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
ARG VERSION=dev
ARG TARGETOS TARGETARCH
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=$VERSION" -o /out/context-manager ./cmd/context-manager

FROM scratch
LABEL org.opencontainers.image.title="Context Manager" \
      org.opencontainers.image.description="Workers that assemble the context for each call of a language model" \
      org.opencontainers.image.source="https://github.com/context-manager/context-manager" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /src/LICENSE /LICENSE
COPY --from=build /out/context-manager /context-manager
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/context-manager"]
CMD ["worker"]

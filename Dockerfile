# The API on port 8001 and the web page on port 8082, in one small image without a toolchain.
#
#   docker build -t image-cluster-ai-api .
#   docker run -p 8001:8001 -p 8082:8082 image-cluster-ai-api
#   docker run --rm -v "$PWD/photos:/photos:ro" image-cluster-ai-api cluster /photos
#
# deploy/prove.py runs these very instructions without a Docker daemon.
ARG DEBIAN_TAG=12.15-slim

FROM debian:${DEBIAN_TAG} AS build
WORKDIR /src

# The slow layer: compiler, libraries, inference engine and weights, pinned by SHA-256 where they
# are not Debian's. It depends on the lists of what to fetch alone, not on the sources.
COPY tools/ tools/
COPY models/ models/
RUN tools/setup.sh run

COPY CMakeLists.txt CMakePresets.json LICENSE ./
COPY cmake/ cmake/
COPY data/ data/
COPY web/ web/
COPY src/ src/
RUN cmake --preset release \
    && cmake --build --preset release \
    && cmake --install build/release --prefix /opt/image-cluster-ai --strip

FROM debian:${DEBIAN_TAG}
LABEL org.opencontainers.image.title="Image Cluster AI" \
      org.opencontainers.image.description="Many images in, meaningful groups out, each with a short description" \
      org.opencontainers.image.version="0.2.0" \
      org.opencontainers.image.licenses="Apache-2.0"

# Debian keeps one version of these per release, with its security fixes: that one is wanted.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        ca-certificates libcurl4 libgif7 libheif1 libjansson4 libjpeg62-turbo liblcms2-2 \
        libmicrohttpd12 libspng0 libsqlite3-0 libtiff6 libutf8proc2 libwebp7 libwebpdemux2 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --no-log-init --uid 10001 --user-group --home-dir /nonexistent \
        --shell /usr/sbin/nologin image-cluster-ai \
    && install -d -o image-cluster-ai -g image-cluster-ai /var/cache/image-cluster-ai

COPY --from=build /opt/image-cluster-ai/ /usr/local/

# Compiled models are kept in the cache, if it can be written to. They are not part of the image,
# because they suit one kind of processor and one number of threads only.
ENV ICA_LISTEN=0.0.0.0 \
    ICA_CACHE_DIR=/var/cache/image-cluster-ai
USER 10001:10001
EXPOSE 8001 8082
HEALTHCHECK --interval=10s --timeout=6s --start-period=10s CMD ["image-cluster-ai", "health"]
ENTRYPOINT ["image-cluster-ai"]
CMD ["serve"]

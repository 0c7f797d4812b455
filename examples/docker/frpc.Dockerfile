# frpc that brings its own agent: docker build -f examples/docker/frpc.Dockerfile -t frpc-otel:0.1.0 .
FROM fatedier/frpc:v0.71.0 AS frpc

FROM frp-otel:0.1.0
COPY --from=frpc /usr/bin/frpc /usr/bin/frpc
ENTRYPOINT ["frp-otel", "exec", "--state-directory", "/var/lib/frp-otel", "--", "frpc"]
CMD ["-c", "/etc/frp/frpc.toml"]

// Written by `node tools/conventions.mjs` from src/telemetry/catalogue: change it there.

/** 1 while frp runs and answers; 0 when it is gone, stopped, or its API has ceased to answer. A gauge, in `{process}`. */
export const METRIC_FRP_PROCESS_UP = 'frp.process.up' as const;

/** 1 as long as frp is meant to run, also while it is gone; 0 at last when it was stopped on purpose. A gauge, in `{process}`. */
export const METRIC_FRP_PROCESS_EXPECTED = 'frp.process.expected' as const;

/** Always 1; carries the version of frps once its API told it. A gauge, in `{process}`. */
export const METRIC_FRP_PROCESS_INFO = 'frp.process.info' as const;

/** Times that frp was started again with the same config file. A counter, in `{restart}`. */
export const METRIC_FRP_PROCESS_RESTARTS = 'frp.process.restarts' as const;

/** CPU time that frp has used, over its restarts. A counter, in `s`. */
export const METRIC_FRP_PROCESS_CPU_TIME = 'frp.process.cpu.time' as const;

/** Share of all CPUs that frp used between the last two samples, 0 to 1. A gauge, in `1`. */
export const METRIC_FRP_PROCESS_CPU_UTILIZATION = 'frp.process.cpu.utilization' as const;

/** Physical memory that frp uses (resident set size). An updowncounter, in `By`. */
export const METRIC_FRP_PROCESS_MEMORY_USAGE = 'frp.process.memory.usage' as const;

/** Virtual memory that frp has mapped. An updowncounter, in `By`. */
export const METRIC_FRP_PROCESS_MEMORY_VIRTUAL = 'frp.process.memory.virtual' as const;

/** File descriptors that frp has open. An updowncounter, in `{file_descriptor}`. */
export const METRIC_FRP_PROCESS_FILE_DESCRIPTOR_OPEN = 'frp.process.file_descriptor.open' as const;

/** Open file descriptors as a share of the soft limit, 0 to 1. A gauge, in `1`. */
export const METRIC_FRP_PROCESS_FILE_DESCRIPTOR_UTILIZATION = 'frp.process.file_descriptor.utilization' as const;

/** Operating system threads of frp. An updowncounter, in `{thread}`. */
export const METRIC_FRP_PROCESS_THREAD_ACTIVE = 'frp.process.thread.active' as const;

/** Bytes that frp made the disk read and write, over its restarts. A counter, in `By`. */
export const METRIC_FRP_PROCESS_DISK_IO = 'frp.process.disk.io' as const;

/** Context switches of all threads of frp, over its restarts. A counter, in `{context_switch}`. */
export const METRIC_FRP_PROCESS_CONTEXT_SWITCHES = 'frp.process.context_switches' as const;

/** Page faults of frp without (minor) and with (major) the disk, over its restarts. A counter, in `{fault}`. */
export const METRIC_FRP_PROCESS_PAGING_FAULTS = 'frp.process.paging.faults' as const;

/** Time since frp was started. A gauge, in `s`. */
export const METRIC_FRP_PROCESS_UPTIME = 'frp.process.uptime' as const;

/** Clients that are logged in. An updowncounter, in `{client}`. */
export const METRIC_FRP_SERVER_CLIENT_ACTIVE = 'frp.server.client.active' as const;

/** Logins of clients; refused ones carry error.type. A counter, in `{login}`. */
export const METRIC_FRP_SERVER_LOGINS = 'frp.server.logins' as const;

/** Sessions of clients that ended, by reason. A counter, in `{disconnect}`. */
export const METRIC_FRP_SERVER_CLIENT_DISCONNECTS = 'frp.server.client.disconnects' as const;

/** Proxies that are online, by type. An updowncounter, in `{proxy}`. */
export const METRIC_FRP_SERVER_PROXY_ACTIVE = 'frp.server.proxy.active' as const;

/** Proxies that clients asked frps to start; refused ones carry error.type. A counter, in `{start}`. */
export const METRIC_FRP_SERVER_PROXY_STARTS = 'frp.server.proxy.starts' as const;

/** Ports that proxies use as a share of those of allowPorts, 0 to 1; absent where frps has no such limit. A gauge, in `1`. */
export const METRIC_FRP_SERVER_PORT_UTILIZATION = 'frp.server.port.utilization' as const;

/** Clients that are logged in as a share of the limit that the user gave; absent without one. A gauge, in `1`. */
export const METRIC_FRP_SERVER_CLIENT_UTILIZATION = 'frp.server.client.utilization' as const;

/** Clients that are logged in, by user, client id and version; what frps does not tell of them is absent. A gauge, in `{client}`. */
export const METRIC_FRP_SERVER_CLIENT_INFO = 'frp.server.client.info' as const;

/** Requests to the dashboard and its API, without those of this instrumentation. A counter, in `{request}`. */
export const METRIC_FRP_SERVER_DASHBOARD_REQUESTS = 'frp.server.dashboard.requests' as const;

/** What failed on frps and is not of one proxy that runs: logins, starts of proxies, its own faults. A counter, in `{error}`. */
export const METRIC_FRP_SERVER_ERRORS = 'frp.server.errors' as const;

/** 1 while frpc is logged in to its server, else 0. A gauge, in `{session}`. */
export const METRIC_FRP_CLIENT_CONNECTED = 'frp.client.connected' as const;

/** Attempts of frpc to log in; failed ones carry error.type. A counter, in `{login}`. */
export const METRIC_FRP_CLIENT_LOGINS = 'frp.client.logins' as const;

/** Successful logins after the first. A counter, in `{reconnect}`. */
export const METRIC_FRP_CLIENT_RECONNECTS = 'frp.client.reconnects' as const;

/** Time from the attempt to the answer, with dialling and TLS; failed ones carry error.type. A histogram, in `s`. */
export const METRIC_FRP_CLIENT_LOGIN_DURATION = 'frp.client.login.duration' as const;

/** Time since the login of the present session. A gauge, in `s`. */
export const METRIC_FRP_CLIENT_SESSION_UPTIME = 'frp.client.session.uptime' as const;

/** Times that frpc reloaded its config file; failed ones carry error.type. A counter, in `{reload}`. */
export const METRIC_FRP_CLIENT_CONFIG_RELOADS = 'frp.client.config.reloads' as const;

/** What failed on frpc and is not of one proxy: logins, reloads, its own faults. A counter, in `{error}`. */
export const METRIC_FRP_CLIENT_ERRORS = 'frp.client.errors' as const;

/** 1 while the source gives all that it can, 0 while it is degraded; absent where it is off. A gauge, in `{source}`. */
export const METRIC_FRP_TELEMETRY_SOURCE_UP = 'frp.telemetry.source.up' as const;

/** Lines of frp's output that were read, by whether their meaning is known. A counter, in `{line}`. */
export const METRIC_FRP_TELEMETRY_LOG_LINES = 'frp.telemetry.log.lines' as const;

/** What was left out, by what it is and why: nothing is dropped silently. A counter, in `{item}`. */
export const METRIC_FRP_TELEMETRY_DROPPED = 'frp.telemetry.dropped' as const;

/** Alerts that fire, by rule; 0 for a rule of which none does. An updowncounter, in `{alert}`. */
export const METRIC_FRP_ALERT_ACTIVE = 'frp.alert.active' as const;

/** 1 for the proxy's present state, 0 for the role's other states; 0 for all once it was removed. An updowncounter, in `{proxy}`. */
export const METRIC_FRP_PROXY_STATUS = 'frp.proxy.status' as const;

/** Time since the proxy was started. A gauge, in `s`. */
export const METRIC_FRP_PROXY_UPTIME = 'frp.proxy.uptime' as const;

/** Bytes carried: in is visitor to service, out is service to visitor. A counter, in `By`. */
export const METRIC_FRP_PROXY_IO = 'frp.proxy.io' as const;

/** TCP segments of the proxy's connections, as the kernel counts them, with those sent again. A counter, in `{segment}`. */
export const METRIC_FRP_PROXY_SEGMENTS = 'frp.proxy.segments' as const;

/** Connections of users that are open. An updowncounter, in `{connection}`. */
export const METRIC_FRP_PROXY_CONNECTION_ACTIVE = 'frp.proxy.connection.active' as const;

/** Connections of users, as far as the role sees them; failed ones carry error.type. A counter, in `{connection}`. */
export const METRIC_FRP_PROXY_CONNECTIONS = 'frp.proxy.connections' as const;

/** Time from frps's log line of a user connection to its end, where both are told. A histogram, in `s`. */
export const METRIC_FRP_PROXY_CONNECTION_DURATION = 'frp.proxy.connection.duration' as const;

/** Smoothed round trip to the visitor or to the service, once per connection, at its end. A histogram, in `s`. */
export const METRIC_FRP_PROXY_CONNECTION_RTT = 'frp.proxy.connection.rtt' as const;

/** Time that a probe through the tunnel took; failed ones carry error.type. A histogram, in `s`. */
export const METRIC_FRP_PROXY_PROBE_DURATION = 'frp.proxy.probe.duration' as const;

/** What failed of the proxy: its start, connections, health checks. A counter, in `{error}`. */
export const METRIC_FRP_PROXY_ERRORS = 'frp.proxy.errors' as const;

/** Bytes per second carried over the last minute, by direction. A gauge, in `By/s`. */
export const METRIC_FRP_PROXY_THROUGHPUT = 'frp.proxy.throughput' as const;

/** Share of connections that failed in the last 5 minutes, 0 below 3 failures. Told where the role knows of all its connections. A gauge, in `1`. */
export const METRIC_FRP_PROXY_ERROR_RATIO = 'frp.proxy.error.ratio' as const;

/** Mean time of the probes through the tunnel in the last 5 minutes. A gauge, in `s`. */
export const METRIC_FRP_PROXY_LATENCY = 'frp.proxy.latency' as const;

/** Bytes per second that all proxies of frps carried over the last minute, by direction. A gauge, in `By/s`. */
export const METRIC_FRP_SERVER_THROUGHPUT = 'frp.server.throughput' as const;

/** Share of logins, starts of proxies and connections of users that failed in the last 5 minutes. A gauge, in `1`. */
export const METRIC_FRP_SERVER_ERROR_RATIO = 'frp.server.error.ratio' as const;

/** Logins that were refused in the last 5 minutes. A gauge, in `{login}`. */
export const METRIC_FRP_SERVER_LOGIN_FAILURES_RECENT = 'frp.server.login.failures.recent' as const;

/** Successful logins after the first in the last 5 minutes. A gauge, in `{reconnect}`. */
export const METRIC_FRP_CLIENT_RECONNECTS_RECENT = 'frp.client.reconnects.recent' as const;

/** 1 while an alert rule's condition holds, 0 while it does not. A gauge, in `{breach}`. */
export const METRIC_FRP_ALERT_BREACH = 'frp.alert.breach' as const;

/** frps has started. */
export const EVENT_FRP_SERVER_STARTED = 'frp.server.started' as const;

/** frps has ended. */
export const EVENT_FRP_SERVER_STOPPED = 'frp.server.stopped' as const;

/** frps failed at something that is not of one client or proxy. */
export const EVENT_FRP_SERVER_ERROR = 'frp.server.error' as const;

/** frps refused the login of a client. */
export const EVENT_FRP_SERVER_LOGIN_REJECTED = 'frp.server.login.rejected' as const;

/** A client has logged in to frps. */
export const EVENT_FRP_SERVER_CLIENT_CONNECTED = 'frp.server.client.connected' as const;

/** The session of a client on frps has ended. */
export const EVENT_FRP_SERVER_CLIENT_DISCONNECTED = 'frp.server.client.disconnected' as const;

/** frps uses a resource beyond its threshold; told again only after it was below. */
export const EVENT_FRP_SERVER_RESOURCE_WARNING = 'frp.server.resource.warning' as const;

/** frpc has logged in to its server. */
export const EVENT_FRP_CLIENT_CONNECTED = 'frp.client.connected' as const;

/** frpc has lost its session, or has ended. */
export const EVENT_FRP_CLIENT_DISCONNECTED = 'frp.client.disconnected' as const;

/** frpc could not log in. */
export const EVENT_FRP_CLIENT_LOGIN_FAILED = 'frp.client.login.failed' as const;

/** frpc has read its config file again; with error.type it was refused, and the config before it goes on. */
export const EVENT_FRP_CLIENT_CONFIG_RELOADED = 'frp.client.config.reloaded' as const;

/** A proxy is new to its role. */
export const EVENT_FRP_PROXY_CREATED = 'frp.proxy.created' as const;

/** A proxy was started: users can connect to it. */
export const EVENT_FRP_PROXY_CONNECTED = 'frp.proxy.connected' as const;

/** A proxy is lost: its session or its process ended. */
export const EVENT_FRP_PROXY_DISCONNECTED = 'frp.proxy.disconnected' as const;

/** Something of a proxy failed: its start, a connection, a health check. */
export const EVENT_FRP_PROXY_ERROR = 'frp.proxy.error' as const;

/** A proxy was removed on purpose. */
export const EVENT_FRP_PROXY_CLOSED = 'frp.proxy.closed' as const;

/** A check of a proxy failed that had succeeded before, or never ran before. */
export const EVENT_FRP_HEALTH_CHECK_FAILED = 'frp.health.check.failed' as const;

/** An alert fires. Its summary is the body, and the record is as severe: INFO, WARN, ERROR or FATAL. */
export const EVENT_FRP_ALERT_FIRING = 'frp.alert.firing' as const;

/** An alert that fired holds no more. */
export const EVENT_FRP_ALERT_RESOLVED = 'frp.alert.resolved' as const;

/** The program's call that spawned frps or frpc, in the caller's context; not the life of the process. */
export const SPAN_FRP_PROCESS_SPAWN = 'frp.process.spawn' as const;

/** A login of frpc, from its attempt to connect to the server's answer or the error. */
export const SPAN_FRP_CLIENT_LOGIN = 'frp.client.login' as const;

/** The start of a proxy, from when frpc adds it to when frps has started or refused it; child of the login. */
export const SPAN_FRP_PROXY_START = 'frp.proxy.start' as const;

/** A connection of a user, from frps's log line of it to its end, linked to the login; at most 50 a second. */
export const SPAN_FRP_CONNECTION = 'frp.connection' as const;

/**
 * Which side of frp tells it.
 * @example "server"
 */
export const ATTR_FRP_ROLE = 'frp.role' as const;

/**
 * The observed process: frps@host or frpc@host, with its config file's name when there are several.
 * @example "frps@gateway"
 */
export const ATTR_FRP_INSTANCE = 'frp.instance' as const;

/**
 * On frps its own name, on frpc that of the server it logs in to; host:port unless set.
 * @example "frp.example.com:7000"
 */
export const ATTR_FRP_SERVER_NAME = 'frp.server.name' as const;

/**
 * Version of frp.
 * @example "0.71.0"
 */
export const ATTR_FRP_VERSION = 'frp.version' as const;

/**
 * Name of the proxy as frps knows it, with the client's user before it.
 * @example "web"
 */
export const ATTR_FRP_PROXY_NAME = 'frp.proxy.name' as const;

/**
 * Type of the proxy; empty while it is not known.
 * @example "tcp"
 */
export const ATTR_FRP_PROXY_TYPE = 'frp.proxy.type' as const;

/**
 * State of the proxy as its role has it.
 * @example "online"
 */
export const ATTR_FRP_PROXY_STATE = 'frp.proxy.state' as const;

/**
 * The load-balancing group that the proxy is a member of, where its role knows; absent of a proxy that is alone.
 * @example "web-servers"
 */
export const ATTR_FRP_PROXY_GROUP = 'frp.proxy.group' as const;

/**
 * What of the proxy failed.
 * @example "start"
 */
export const ATTR_FRP_ERROR_PHASE = 'frp.error.phase' as const;

/**
 * frp's own words. Never on a metric; on a span they are its status and exception.message.
 * @example "port already used"
 */
export const ATTR_FRP_ERROR_MESSAGE = 'frp.error.message' as const;

/**
 * Why a session ended.
 * @example "heartbeat_timeout"
 */
export const ATTR_FRP_DISCONNECT_REASON = 'frp.disconnect.reason' as const;

/**
 * Which way it went.
 * @example "in"
 */
export const ATTR_FRP_TRAFFIC_DIRECTION = 'frp.traffic.direction' as const;

/**
 * What is at the other end of the connection.
 * @example "visitor"
 */
export const ATTR_FRP_HOP = 'frp.hop' as const;

/**
 * Bytes from the visitor to the service.
 * @example 500
 */
export const ATTR_FRP_CONNECTION_IO_IN = 'frp.connection.io.in' as const;

/**
 * Bytes from the service to the visitor.
 * @example 7000
 */
export const ATTR_FRP_CONNECTION_IO_OUT = 'frp.connection.io.out' as const;

/**
 * Where this instrumentation reads.
 * @example "log"
 */
export const ATTR_FRP_SOURCE = 'frp.source' as const;

/**
 * Whether the meaning of the line is known.
 * @example true
 */
export const ATTR_FRP_LOG_KNOWN = 'frp.log.known' as const;

/**
 * What was left out.
 * @example "log_record"
 */
export const ATTR_FRP_TELEMETRY_KIND = 'frp.telemetry.kind' as const;

/**
 * Why it was left out.
 * @example "limit"
 */
export const ATTR_FRP_TELEMETRY_REASON = 'frp.telemetry.reason' as const;

/**
 * The session of a client, as frp names it. Never on a metric.
 * @example "8a39e05ac3a8a99c"
 */
export const ATTR_FRP_RUN_ID = 'frp.run_id' as const;

/**
 * How the process ended.
 * @example "exit code 1"
 */
export const ATTR_FRP_PROCESS_EXIT = 'frp.process.exit' as const;

/**
 * The resource that is used beyond its threshold.
 * @example "cpu"
 */
export const ATTR_FRP_RESOURCE_NAME = 'frp.resource.name' as const;

/**
 * What is used, in the resource's unit.
 * @example 0.93
 */
export const ATTR_FRP_RESOURCE_VALUE = 'frp.resource.value' as const;

/**
 * The threshold, in the resource's unit.
 * @example 0.8
 */
export const ATTR_FRP_RESOURCE_THRESHOLD = 'frp.resource.threshold' as const;

/**
 * Which check.
 * @example "frpc"
 */
export const ATTR_FRP_HEALTH_CHECK = 'frp.health.check' as const;

/**
 * The user of the client, as its config has it.
 * @example "alice"
 */
export const ATTR_FRP_USER = 'frp.user' as const;

/**
 * The id of the client, as its config has it.
 * @example "laptop"
 */
export const ATTR_FRP_CLIENT_ID = 'frp.client.id' as const;

/**
 * The alert rule.
 * @example "FrpServerDown"
 */
export const ATTR_FRP_ALERT_NAME = 'frp.alert.name' as const;

/**
 * How bad it is.
 * @example "high"
 */
export const ATTR_FRP_ALERT_SEVERITY = 'frp.alert.severity' as const;

/**
 * Whom the alert is about.
 * @example "proxy"
 */
export const ATTR_FRP_ALERT_SUBJECT = 'frp.alert.subject' as const;

/**
 * The alert: the same for the same rule and attributes.
 * @example "5f2c0a91d0e4b37a"
 */
export const ATTR_FRP_ALERT_ID = 'frp.alert.id' as const;

/**
 * What is wrong, in a line.
 * @example "frps@gateway is down"
 */
export const ATTR_FRP_ALERT_SUMMARY = 'frp.alert.summary' as const;

/**
 * The metric that the rule is of.
 * @example "frp.process.up"
 */
export const ATTR_FRP_ALERT_METRIC = 'frp.alert.metric' as const;

/**
 * Its last value that was beyond the threshold.
 * @example 0
 */
export const ATTR_FRP_ALERT_VALUE = 'frp.alert.value' as const;

/**
 * The rule's threshold, where it has one.
 * @example 0.05
 */
export const ATTR_FRP_ALERT_THRESHOLD = 'frp.alert.threshold' as const;

/**
 * Seconds from when it fired until it was resolved.
 * @example 312.4
 */
export const ATTR_FRP_ALERT_DURATION = 'frp.alert.duration' as const;

/** frps. */
export const FRP_ROLE_VALUE_SERVER = 'server' as const;

/** frpc. */
export const FRP_ROLE_VALUE_CLIENT = 'client' as const;

/** on frps: its client is logged in and has started it. */
export const FRP_PROXY_STATE_VALUE_ONLINE = 'online' as const;

/** on frps: it is known, and its client is gone. */
export const FRP_PROXY_STATE_VALUE_OFFLINE = 'offline' as const;

/** on frpc: not yet asked for. */
export const FRP_PROXY_STATE_VALUE_NEW = 'new' as const;

/** on frpc: asked for, frps has not answered. */
export const FRP_PROXY_STATE_VALUE_WAIT_START = 'wait_start' as const;

/** on frpc: frps refused it; it is asked for again. */
export const FRP_PROXY_STATE_VALUE_START_ERROR = 'start_error' as const;

/** on frpc: frps has started it. */
export const FRP_PROXY_STATE_VALUE_RUNNING = 'running' as const;

/** on frpc: taken back, since the health check of the service fails. */
export const FRP_PROXY_STATE_VALUE_CHECK_FAILED = 'check_failed' as const;

/** on frpc: it has ended. */
export const FRP_PROXY_STATE_VALUE_CLOSED = 'closed' as const;

/** frps or frpc refused the proxy. */
export const FRP_ERROR_PHASE_VALUE_START = 'start' as const;

/** one connection failed, the proxy goes on. */
export const FRP_ERROR_PHASE_VALUE_CONNECTION = 'connection' as const;

/** the health check of frpc. */
export const FRP_ERROR_PHASE_VALUE_HEALTH_CHECK = 'health_check' as const;

/** something else. */
export const FRP_ERROR_PHASE_VALUE_OTHER = 'other' as const;

/** the client left. */
export const FRP_DISCONNECT_REASON_VALUE_CLOSED = 'closed' as const;

/** a newer login of the same client took its place. */
export const FRP_DISCONNECT_REASON_VALUE_REPLACED = 'replaced' as const;

/** the other side was not heard of for too long. */
export const FRP_DISCONNECT_REASON_VALUE_HEARTBEAT_TIMEOUT = 'heartbeat_timeout' as const;

/** frps ended. */
export const FRP_DISCONNECT_REASON_VALUE_SERVER_STOPPED = 'server_stopped' as const;

/** frpc ended. */
export const FRP_DISCONNECT_REASON_VALUE_PROCESS_EXITED = 'process_exited' as const;

/** no source tells. */
export const FRP_DISCONNECT_REASON_VALUE_UNKNOWN = 'unknown' as const;

/** from the visitor to the service. */
export const FRP_TRAFFIC_DIRECTION_VALUE_IN = 'in' as const;

/** from the service to the visitor. */
export const FRP_TRAFFIC_DIRECTION_VALUE_OUT = 'out' as const;

/** between the visitor and frps. */
export const FRP_HOP_VALUE_VISITOR = 'visitor' as const;

/** between frpc and the service. */
export const FRP_HOP_VALUE_SERVICE = 'service' as const;

/** frp's config file. */
export const FRP_SOURCE_VALUE_CONFIG = 'config' as const;

/** frp's output or log file. */
export const FRP_SOURCE_VALUE_LOG = 'log' as const;

/** the API of frp's dashboard. */
export const FRP_SOURCE_VALUE_API = 'api' as const;

/** the operating system's word on the process. */
export const FRP_SOURCE_VALUE_PROCESS = 'process' as const;

/** the kernel's word on its connections. */
export const FRP_SOURCE_VALUE_SOCKETS = 'sockets' as const;

/** probes through its tunnels. */
export const FRP_SOURCE_VALUE_PROBE = 'probe' as const;

/** a line of frp's log. */
export const FRP_TELEMETRY_KIND_VALUE_LOG_LINE = 'log_line' as const;

/** the end of a line that was too long. */
export const FRP_TELEMETRY_KIND_VALUE_LOG_TEXT = 'log_text' as const;

/** a log record on its way out. */
export const FRP_TELEMETRY_KIND_VALUE_LOG_RECORD = 'log_record' as const;

/** a proxy. */
export const FRP_TELEMETRY_KIND_VALUE_PROXY = 'proxy' as const;

/** a proxy's traffic of the day before; with reason limit, a proxy that was gone for less than 5 minutes. */
export const FRP_TELEMETRY_KIND_VALUE_PROXY_HISTORY = 'proxy_history' as const;

/** a session of a client. */
export const FRP_TELEMETRY_KIND_VALUE_CLIENT = 'client' as const;

/** a connection that the kernel told of. */
export const FRP_TELEMETRY_KIND_VALUE_SOCKET = 'socket' as const;

/** a span. */
export const FRP_TELEMETRY_KIND_VALUE_SPAN = 'span' as const;

/** an alert, or a series that a rule would have to remember. */
export const FRP_TELEMETRY_KIND_VALUE_ALERT = 'alert' as const;

/** an alert in the file that keeps them. */
export const FRP_TELEMETRY_KIND_VALUE_ALERT_HISTORY = 'alert_history' as const;

/** an alert on its way to a receiver. */
export const FRP_TELEMETRY_KIND_VALUE_NOTIFICATION = 'notification' as const;

/** share of all CPUs, 0 to 1. */
export const FRP_RESOURCE_NAME_VALUE_CPU = 'cpu' as const;

/** physical memory in bytes. */
export const FRP_RESOURCE_NAME_VALUE_MEMORY = 'memory' as const;

/** open ones as a share of the soft limit, 0 to 1. */
export const FRP_RESOURCE_NAME_VALUE_FILE_DESCRIPTORS = 'file_descriptors' as const;

/** clients that are logged in. */
export const FRP_RESOURCE_NAME_VALUE_CLIENTS = 'clients' as const;

/** frpc's own check of the service. */
export const FRP_HEALTH_CHECK_VALUE_FRPC = 'frpc' as const;

/** a probe through the tunnel. */
export const FRP_HEALTH_CHECK_VALUE_PROBE = 'probe' as const;

/** to be known, in time. */
export const FRP_ALERT_SEVERITY_VALUE_LOW = 'low' as const;

/** to be looked at in working hours. */
export const FRP_ALERT_SEVERITY_VALUE_MEDIUM = 'medium' as const;

/** to be looked at now. */
export const FRP_ALERT_SEVERITY_VALUE_HIGH = 'high' as const;

/** nothing works. */
export const FRP_ALERT_SEVERITY_VALUE_CRITICAL = 'critical' as const;

/** an frps. */
export const FRP_ALERT_SUBJECT_VALUE_SERVER = 'server' as const;

/** an frpc. */
export const FRP_ALERT_SUBJECT_VALUE_CLIENT = 'client' as const;

/** a proxy. */
export const FRP_ALERT_SUBJECT_VALUE_PROXY = 'proxy' as const;

/** this telemetry itself. */
export const FRP_ALERT_SUBJECT_VALUE_TELEMETRY = 'telemetry' as const;

/** the token of client and server differ. */
export const ERROR_TYPE_VALUE_TOKEN_MISMATCH = 'token_mismatch' as const;

/** frps did not accept the OIDC token. */
export const ERROR_TYPE_VALUE_OIDC_INVALID = 'oidc_invalid' as const;

/** frpc got no OIDC token. */
export const ERROR_TYPE_VALUE_OIDC_UNAVAILABLE = 'oidc_unavailable' as const;

/** a client of this id is logged in already. */
export const ERROR_TYPE_VALUE_CLIENT_ID_ONLINE = 'client_id_online' as const;

/** frps did not accept the run id of the login. */
export const ERROR_TYPE_VALUE_RUN_ID_INVALID = 'run_id_invalid' as const;

/** a newer login of the same client took the session. */
export const ERROR_TYPE_VALUE_SESSION_REPLACED = 'session_replaced' as const;

/** a work connection of a session that frps does not know. */
export const ERROR_TYPE_VALUE_UNKNOWN_RUN_ID = 'unknown_run_id' as const;

/** the two sides speak different protocols of frp. */
export const ERROR_TYPE_VALUE_PROTOCOL_MISMATCH = 'protocol_mismatch' as const;

/** frps did not accept the pool count of the login. */
export const ERROR_TYPE_VALUE_POOL_COUNT_INVALID = 'pool_count_invalid' as const;

/** a server plugin of frps refused, or did not answer. */
export const ERROR_TYPE_VALUE_PLUGIN_ERROR = 'plugin_error' as const;

/** the other side was not heard of for too long. */
export const ERROR_TYPE_VALUE_HEARTBEAT_TIMEOUT = 'heartbeat_timeout' as const;

/** a heartbeat was not accepted. */
export const ERROR_TYPE_VALUE_HEARTBEAT_REFUSED = 'heartbeat_refused' as const;

/** a proxy of this name is there already. */
export const ERROR_TYPE_VALUE_PROXY_EXISTS = 'proxy_exists' as const;

/** frps knows no proxy of this name. */
export const ERROR_TYPE_VALUE_PROXY_NOT_FOUND = 'proxy_not_found' as const;

/** another proxy or program has the port. */
export const ERROR_TYPE_VALUE_PORT_ALREADY_USED = 'port_already_used' as const;

/** the port is not one of allowPorts. */
export const ERROR_TYPE_VALUE_PORT_NOT_ALLOWED = 'port_not_allowed' as const;

/** frps cannot listen on the port. */
export const ERROR_TYPE_VALUE_PORT_UNAVAILABLE = 'port_unavailable' as const;

/** no allowed port is free. */
export const ERROR_TYPE_VALUE_PORT_EXHAUSTED = 'port_exhausted' as const;

/** the client has as many ports as maxPortsPerClient allows. */
export const ERROR_TYPE_VALUE_TOO_MANY_PORTS = 'too_many_ports' as const;

/** another proxy has the domain and location. */
export const ERROR_TYPE_VALUE_ROUTE_CONFLICT = 'route_conflict' as const;

/** the proxy does not fit the others of its group. */
export const ERROR_TYPE_VALUE_GROUP_CONFLICT = 'group_conflict' as const;

/** frps cannot serve the domain. */
export const ERROR_TYPE_VALUE_DOMAIN_INVALID = 'domain_invalid' as const;

/** a request for a domain that no proxy serves. */
export const ERROR_TYPE_VALUE_NO_ROUTE = 'no_route' as const;

/** frps or the proxy type cannot do what was asked for. */
export const ERROR_TYPE_VALUE_NOT_SUPPORTED = 'not_supported' as const;

/** the user of the visitor may not use the proxy. */
export const ERROR_TYPE_VALUE_VISITOR_NOT_ALLOWED = 'visitor_not_allowed' as const;

/** the secret key of the visitor is wrong. */
export const ERROR_TYPE_VALUE_VISITOR_AUTH_FAILED = 'visitor_auth_failed' as const;

/** frps got no work connection from the client. */
export const ERROR_TYPE_VALUE_WORK_CONNECTION = 'work_connection' as const;

/** the health check of frpc failed. */
export const ERROR_TYPE_VALUE_HEALTH_CHECK = 'health_check' as const;

/** what came was not understood. */
export const ERROR_TYPE_VALUE_BAD_RESPONSE = 'bad_response' as const;

/** a connection could not be encrypted. */
export const ERROR_TYPE_VALUE_ENCRYPTION = 'encryption' as const;

/** no hole could be punched between client and visitor. */
export const ERROR_TYPE_VALUE_NAT_HOLE = 'nat_hole' as const;

/** the PROXY protocol header could not be written. */
export const ERROR_TYPE_VALUE_PROXY_PROTOCOL = 'proxy_protocol' as const;

/** the SSH gateway of frps failed. */
export const ERROR_TYPE_VALUE_SSH_GATEWAY = 'ssh_gateway' as const;

/** the virtual network of frp failed. */
export const ERROR_TYPE_VALUE_VIRTUAL_NET = 'virtual_net' as const;

/** the config file is not valid. */
export const ERROR_TYPE_VALUE_CONFIG_INVALID = 'config_invalid' as const;

/** a fault within frp. */
export const ERROR_TYPE_VALUE_INTERNAL_ERROR = 'internal_error' as const;

/** frp panicked. */
export const ERROR_TYPE_VALUE_PANIC = 'panic' as const;

/** frp ended before it was done. */
export const ERROR_TYPE_VALUE_PROCESS_EXITED = 'process_exited' as const;

/** frps accepts connections with TLS only. */
export const ERROR_TYPE_VALUE_TLS_REQUIRED = 'tls_required' as const;

/** a certificate is missing, expired, or not trusted. */
export const ERROR_TYPE_VALUE_TLS_CERTIFICATE = 'tls_certificate' as const;

/** the TLS handshake failed. */
export const ERROR_TYPE_VALUE_TLS_HANDSHAKE = 'tls_handshake' as const;

/** the host name could not be resolved. */
export const ERROR_TYPE_VALUE_NAME_RESOLUTION = 'name_resolution' as const;

/** nothing listens there. */
export const ERROR_TYPE_VALUE_CONNECTION_REFUSED = 'connection_refused' as const;

/** the other side broke the connection. */
export const ERROR_TYPE_VALUE_CONNECTION_RESET = 'connection_reset' as const;

/** no way leads to the host. */
export const ERROR_TYPE_VALUE_UNREACHABLE = 'unreachable' as const;

/** the address is taken. */
export const ERROR_TYPE_VALUE_ADDRESS_IN_USE = 'address_in_use' as const;

/** the machine has no such address, or no port is left. */
export const ERROR_TYPE_VALUE_ADDRESS_NOT_AVAILABLE = 'address_not_available' as const;

/** frp could not listen. */
export const ERROR_TYPE_VALUE_LISTEN = 'listen' as const;

/** the operating system does not permit it. */
export const ERROR_TYPE_VALUE_PERMISSION_DENIED = 'permission_denied' as const;

/** the process has no file descriptors left. */
export const ERROR_TYPE_VALUE_FILE_DESCRIPTORS = 'file_descriptors' as const;

/** the operating system has no memory for it. */
export const ERROR_TYPE_VALUE_NO_MEMORY = 'no_memory' as const;

/** no space is left on the disk. */
export const ERROR_TYPE_VALUE_DISK_FULL = 'disk_full' as const;

/** there is no such file. */
export const ERROR_TYPE_VALUE_FILE_NOT_FOUND = 'file_not_found' as const;

/** it took too long. */
export const ERROR_TYPE_VALUE_TIMEOUT = 'timeout' as const;

/** it was called off. */
export const ERROR_TYPE_VALUE_CANCELED = 'canceled' as const;

/** the connection was closed. */
export const ERROR_TYPE_VALUE_CLOSED = 'closed' as const;

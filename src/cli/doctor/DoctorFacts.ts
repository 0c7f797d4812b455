import type { FrpConfig } from '../../frp/config/FrpConfig.js';
import type { InstanceSnapshot } from '../../model/FrpSnapshot.js';

/** All that the checks look at, gathered once. */
export interface DoctorFacts {
  readonly platform: NodeJS.Platform;
  readonly isRoot: boolean;
  readonly instances: readonly InstanceFacts[];
  /** What `ss -V` says of itself; undefined where it cannot be run. */
  readonly ss: string | undefined;
  readonly prometheus: PrometheusFacts;
  /** Whether `OTEL_SDK_DISABLED` is true. */
  readonly isDisabled: boolean;
  /** What is wrong with `OTEL_*`, in words. */
  readonly environmentFaults: readonly string[];
  readonly otlp: readonly OtlpFacts[];
  /** Undefined where there is no place to keep anything. */
  readonly stateFolder: FolderFacts | undefined;
  /** Where frp's logs are. */
  readonly logFolders: readonly FolderFacts[];
  /** Milliseconds by which the clock was set while we looked. */
  readonly clockStep: number;
}

/** One frps or frpc. */
export interface InstanceFacts {
  readonly snapshot: InstanceSnapshot;
  /** Another user's process, of which only the command line can be seen. */
  readonly isHidden: boolean;
  /** Whether its process has another network than we. */
  readonly hasOtherNetwork: boolean;
  /** The API that the user named in place of a process, `http://host:port`. */
  readonly givenApi: string | undefined;
  /** frpc's `--config_dir`: one client for each file in it, all in one process. */
  readonly configFolder: string | undefined;
  /** Undefined where it has no config file, or none that is known. */
  readonly configPath: string | undefined;
  readonly config: FrpConfig | undefined;
  /** Where it logs to a file. */
  readonly log: LogFileFacts | undefined;
}

export interface LogFileFacts {
  readonly path: string;
  /** Why it cannot be read. */
  readonly problem: string | undefined;
  readonly hasColours: boolean;
  /** Minutes by which the time that frp prints is later than ours, in quarters of an hour: its zone is another. */
  readonly zoneShift: number;
}

export interface PrometheusFacts {
  /** `host:port`. */
  readonly address: string;
  /** `agent`: an agent of ours serves its /metrics there. */
  readonly holder: 'nobody' | 'agent' | 'other';
}

/** Where OTLP goes, and whether somebody takes connections there. */
export interface OtlpFacts {
  /** Without path and credentials. */
  readonly endpoint: string;
  /** Whether `OTEL_*` names it; otherwise it is the default. */
  readonly isGiven: boolean;
  /** Why it cannot be reached. */
  readonly problem: string | undefined;
}

export interface FolderFacts {
  readonly path: string;
  /** Why nothing can be written there. */
  readonly problem: string | undefined;
  /** Bytes; undefined where it cannot be known. */
  readonly free: number | undefined;
}

import type { ProcessEnding, ProcessExited } from './FrpSignal.js';

// frp has no signal handler (but frpc with kcp and quic): SIGTERM and SIGINT end it as they come. Anything else is a fault.
export const stoppedOnPurpose = ({ exitCode, exitSignal }: ProcessExited | ProcessEnding): boolean =>
  exitCode === 0 || exitSignal === 'SIGTERM' || exitSignal === 'SIGINT';

export const describeExit = ({ exitCode, exitSignal }: ProcessExited | ProcessEnding): string =>
  exitSignal ?? `exit code ${exitCode ?? '?'}`;

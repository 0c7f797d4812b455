import { DiagLogLevel, diag } from '@opentelemetry/api';

/** Hears what the package says of itself through `diag`; dispose it to let others hear again. */
export class DiagRecorder implements Disposable {
  readonly infos: string[] = [];
  readonly warnings: string[] = [];
  readonly errors: string[] = [];

  constructor() {
    const ignore = () => {};
    const logger = {
      verbose: ignore,
      debug: ignore,
      info: (...words: unknown[]) => this.infos.push(words.map(String).join(' ')),
      warn: (...words: unknown[]) => this.warnings.push(words.map(String).join(' ')),
      error: (...words: unknown[]) => this.errors.push(words.map(String).join(' ')),
    };
    diag.setLogger(logger, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
  }

  [Symbol.dispose](): void {
    diag.disable();
  }
}

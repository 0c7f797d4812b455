import { getuid } from 'node:process';
import type { Command } from './Command.js';
import { problem } from './doctor/Check.js';
import { type Diagnosis, diagnose } from './doctor/diagnose.js';
import { gatherFacts } from './doctor/gatherFacts.js';
import { refusedApi } from './doctor/refusedApi.js';
import { renderDiagnosis } from './doctor/renderDiagnosis.js';
import { parseCommandArgs } from './parseCommandArgs.js';
import { SilentApiError } from './roleOf.js';
import { readLookSettings } from './settings.js';
import { startObservation } from './startObservation.js';
import { defaultStateDirectory } from './stateDirectory.js';
import { firstLook } from './status/firstLook.js';
import { pageOf } from './status/pageOf.js';
import { plainJson } from './status/plainText.js';
import { readTargets, TARGET_OPTIONS } from './targets.js';

/** It looks once. */
const INTERVAL_MILLIS = 300_000;

const OPTIONS = {
  ...TARGET_OPTIONS,
  'state-directory': { type: 'string', value: 'DIR', help: 'the one that observe is given' },
  json: { type: 'boolean', help: 'print one object on one line' },
} as const;

export const doctor: Command = {
  name: 'doctor',
  summary: 'say what cannot be seen, and what to do about it',
  usage: ['doctor [--json] [options]'],
  help: `Looks once at every frps and frpc, and at this machine, as "observe" would with the
same user and variables, and says of each thing whether it can be seen. What is
"missing" is essential: without it there is no telemetry, or wrong telemetry. "advice"
is what would give more, or keep frp safer. Below each stands why, and the exact
lines for frp's config in its own format, or the commands. Nothing is changed.

  frp-otel doctor
  frp-otel doctor --json | jq -r '.findings[] | select(.state == "missing").message'`,
  options: OPTIONS,
  exitCodes: { 0: 'nothing essential is missing', 1: 'something essential is missing' },
  run: async (args, io) => {
    const values = parseCommandArgs(args, OPTIONS);
    const print = (diagnosis: Diagnosis): number => {
      const text = values.json ? plainJson(diagnosis) : renderDiagnosis(diagnosis, pageOf(io)).join('\n');
      io.stdout.write(`${text}\n`);
      return diagnosis.ok ? 0 : 1;
    };
    const targets = await readTargets(values, io.env).catch(asDiagnosis);
    if ('findings' in targets) return print(targets);
    const stateDirectory = values['state-directory'] ?? defaultStateDirectory(io.env, getuid?.() === 0);
    const clock = (): number => Date.now() - performance.now();
    const clockAtFirst = clock();
    const observation = startObservation(targets, { config: readLookSettings(targets, io.env, INTERVAL_MILLIS) });
    try {
      await firstLook(observation);
      const snapshot = observation.snapshot();
      const clockStep = Math.round(clock() - clockAtFirst);
      const facts = await gatherFacts({ ...targets, snapshot, env: io.env, stateDirectory, clockStep });
      return print(diagnose(facts));
    } finally {
      await observation.shutdown();
    }
  },
};

/** What cannot be asked whose it is, is what is missing. */
const asDiagnosis = (error: unknown): Diagnosis => {
  if (!(error instanceof SilentApiError)) throw error;
  const { message, origin, refusesCredentials } = error;
  const { actions } = refusesCredentials ? refusedApi(message, origin) : problem(message);
  return { ok: false, findings: [{ check: 'api.answers', instance: null, state: 'missing', message, actions }] };
};

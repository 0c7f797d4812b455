#!/usr/bin/env node
import { COMMANDS } from './commands.js';
import { runCommandLine } from './runCommandLine.js';
import { written } from './written.js';

const { stdout, stderr, env } = process;
// `frp-otel metrics | head`: whoever does not want to read on is no fault. What cannot be said goes unsaid.
for (const stream of [stdout, stderr]) stream.on('error', () => {});

const code = await runCommandLine(process.argv.slice(2), COMMANDS, { stdout, stderr, env });
await written([stdout, stderr]);
process.exit(code); // an exporter's connection may keep us here otherwise

import type { CommandOption } from './Command.js';

/** `--record-client-address` of every command that exports spans. */
export const RECORD_CLIENT_ADDRESS_OPTION = {
  type: 'boolean',
  help: 'spans of connections have the address of the visitor (client.address): personal data',
} as const satisfies CommandOption;

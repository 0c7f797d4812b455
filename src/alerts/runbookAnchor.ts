/** Where a runbook page has a rule: its heading is the rule's name, in small letters in a link. */
export const runbookAnchor = (name: string): string => `#${name.toLowerCase()}`;

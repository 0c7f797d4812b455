const MAX_QUOTED = 200;

/**
 * Why an Alertmanager refuses an alert: it answers with a text in JSON, or with an object that has a message.
 *
 * @param secrets where one of them is in it, nothing is quoted: whatever answers there may send back what it was given
 * @returns with a colon before it; empty where there is nothing to quote
 */
export const quoteRefusal = (text: string, secrets: readonly string[]): string => {
  const reason = reasonOf(text);
  if (reason === undefined || secrets.some((secret) => reason.includes(secret))) return '';
  return `: ${JSON.stringify(reason.slice(0, MAX_QUOTED))}`;
};

const reasonOf = (text: string): string | undefined => {
  try {
    const answer: unknown = JSON.parse(text);
    const reason = typeof answer === 'string' ? answer : (answer as { readonly message?: unknown } | null)?.message;
    return typeof reason === 'string' ? reason : undefined;
  } catch {
    return undefined; // not an answer of Alertmanager
  }
};

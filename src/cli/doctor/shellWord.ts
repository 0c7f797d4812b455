const PLAIN = /^[\w./:@%+=-]+$/;

/** A text as one word of a shell: a path may hold anything, and lines of ours are pasted. */
export const shellWord = (text: string): string => (PLAIN.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

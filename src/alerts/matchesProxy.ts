/** Whether a pattern takes a name: `*` is any text. */
export const matchesProxy = (pattern: string, name: string): boolean => proxyPattern(pattern)(name);

/** A pattern that is asked of many names. It goes back over a name once at the most for each `*`. */
export const proxyPattern = (pattern: string): ((name: string) => boolean) => {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return (name) => name === pattern;
  return (name) => {
    if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) return false;
    const end = name.length - last.length;
    let from = first.length;
    for (const text of rest) {
      const at = name.indexOf(text, from);
      if (at === -1 || at + text.length > end) return false;
      from = at + text.length;
    }
    return true;
  };
};

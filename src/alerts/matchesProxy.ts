/** Whether a pattern takes a name: `*` is any text. Goes back over a name once at the most for each `*`. */
export const matchesProxy = (pattern: string, name: string): boolean => {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return name === pattern;
  const last = rest.pop() as string;
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

type Headers = Readonly<Record<string, string>>;

/** Reads a mail (RFC 5322) with its parts (RFC 2046), as far as mails of programs go. */
export const readMail = (lines: readonly string[]): { headers: Headers; subject: string; text: string } => {
  const { headers, text } = readPart(lines);
  return { headers, subject: decodeWords(headers.subject ?? ''), text };
};

const readPart = (lines: readonly string[]): { headers: Headers; text: string } => {
  const end = lines.indexOf('');
  const headers = readHeaders(lines.slice(0, end));
  const body = lines.slice(end + 1);
  const boundary = /boundary="?([^";]+)"?/.exec(headers['content-type'] ?? '')?.[1];
  if (boundary === undefined) return { headers, text: decode(body.join('\n'), headers['content-transfer-encoding']) };
  const parts = splitAt(body, boundary);
  return { headers, text: parts.map((part) => readPart(part).text).join('\n') };
};

const readHeaders = (lines: readonly string[]): Headers => {
  const unfolded = lines.join('\n').replace(/\n[ \t]+/g, ' ');
  return Object.fromEntries(
    unfolded.split('\n').map((line) => {
      const [name = '', ...value] = line.split(':');
      return [name.toLowerCase(), value.join(':').trim()];
    }),
  );
};

/** What stands between the lines of the boundary; what is before the first and after the last is no part. */
const splitAt = (lines: readonly string[], boundary: string): string[][] => {
  const parts: string[][] = [];
  for (const line of lines) {
    if (line === `--${boundary}--`) break;
    if (line === `--${boundary}`) parts.push([]);
    else parts.at(-1)?.push(line);
  }
  return parts;
};

const decode = (text: string, encoding = ''): string => {
  if (encoding.toLowerCase() === 'base64') return Buffer.from(text, 'base64').toString('utf8');
  return encoding.toLowerCase() === 'quoted-printable' ? decodeQuoted(text.replace(/=\n/g, '')) : text;
};

const decodeQuoted = (text: string): string => {
  const bytes = text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
};

/** Words such as `=?utf-8?q?=5BFIRING=5D?=` (RFC 2047); white space between two of them is none. */
const decodeWords = (text: string): string =>
  text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?(q|b)\?([^?]*)\?=/gi, (_, kind: string, word: string) =>
      kind.toLowerCase() === 'b' ? Buffer.from(word, 'base64').toString('utf8') : decodeQuoted(word.replace(/_/g, ' ')),
    );

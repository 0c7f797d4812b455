/** A text as OTTL and PromQL have it: in Go's escapes, of which those of JSON are a part. Half of a surrogate pair is none in Go. */
export const goQuoted = (text: string): string => JSON.stringify(text.replace(/\p{Surrogate}/gu, '\ufffd'));

/** What takes just this text, in Go's regular expressions (RE2). */
export const re2Literal = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');

/** What takes what the pattern takes, where `*` is any text: not anchored, and `.` is to take a line's end, too. */
export const re2Wildcard = (pattern: string): string => pattern.split('*').map(re2Literal).join('.*');

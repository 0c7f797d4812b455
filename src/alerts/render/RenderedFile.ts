/** A file that is generated from the rules. */
export interface RenderedFile {
  /** Relative to the folder that the user asks for; with `/` on every platform. */
  readonly path: string;
  /** Ends with a newline. */
  readonly text: string;
}

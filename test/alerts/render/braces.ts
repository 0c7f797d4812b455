/** Texts with braces that are meant, and what they say of `frps@a`: each could be an action of Go's templates, or a part of one. */
export const BRACES: readonly (readonly [text: string, told: string])[] = [
  ['{{{frp.instance}}}', '{frps@a}'],
  ['{{{{{frp.instance}}}}}', '{{frps@a}}'],
  ['{{{{ template }}}}', '{{ template }}'],
  ['{{{{ .Bad }}}}', '{{ .Bad }}'],
  ['{{{{ "{{{{" }}}} }}{value}{{ {{{threshold}', '{{ "{{" }} }9{ {5'],
];

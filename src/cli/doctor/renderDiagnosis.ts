import { plainText } from '../status/plainText.js';
import type { Page, Style } from '../status/renderTable.js';
import type { Diagnosis, DiagnosisFinding } from './diagnose.js';

const STYLES: Readonly<Record<DiagnosisFinding['state'], Style>> = { ok: 'green', missing: 'red', advice: 'yellow' };
const STATE_WIDTH = 'missing'.length;
const MACHINE = 'this machine';

/** What was found, each frps and frpc by itself, with the lines that help. */
export const renderDiagnosis = (diagnosis: Diagnosis, page: Page): readonly string[] => {
  const { findings } = diagnosis;
  const subjects = [...new Set(findings.map(({ instance }) => instance))];
  return [
    ...subjects.flatMap((subject) => [
      page.paint('bold', plainText(subject ?? MACHINE)),
      ...findings.filter(({ instance }) => instance === subject).flatMap((finding) => renderFinding(finding, page)),
      '',
    ]),
    summary(diagnosis),
  ];
};

const renderFinding = ({ check, state, message, actions }: DiagnosisFinding, page: Page): string[] => [
  `  ${page.paint(STYLES[state], state.padEnd(STATE_WIDTH))}  ${check}: ${plainText(message)}`,
  ...actions.flatMap(({ text, lines }) => [
    `           ${plainText(text)}`,
    ...lines.map((line) => `             ${plainText(line)}`),
  ]),
];

const summary = ({ findings }: Diagnosis): string => {
  const [missing, advice] = (['missing', 'advice'] as const).map(
    (state) => findings.filter((finding) => finding.state === state).length,
  );
  if (missing === 0 && advice === 0) return 'Everything can be seen.';
  return `Essential things missing: ${missing}. Advice: ${advice}.`;
};

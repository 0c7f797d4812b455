import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { RealAlertmanager } from '../../support/RealAlertmanager.js';
import { temporaryFolder } from '../../support/realFrp.js';
import { SmtpSink } from '../../support/SmtpSink.js';
import { WebhookSink } from '../../support/WebhookSink.js';
import { disposeAll } from './disposeAll.js';
import { faster } from './options.js';

const SHIPPED = fileURLToPath(new URL('../../../collector-config/alertmanager/alertmanager.yml', import.meta.url));

/** Alertmanager with the configuration that we ship, and whom it tells. */
export class AlertReceivers implements AsyncDisposable {
  readonly mails: SmtpSink;
  readonly webhook: WebhookSink;
  readonly alertmanager: RealAlertmanager;
  readonly #files: ReturnType<typeof temporaryFolder>;

  static async start(): Promise<AlertReceivers> {
    const files = temporaryFolder();
    const mails = await SmtpSink.start();
    const webhook = await WebhookSink.start();
    try {
      const alertmanager = await RealAlertmanager.start(configOf(mails, webhook, files));
      return new AlertReceivers(mails, webhook, alertmanager, files);
    } catch (error) {
      await disposeAll([mails, webhook]);
      files.remove();
      throw error;
    }
  }

  private constructor(
    mails: SmtpSink,
    webhook: WebhookSink,
    alertmanager: RealAlertmanager,
    files: ReturnType<typeof temporaryFolder>,
  ) {
    this.mails = mails;
    this.webhook = webhook;
    this.alertmanager = alertmanager;
    this.#files = files;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await disposeAll([this.alertmanager, this.webhook, this.mails]);
    this.#files.remove();
  }
}

/** Secrets in files, hosts of this test, waits that are shorter, and the webhook for every receiver: it shows what was told. */
const configOf = (mails: SmtpSink, webhook: WebhookSink, files: ReturnType<typeof temporaryFolder>): string => {
  const config = parse(readFileSync(SHIPPED, 'utf8'));
  Object.assign(config.global, {
    smtp_smarthost: mails.address,
    smtp_require_tls: false,
    smtp_auth_password_file: files.write('smtp_password', 'secret'),
  });
  for (const route of [config.route, ...config.route.routes]) {
    for (const wait of ['group_wait', 'group_interval']) if (wait in route) route[wait] = faster(route[wait]);
  }
  const chat = files.write('slack_url', `${webhook.url}/slack`);
  for (const receiver of config.receivers) {
    for (const slack of receiver.slack_configs ?? []) slack.api_url_file = chat;
    receiver.webhook_configs = [{ url: `${webhook.url}/frp`, send_resolved: true }];
  }
  return stringify(config);
};

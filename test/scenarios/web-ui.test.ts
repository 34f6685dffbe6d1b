import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { TestContext } from 'vitest';
import { spawnAgent } from '../../src/demo/agent-process.js';
import { startTemporalServer } from '../../src/demo/temporal-server.js';
import { shutdownId, startupId } from '../../src/domain/ids.js';
import { aRealInstance } from '../support/agent.js';
import { findChromium, openBrowser } from '../support/browser.js';
import { drainBegins } from '../support/history.js';
import { temporalAt } from '../support/temporal-command.js';

const chromium = await findChromium();
if (chromium === undefined)
  process.stderr.write("skipped: the tests of the Web UI need a Chromium on PATH, such as Debian's package chromium\n");

const instanceId = 'i-0123456789abcdef0';
const cluster = 'fw-prod';
const reason = 'host is on fire';

/** What the README shows of the page, in pixels: without the navigation, from the workflow's name down to its timeline. */
const cut = { x: 206, y: 104, width: 1280, height: 932 };
const picture = fileURLToPath(new URL('../../docs/images/web-ui-shutdown.png', import.meta.url));

/** How long a page may take to show what it has; most take one or two seconds. */
const shown = { timeout: 30_000 };

const startupSteps = [
  'readMetadata • ask the instance metadata service who this is',
  'discoverTargetGroup • find the one GENEVE target group of the cluster',
  'registerTarget • register the target',
  'confirmHealthy • look until the target is healthy',
  "listPeers • list the cluster's other running instances",
  'findTunnel • look for the interface that receives GENEVE',
  'writeControllerConfig • write the controller config',
];
const shutdownSteps = [
  'deregisterTarget • health endpoint 503, then deregister the target',
  'confirmDraining • look every 2 s until AWS reports draining',
];
const drainTimer = 'drain period: 60 s; signal forceShutdown ends it';

describe.skipIf(chromium === undefined)("the Temporal Web UI (in Debian's chromium)", () => {
  let page: Page;
  let url: (workflowId: string) => string;
  const undo: (() => unknown)[] = [];
  const onTestFinished: TestContext['onTestFinished'] = (end) => void undo.unshift(end as () => unknown);

  // One life: in service, told to go, and forced by an operator in mid-drain. A fleet worker answers for it when its agent is gone.
  beforeAll(async () => {
    const server = await startTemporalServer({ cliPath: inject('temporalCliPath'), ui: true, log: () => undefined });
    onTestFinished(() => server.stop());
    url = (workflowId) => `${server.uiUrl}/namespaces/default/workflows/${encodeURIComponent(workflowId)}`;
    const temporalAddress = server.address;
    const instance = await aRealInstance({
      ...{ onTestFinished, temporalAddress, instanceId, cluster },
      ...{ drainSeconds: 60, deregistrationDelaySeconds: 60 },
    });
    const fleet = await spawnAgent({
      ...{ name: 'fleet worker', command: 'worker', temporalAddress, aws: instance.simulator.environment(instanceId) },
      args: ['--cluster', cluster, '--region', 'eu-central-1'],
    });
    onTestFinished(() => void fleet.stop(0));
    const connection = await Connection.connect({ address: temporalAddress });
    onTestFinished(() => connection.close());
    const client = new Client({ connection });

    const agent = await instance.start();
    await agent.said('in service');
    const deregistered = instance.simulator.nextRequest('DeregisterTargets');
    agent.process.kill('SIGTERM');
    await deregistered;
    await drainBegins(client, client.workflow.getHandle(shutdownId(instanceId)));

    const browser = await openBrowser(chromium ?? '', { width: cut.x + cut.width, height: 1_200 });
    onTestFinished(() => browser.close());
    page = browser.page;
    page.setDefaultTimeout(shown.timeout);
    await page.goto(url(shutdownId(instanceId)));
    await page.getByText(drainTimer).waitFor(shown);
    await temporalAt(
      temporalAddress,
      ...['workflow', 'signal', '--workflow-id', shutdownId(instanceId)],
      ...['--name', 'forceShutdown', '--input', JSON.stringify({ reason })],
    );
    await agent.process.exited;
  }, 120_000);

  afterAll(async () => {
    for (const end of undo) await end();
  }, 60_000);

  it('shows on the timeline of a shutdown its steps, its drain timer and the signal that ended it', async () => {
    await page.goto(url(shutdownId(instanceId)));
    await page.getByTestId('workflow-status').getByText('Failed').first().waitFor(shown);
    for (const label of [...shutdownSteps, drainTimer, 'forceShutdown'])
      await page.getByText(label, { exact: true }).first().waitFor(shown);
    const result = page.getByTestId('input-and-result');
    await result.getByText(`drain period interrupted: ${reason}`).first().waitFor(shown);
    expect(await result.innerText(), 'where a program was built says nothing to its operator').not.toMatch(
      /\.[jt]s:\d/,
    );
    // For the README: `npm run screenshot`.
    if (process.env.SCREENSHOT !== undefined) await page.screenshot({ path: picture, clip: cut });
  });

  it('shows in the event history of a shutdown its steps, its drain timer, the signal, and what was said with it', async () => {
    await page.goto(url(shutdownId(instanceId)));
    await page.getByTestId('history-tab').click();
    const row = (text: string) => page.locator('tr').filter({ hasText: text });
    for (const label of shutdownSteps) {
      const [, summary = ''] = label.split(' • ');
      await row(summary).filter({ hasText: 'Activity Task Scheduled' }).waitFor(shown);
    }
    await row(drainTimer).filter({ hasText: 'Timer Started' }).waitFor(shown);
    await row(drainTimer).filter({ hasText: 'Timer Canceled' }).waitFor(shown);
    await row(`drain period interrupted: ${reason}`).filter({ hasText: 'Workflow Execution Failed' }).waitFor(shown);
    await row('forceShutdown').filter({ hasText: 'Workflow Execution Signaled' }).click();
    await page.getByText(`"reason": "${reason}"`).waitFor(shown);
  });

  it('shows a shutdown whose agent is gone as a log book, with what it is for and how it is ended', async () => {
    await page.goto(url(shutdownId(instanceId)));
    await page.getByTestId('user-metadata-tab').click();
    await reads(page, 'summary', [`take ${instanceId} out of service in cluster ${cluster}`]);
    await reads(page, 'details', [
      `Asked by: SIGTERM on ${instanceId}`,
      'drain period: 60 s, a durable timer',
      `temporal workflow signal --workflow-id ${shutdownId(instanceId)} --name forceShutdown`,
    ]);
    await reads(page, 'current-details', [
      ...['deregistering', 'confirming draining', 'draining', 'out of service'],
      'drain period interrupted',
    ]);
  });

  it('shows on the timeline and in the event history of a startup each of its steps', async () => {
    await page.goto(url(startupId(instanceId)));
    await page.getByTestId('workflow-status').getByText('Completed').first().waitFor(shown);
    for (const label of startupSteps) await page.getByText(label, { exact: true }).waitFor(shown);
    await page.getByTestId('history-tab').click();
    for (const label of startupSteps) {
      const [step = '', summary = ''] = label.split(' • ');
      const scheduled = page.locator('tr').filter({ hasText: 'Activity Task Scheduled' });
      await scheduled.filter({ hasText: step }).filter({ hasText: summary }).waitFor(shown);
    }
  });

  it('shows a startup as a log book, with what it is for', async () => {
    await page.goto(url(startupId(instanceId)));
    await page.getByTestId('user-metadata-tab').click();
    await reads(page, 'summary', [`bring ${instanceId} into service in cluster ${cluster}`]);
    await reads(page, 'details', ['discover the GENEVE target group', 'await the interface that receives GENEVE']);
    await reads(page, 'current-details', [
      ...['reading metadata', 'discovering', 'registering', 'awaiting healthy', 'awaiting tunnel'],
      ...['writing config', 'in service'],
    ]);
  });
});

/** Waits until the part of the workflow's metadata, which the Web UI renders from Markdown in a frame, holds every text. */
async function reads(page: Page, part: 'summary' | 'details' | 'current-details', texts: string[]): Promise<void> {
  const frame = page.frameLocator(`#user-metadata-${part}`);
  for (const text of texts) await frame.getByText(text).first().waitFor(shown);
}

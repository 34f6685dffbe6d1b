import { describe, expect, it } from 'vitest';
import { readMetadata } from '../../src/activities/metadata.js';
import { anAttempt } from '../support/attempt.js';
import { aFakeHost, anInstance } from '../support/fake-host.js';

const { instanceId } = anInstance();

describe('reading who this machine is', () => {
  it('answers with its identity', async () => {
    const attempt = anAttempt();
    expect(await readMetadata({ host: aFakeHost() }, { instanceId }, attempt)).toEqual(anInstance());
    expect(attempt.warnings).toEqual([]);
  });

  it('warns when the instance has several network interfaces, and takes the primary one', async () => {
    const attempt = anAttempt();
    await readMetadata({ host: aFakeHost({ interfaceCount: 3 }) }, { instanceId }, attempt);
    expect(attempt.warnings).toEqual(['instance has 3 network interfaces, using the primary one']);
  });

  it('does without the number of its interfaces when the metadata service is gone again', async () => {
    const attempt = anAttempt();
    const host = aFakeHost({ interfaceCount: new Error('silent') });
    expect(await readMetadata({ host }, { instanceId }, attempt)).toEqual(anInstance());
    expect(attempt.warnings).toEqual(['the number of network interfaces could not be read, using the primary one']);
  });

  it("refuses to act for another instance: the wrong agent polls that one's queue", async () => {
    const host = aFakeHost({ identity: anInstance({ instanceId: 'i-0fffffffffffffff0' }) });
    await expect(readMetadata({ host }, { instanceId }, anAttempt())).rejects.toMatchObject({
      type: 'MetadataUnavailable',
      final: true,
      message: `this host is i-0fffffffffffffff0, expected ${instanceId}: its queue is polled by the wrong agent`,
    });
  });
});

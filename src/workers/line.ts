import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { within } from './bounded.js';
import { askMs } from './waits.js';

/** The line to Temporal while the instance leaves: every question is bounded, and whether the last one was answered is known. */
export class Line {
  readonly client: Client;
  silent = false;

  constructor(client: Client) {
    this.client = client;
  }

  /** @throws what Temporal answered, or that it did not within `ms`. Temporal's own retries are not waited for. */
  async ask<T>(question: (client: Client) => Promise<T>, ms = askMs): Promise<T> {
    try {
      const answer = await within(ms, () => this.client.withDeadline(Date.now() + ms, () => question(this.client)));
      this.silent = false;
      return answer;
    } catch (error) {
      this.silent = !(error instanceof WorkflowNotFoundError);
      throw error;
    }
  }
}

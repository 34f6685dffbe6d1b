import { describe, expect, it } from 'vitest';
import { grpcStatusIn, withRemedy } from '../../src/domain/grpc-status.js';

describe('a gRPC status that the core dumped', () => {
  it.each([
    [
      String.raw`Status { code: Cancelled, message: "operation was canceled", details: b"\x08", metadata: MetadataMap { headers: {} }, source: Some(tonic::transport::Error(Transport, hyper::Error(Canceled))) }`,
      'Cancelled: operation was canceled',
    ],
    [
      String.raw`Failed to call DescribeNamespace: Status { code: NotFound, message: "Namespace \"nosuch\" is not found.", details: b"\x08\x05" }`,
      'NotFound: Namespace "nosuch" is not found.',
    ],
    ['Status { code: Unavailable, source: None }', 'Unavailable'],
  ])('is said as its code and message', (dump, said) => {
    expect(grpcStatusIn(dump)).toBe(said);
  });

  it('is not found in other text', () => {
    expect(grpcStatusIn('status: NotFound')).toBeUndefined();
  });
});

describe('a namespace that is not there', () => {
  it.each([
    ['NotFound: Namespace nosuch is not found.', 'NotFound: Namespace nosuch is not found'],
    [
      "Failed to start Workflow: Namespace not found: 'nosuch'",
      "Failed to start Workflow: Namespace not found: 'nosuch'",
    ],
  ])('comes with what to set: %s', (reason, said) => {
    expect(withRemedy(reason)).toBe(
      `${said}; set TEMPORAL_NAMESPACE to one that this server has, or create it: temporal operator namespace create`,
    );
  });

  it('is not what another reason is about', () => {
    expect(withRemedy('workflow not found')).toBe('workflow not found');
  });
});

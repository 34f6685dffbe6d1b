import { describe, expect, it } from 'vitest';
import type { WireAnswer } from './answers.js';
import { checkAnswer } from './answers.js';
import { serviceModels } from './service-models.js';

const requestId = '01234567-89ab-4cde-8f01-23456789abcd';
const { elbv2, ec2, ssm, autoscaling } = serviceModels;

const xml = (action: string, body: string, status = 200): WireAnswer => ({
  action,
  status,
  headers: { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': requestId },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`,
});

const json = (action: string, body: unknown, status = 200): WireAnswer => ({
  action,
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId },
  body: JSON.stringify(body),
});

const elbv2Namespace = 'xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"';
const ec2Namespace = 'xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"';

const query = (action: string, result: string): string =>
  `<${action}Response ${elbv2Namespace}><${action}Result>${result}</${action}Result>` +
  `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${action}Response>`;

const tags = (tag: string): WireAnswer => {
  const described = `<member><ResourceArn>arn</ResourceArn><Tags>${tag}</Tags></member>`;
  return xml('DescribeTags', query('DescribeTags', `<TagDescriptions>${described}</TagDescriptions>`));
};

const group = (members: string): WireAnswer => {
  const result = `<TargetGroups><member>${members}</member></TargetGroups>`;
  return xml('DescribeTargetGroups', query('DescribeTargetGroups', result));
};

const instance = (members: string): WireAnswer =>
  xml(
    'DescribeInstances',
    `<DescribeInstancesResponse ${ec2Namespace}><requestId>${requestId}</requestId><reservationSet><item>` +
      `<instancesSet><item>${members}</item></instancesSet></item></reservationSet></DescribeInstancesResponse>`,
  );

const queryError = (code: string, status = 400, type = 'Sender'): WireAnswer => {
  const error = `<Error><Type>${type}</Type><Code>${code}</Code><Message>no</Message></Error>`;
  const body = `<ErrorResponse ${elbv2Namespace}>${error}<RequestId>${requestId}</RequestId></ErrorResponse>`;
  return xml('DescribeTargetHealth', body, status);
};

describe('the check of an answer', () => {
  it.each([
    ['XML of the query protocol', elbv2, tags('<member><Key>a</Key><Value>&lt;b&gt;</Value></member>')],
    ['XML of EC2', ec2, instance('<instanceId>i-1</instanceId><launchTime>2026-01-01T00:00:00.000Z</launchTime>')],
    ['JSON', ssm, json('SendCommand', { Command: { RequestedDateTime: 1.5, Parameters: { commands: ['a'] } } })],
    ['an error', elbv2, queryError('TargetGroupNotFound')],
    ['an error of the other side', elbv2, queryError('HealthUnavailable', 500, 'Receiver')],
    ['a JSON error that has a message', ssm, json('SendCommand', { __type: 'InvalidDocument', Message: 'no' }, 400)],
    ['a JSON error that has none', ssm, json('CancelCommand', { __type: 'InvalidCommandId' }, 400)],
  ])('passes %s', (_what, model, answer) => {
    expect(checkAnswer(model, answer).problems).toEqual([]);
  });

  it.each([
    ['an element that the model lacks', elbv2, tags('<member><Key>a</Key><Colour>b</Colour></member>'), /has Colour/],
    ['an element in the casing of another protocol', ec2, instance('<InstanceId>i-1</InstanceId>'), /has InstanceId/],
    ['a missing required member', elbv2, tags('<member><Value>b</Value></member>'), /lacks Key, which Tag requires/],
    ['an element that comes twice', elbv2, tags('<member><Key>a</Key><Key>a</Key></member>'), /has Key twice/],
    ['a text for a number', elbv2, group('<Port>many</Port>'), /Port is many, expected a number/],
    ['a number for a boolean', elbv2, group('<HealthCheckEnabled>1</HealthCheckEnabled>'), /is 1, expected a boolean/],
    ['a boolean with a capital', elbv2, group('<HealthCheckEnabled>True</HealthCheckEnabled>'), /expected a boolean/],
    ['epoch seconds for a time', ec2, instance('<launchTime>1767225600</launchTime>'), /expected a timestamp/],
    [
      'a value that is none of the enumeration',
      elbv2,
      group('<TargetType>tower</TargetType>'),
      /TargetType is tower, expected one of/,
    ],
    ['a structure for a text', elbv2, group('<VpcId><Id>a</Id></VpcId>'), /expected a string/],
    ['a text for a structure', elbv2, group('<Matcher>200</Matcher>'), /is no structure, expected Matcher/],
    ['a list of items where members belong', elbv2, tags('<item><Key>a</Key></item>'), /Tags is no list/],
    ['a list of members where items belong', ec2, instance('<tagSet><member/></tagSet>'), /tagSet is no list/],
    ['a text for a list', elbv2, tags('none'), /Tags is no list/],
    ['a text for a number in JSON', ssm, json('SendCommand', { Command: { TargetCount: '1' } }), /expected a number/],
    ['a date for a time in JSON', ssm, json('SendCommand', { Command: { ExpiresAfter: '2026' } }), /a timestamp/],
    ['a null in JSON', ssm, json('SendCommand', { Command: { CommandId: null } }), /is null, expected a string/],
    ['a list for a map', ssm, json('SendCommand', { Command: { Parameters: [] } }), /Parameters is no map/],
    [
      'a map of texts for a map of lists',
      ssm,
      json('SendCommand', { Command: { Parameters: { a: 'b' } } }),
      /is no list/,
    ],
    ['JSON that has another member', ssm, json('SendCommand', { Order: {} }), /has Order/],
    [
      'an answer of another action',
      elbv2,
      xml('DescribeTags', query('AddTags', '')),
      /root element is AddTagsResponse/,
    ],
    ['XML with an element that has no start', elbv2, xml('DescribeTags', '<a></b></a>'), /ends what was not begun/],
    ['XML with an element that has no end', elbv2, xml('DescribeTags', '<a><b></b>'), /<a> has no end/],
    ['XML with two roots', elbv2, xml('DescribeTags', '<a/><a/>'), /exactly one root/],
    ['XML with a mark that is not escaped', elbv2, tags('<member><Key>a & b</Key></member>'), /& is not escaped/],
    [
      'an answer without a request id',
      ec2,
      xml('DescribeInstances', `<DescribeInstancesResponse ${ec2Namespace}/>`),
      /request id/,
    ],
    ['an answer with another content type', elbv2, { ...tags(''), headers: {} }, /content type/],
    [
      'an error code of another action',
      elbv2,
      queryError('DuplicateTagKeys'),
      /DuplicateTagKeys, which it does not model/,
    ],
    ['the name of the shape for the code', elbv2, queryError('TargetGroupNotFoundException'), /does not model/],
    ['an error code that is nobody’s', ec2, queryError('OutOfLuck'), /./],
    [
      'an error with another status',
      elbv2,
      queryError('TargetGroupNotFound', 404),
      /status of TargetGroupNotFound is 404/,
    ],
    ['an error of the wrong side', elbv2, queryError('HealthUnavailable', 500), /type of error is Sender/],
    ['an error of EC2’s form elsewhere', autoscaling, xml('DescribeLifecycleHooks', '<Response/>', 400), /./],
    ['a JSON error without a code', ssm, json('SendCommand', { Message: 'no' }, 400), /code \(none\)/],
    [
      'a message that the error has not',
      ssm,
      json('CancelCommand', { __type: 'InvalidCommandId', Message: '' }, 400),
      /has Message/,
    ],
    [
      'a message by another name',
      ssm,
      json('SendCommand', { __type: 'InvalidDocument', message: '' }, 400),
      /has message/,
    ],
  ])('fails %s', (_what, model, answer, problem) => {
    expect(checkAnswer(model, answer).problems.join('\n')).toMatch(problem);
  });

  it('counts the items of every list, and sees which are not there', () => {
    const { lists } = checkAnswer(elbv2, group('<LoadBalancerArns/>'));
    expect(lists).toEqual([
      { list: 'TargetGroup.LoadBalancerArns', items: 0 },
      { list: 'DescribeTargetGroupsOutput.TargetGroups', items: 1 },
    ]);
    expect(checkAnswer(elbv2, group('<VpcId>a</VpcId>')).lists).toContainEqual({
      list: 'TargetGroup.LoadBalancerArns',
      items: undefined,
    });
  });
});

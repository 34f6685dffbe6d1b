/** How the SSM Agent cuts the output of a script to what the API can carry. Source: amazon-ssm-agent, pluginutil.go and iohandler.go. */

/** The most characters of one stream in an answer. Source: SSM API reference, GetCommandInvocation. */
const longestStdout = 24_000;
const longestStderr = 8000;
const cutMark = '--output truncated--';

/** The most characters of both streams in ListCommandInvocations. Source: SSM API reference, CommandPlugin. */
const longestOutput = 2500;
const errorTitle = '\n----------ERROR-------\n';
const outputCutMark = '\n---Output truncated---';
const errorCutMark = '\n---Error truncated----';

/** Standard output as GetCommandInvocation gives it. */
export const cutStdout = (text: string): string => cut(text, longestStdout);

/** Error output as GetCommandInvocation gives it. */
export const cutStderr = (text: string): string => cut(text, longestStderr);

/** The agent cuts what just fits, too. */
const cut = (text: string, longest: number): string =>
  text.length < longest ? text : text.slice(0, longest - cutMark.length) + cutMark;

/** Both streams as ListCommandInvocations gives them, in one. */
export function joinOutput(stdout: string, stderr: string): string {
  const title = stderr === '' ? '' : errorTitle;
  const space = longestOutput - title.length;
  if (stdout.length + stderr.length < space) return stdout + title + stderr;
  if (stdout.length > space / 2 && stderr.length > space / 2) {
    const each = Math.floor((space - outputCutMark.length - errorCutMark.length) / 2);
    return stdout.slice(0, each) + outputCutMark + title + stderr.slice(0, each) + errorCutMark;
  }
  if (stdout.length <= space / 2) {
    return stdout + title + stderr.slice(0, space - errorCutMark.length - stdout.length) + errorCutMark;
  }
  return stdout.slice(0, space - outputCutMark.length - stderr.length) + outputCutMark + title + stderr;
}

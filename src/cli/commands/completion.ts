import type { Command } from 'commander';
import { oneOf } from '../one-of.js';
import { exitCodesOf } from '../exit-codes.js';

const shells = {
  bash: async () => (await import('../completion/bash.js')).bash,
  zsh: async () => (await import('../completion/zsh.js')).zsh,
  fish: async () => (await import('../completion/fish.js')).fish,
} as const;

/** @param program all of the command line, read when the script is asked for. */
export function completionCommand(command: Command, program: Command): Command {
  return command
    .addArgument(oneOf('<shell>', Object.keys(shells), 'which shell'))
    .addHelpText(
      'after',
      `
The script is all there is: at the TAB key nothing is run. Print it again
after an upgrade.

${exitCodesOf('completion')}

Examples:
  drawbridge completion bash | sudo tee /etc/bash_completion.d/drawbridge
  drawbridge completion zsh > "\${fpath[1]}/_drawbridge"
  drawbridge completion fish > ~/.config/fish/completions/drawbridge.fish`,
    )
    .action(async (shell: keyof typeof shells) => {
      const [print, { wordsOf }] = await Promise.all([shells[shell](), import('../completion/words.js')]);
      process.stdout.write(print(wordsOf(program)));
    });
}

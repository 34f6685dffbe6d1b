import type { CommandWords, Value } from './words.js';

/** For bash from 3.2 on, which macOS has; needs no bash-completion. */
export function bash(commands: readonly CommandWords[]): string {
  return `# bash completion for drawbridge
_drawbridge() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} command=
  # Readline breaks --flag=value at "=", which is one of COMP_WORDBREAKS.
  if [ "$current" = = ]; then
    current=
  elif [ "$before" = = ]; then
    before=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  [ "$COMP_CWORD" -gt 1 ] && command=\${COMP_WORDS[1]}
  COMPREPLY=()
  case "$command $before" in
${commands.flatMap(afterFlags).join('\n')}
  esac
  local words=
  case $command in
    '') words='${commands.map(({ name }) => name).join(' ')} --help --version' ;;
${commands.map(flagsAndArguments).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _drawbridge drawbridge
`;
}

function afterFlags({ name, flags }: CommandWords): string[] {
  return flags.flatMap(({ long, value }) =>
    value === undefined ? [] : [`    '${name} ${long}') ${offer(value)}return ;;`],
  );
}

/**
 * The statement that offers what may follow, if anything is known of it. A file's name may have spaces in it, which bash quotes
 * once told that it is one; told of all words, it would take a command for a folder of that name. Bash 3.2 cannot be told later.
 */
function offer({ choices, isFile }: Value): string {
  if (isFile) return `compopt -o filenames 2>/dev/null; local IFS=$'\\n'; COMPREPLY=($(compgen -f -- "$current")); `;
  return choices.length === 0 ? '' : `COMPREPLY=($(compgen -W '${choices.join(' ')}' -- "$current")); `;
}

function flagsAndArguments({ name, flags, args }: CommandWords): string {
  const words = [...args.flatMap(({ choices }) => choices), ...flags.map(({ long }) => long)];
  return `    ${name}) words='${words.join(' ')}' ;;`;
}

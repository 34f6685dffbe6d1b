import type { CommandWords, Flag, Value } from './words.js';

/** For zsh: to be autoloaded from \`fpath\`, or sourced after \`compinit\`. */
export function zsh(commands: readonly CommandWords[]): string {
  return `#compdef drawbridge
_drawbridge() {
  local -a commands=(
${commands.map(({ name, description }) => `    ${quote(`${name}:${description}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT -= 1 ))
  case $command in
${commands.map(branch).join('\n')}
  esac
}
if [ "$funcstack[1]" = _drawbridge ]; then
  _drawbridge "$@"
else
  compdef _drawbridge drawbridge
fi
`;
}

function branch({ name, flags, args }: CommandWords): string {
  const specs = [...flags.map(flagSpec), ...args.map((value, at) => quote(`${at + 1}:argument:${action(value)}`))];
  return `    ${name})\n      _arguments ${specs.join(' \\\n        ')}\n      ;;`;
}

function flagSpec({ long, description, value }: Flag): string {
  const after = value === undefined ? '' : `:${long.slice(2)}:${action(value)}`;
  return quote(`${long}[${description.replaceAll(/[[\]]/g, '\\$&')}]${after}`);
}

function action({ choices, isFile }: Value): string {
  if (isFile) return '_files';
  return choices.length === 0 ? ' ' : `(${choices.join(' ')})`;
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

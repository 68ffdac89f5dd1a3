// SPDX-License-Identifier: MIT

import { ShellCompDirective, script } from '@bomb.sh/tab'
import { shellWord } from '../../lib/text/shellword.ts'
import type { Shell } from './shells.ts'

const { ShellCompDirectiveNoSpace: NO_SPACE, ShellCompDirectiveNoFileComp: NO_FILES } = ShellCompDirective

// That of the library needs the package bash-completion, completes no word with a colon, and no file.
const bashScript = (call: string): string => `# bash completion for zsharness
_zsharness() {
	local line=\${COMP_LINE:0:COMP_POINT} word value directive
	local -a words answer
	local current=\${line##*[[:blank:]]}
	read -ra words <<<"$line"
	[[ -z $current ]] && words+=('')
	mapfile -t answer < <(${call} complete -- "\${words[@]:1}" 2>/dev/null)
	[[ \${#answer[@]} -gt 0 && \${answer[-1]} == :[0-9]* ]] || return
	directive=\${answer[-1]#:}
	unset 'answer[-1]'
	# Readline replaces what comes after the last of these only.
	local kept=\${current%"\${current##*[$COMP_WORDBREAKS]}"}
	COMPREPLY=()
	for word in "\${answer[@]}"; do
		value=\${word%%$'\\t'*}
		[[ $value == "$current"* ]] && COMPREPLY+=("\${value#"$kept"}")
	done
	((directive & ${NO_SPACE})) && compopt -o nospace
	((directive & ${NO_FILES})) || compopt -o default
	return 0
}
complete -F _zsharness zsharness
`

const printed = (print: () => void): string => {
  const { log } = console
  let text = ''
  console.log = (line: string) => {
    text += `${line}\n`
  }
  try {
    print()
  } finally {
    console.log = log
  }
  return text
}

// The library's script loses the backslash that keeps `_describe` from taking a colon for the end of the word.
const COLONS = ['//:/\\:}', '//:/\\\\:}'] as const

/** What a shell runs to complete the words behind `zsharness`; `argv` is how it calls this program. */
export const scriptFor = (shell: Shell, argv: readonly string[]): string => {
  const call = argv.map(shellWord).join(' ')
  if (shell === 'bash') return bashScript(call)
  return printed(() => script(shell, 'zsharness', call)).replace(...COLONS)
}

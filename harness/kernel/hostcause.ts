// SPDX-License-Identifier: MIT

/** A cause on the host for a failed build. */
export interface HostCause {
  readonly message: string
  readonly hint: string
}

type Cause = readonly [what: string, hint: string]

const DISK: Cause = ['the disk is full', 'free space, or run: npx zsharness clean']
const MEMORY: Cause = [
  'the compiler was killed or ran out of memory',
  'free memory, or build with fewer jobs: --jobs 1',
]
const PROCESSES: Cause = ['the host could not start a process', 'end other programs, raise ulimit -u, or use --jobs 1']
const TOOL: Cause = ['a build tool is missing', 'run: npx zsharness doctor --fix']
const FILES: Cause = ['the file system failed', 'check the disk and the host (dmesg)']
const CRASH: Cause = ['the compiler crashed', 'check the memory of the host, or use another compiler']
const SANDBOX: Cause = ['the sandbox of the build did not start', 'run: npx zsharness doctor']

type Rule = readonly [RegExp, Cause]

// What a program prints when a system call fails: the errno's words end the line.
const ERRNO: readonly Rule[] = [
  [/(?:: |')(?:No space left on device|Disk quota exceeded)[.']?$/, DISK],
  [/: (?:Cannot allocate memory|Out of memory)\.?$|(?:virtual memory|memory) exhausted/i, MEMORY],
  [/: (?:Input\/output error|Read-only file system|Structure needs cleaning|Stale file handle)\.?$/, FILES],
  [/: (?:Too many open files(?: in system)?|Text file busy)\.?$/, FILES],
  [/: Resource temporarily unavailable\.?$/, PROCESSES],
]

const KILLED = '(?:Killed|Terminated)'
const CRASHED = '(?:Bus error|Segmentation fault|Illegal instruction|Aborted)'
// The shell's word for a program that a signal ended; dash prints it alone, bash with the place, the pid and the command.
const SHELL_SAYS = (words: string): RegExp =>
  new RegExp(
    String.raw`^(?:(?:\S*sh: )?(?:\S+: )?line \d+:\s+\d+ )?(?:\S*sh: \d+: )?${words}(?: \(core dumped\))?(?:\s+(?!\s|\S*(?:scripts|tools)/).*)?$`,
  )
const MAKE_SAYS = (words: string): RegExp =>
  new RegExp(String.raw`^make(?:\[\d+\])?: \*\*\* .*\] ${words}(?: \(core dumped\))?$`)

const TOOLS =
  'flex|bison|bc|m4|perl|python3|awk|gcc|[\\w.+-]*-gcc|ld|as|ar|nm|objcopy|strip|clang|ld\\.lld|llvm-\\w+|openssl|cpio|xz|gzip|lz4|zstd|rsync|pahole|getconf'

const PROCESS: readonly Rule[] = [
  [/^zsharness-sandbox: /, SANDBOX],
  [/\bv?fork: |\bcannot fork\b|: fork failed/i, PROCESSES],
  [/internal compiler error|[Pp]lease submit a full bug report|PLEASE submit a bug report/, CRASH],
  [/[Kk]illed signal terminated program|terminated with signal 9|out of memory allocating/, MEMORY],
  [/signal terminated program|terminated with signal \d+/, CRASH],
  [SHELL_SAYS(KILLED), MEMORY],
  [SHELL_SAYS(CRASHED), CRASH],
  [MAKE_SAYS(`(?:${KILLED}|Error 137|Error 143)`), MEMORY],
  [MAKE_SAYS(`(?:${CRASHED}|Error 13[459])`), CRASH],
  [new RegExp(String.raw`(?:^|[\s:/])(?:${TOOLS}): (?:command )?not found$`), TOOL],
  [
    new RegExp(
      String.raw`^make(?:\[\d+\])?: (?:${TOOLS}|[^\s:]*-gcc): (?:No such file or directory|Command not found)$`,
    ),
    TOOL,
  ],
  [/^env: .*: No such file or directory$/, TOOL],
  ...ERRNO,
]

// Libraries and their headers for the programs of the tree that run on the host.
const HOST_HEADER =
  /^(?:openssl\/\S+|gelf\.h|libelf\.h|elf\.h|dwarf\.h|elfutils\/\S+|zlib\.h|ncurses\.h|curses\.h|gmp\.h|mpc\.h|gcc-plugin\.h|plugin-version\.h|std\w+\.h|string\.h|unistd\.h|errno\.h|sys\/\w+\.h): No such file/
const HOST_SOURCE = /^(?:\S*\/)?(?:scripts|tools|certs|usr)\//

// The compiler could not write, rather than could not read the code.
const OUTPUT =
  /^(?:error writing to|error closing|(?:opening|closing) dependency file|error reading|when writing output to|opening output file|can't (?:open|write|close|create)|cannot (?:open|write|close)|failed to (?:write|create))/i

/** A message of the compiler, the assembler or make at a place of a source; its words are those of the code. */
const LOCATED =
  /^(\S+?):(?:\d+(?::\d+)?:|\([^\s()]+\):)? (?:fatal |internal compiler )?(?:error|Error|Fatal error|warning|Warning|note|\*\*\*)[:. ] ?(.*)$/
// The code itself, and where it is: nothing in it is a message of the host.
const QUOTED =
  /^\s*(?:\d+\s*)?\|| from \S+:\d+[,:]$|^In file included from |^\S+: (?:In (?:member )?function|At top level)|: in function [`'‘]|undefined reference to |^ {2}[A-Z]|^\s+\^/
// A program that works for the code, at the beginning of its line: cc1, ld, make, cp and so on.
const IS_SOURCE = /\.(?:[chSsly]|rs|tbl|lds|awk|pl|py|sh)$|(?:^|\/)(?:Makefile|Kbuild|Kconfig)[\w.-]*$/

const causeAt = (file: string, message: string): Cause | undefined => {
  if (OUTPUT.test(message)) return ERRNO.find(([pattern]) => pattern.test(message))?.[1] ?? FILES
  const header = HOST_HEADER.test(message) && (HOST_SOURCE.test(file) || /^(?:openssl|gelf|libelf)/.test(message))
  return header ? TOOL : undefined
}

/** The cause that this line names, by who speaks: about a place in the code it is the kernel's, whatever it quotes. */
const causeOf = (line: string): Cause | undefined => {
  if (/^\S+: internal compiler error: /.test(line)) return CRASH
  if (QUOTED.test(line)) return undefined
  const [, file, message] = LOCATED.exec(line) ?? []
  if (file !== undefined && IS_SOURCE.test(file) && !file.startsWith('/tmp/')) return causeAt(file, message!)
  return PROCESS.find(([pattern]) => pattern.test(line))?.[1]
}

/** The cause on the host for which this build failed, if its log names one; the failure then says nothing about the kernel. */
export const hostCause = (lines: readonly string[]): HostCause | undefined => {
  for (const line of lines) {
    const cause = causeOf(line)
    if (cause) return { message: `${cause[0]}: ${line.trim()}`, hint: cause[1] }
  }
  return undefined
}

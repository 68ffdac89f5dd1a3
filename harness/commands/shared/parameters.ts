// SPDX-License-Identifier: MIT
import { UsageError } from '../../model/errors.ts'

/** Parameters that a user may not set, and why. A name that ends in `*` stands for all that begin like this. */
interface Refused {
  readonly names: readonly string[]
  readonly why: string
}

const REFUSED: readonly Refused[] = [
  {
    names: ['console', 'earlycon', 'earlyprintk', 'keep_bootcon', 'no_console_suspend', 'netconsole*', 'virtio_mmio*'],
    why: 'the harness reads the console and the records of the guest through its own devices',
  },
  {
    names: ['init', 'rdinit', 'initrd', 'initramfs*', 'noinitramfs', 'root', 'rootfstype', 'rootflags', 'single'],
    why: 'the harness boots its own init, which runs the workload and reports what it saw',
  },
  {
    names: ['panic', 'oops', 'crash_kexec_post_notifiers', 'crashkernel', 'reboot', 'panic_on_*', 'pause_on_oops'],
    why: 'a crash must end the boot at once, so that it is seen and named by its first report',
  },
  {
    names: [
      'quiet',
      'loglevel',
      'printk*',
      'log_buf_len',
      'dyndbg',
      'slab_nomerge',
      'slub_nomerge',
      'slab_merge',
      'slub_merge',
    ],
    why: 'the verdict needs all that the kernel reports',
  },
  {
    names: [
      'kasan*',
      'kfence*',
      'kmemleak',
      'no_debug_objects',
      'nmi_watchdog',
      'workqueue.watchdog_thresh',
      'lockdep*',
      'nowatchdog',
      'nosoftlockup',
      'watchdog_thresh',
      'softlockup_*',
      'hardlockup_*',
      'hung_task_panic',
      'rcupdate*',
      'rcutree.rcu_cpu_stall*',
      'sysctl.kernel*',
      'clocksource',
      'tsc',
      'tsc_early_khz',
    ],
    why: "it would turn off or shift a detector of the kernel, whose limits fit the harness's own",
  },
  {
    names: ['maxcpus', 'nr_cpus', 'nosmp', 'possible_cpus', 'mem', 'memmap'],
    why: 'the verdict counts CPUs and memory; --memory sets the memory',
  },
  { names: ['zsharness*'], why: 'these are orders of the harness to its own guest' },
]

// The kernel takes a hyphen in a name for an underscore.
const plain = (name: string): string => name.replaceAll('-', '_')

const isOneOf = (name: string, names: readonly string[]): boolean =>
  names.some((one) => (one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : name === one))

const MOST = 16
const MOST_BYTES = 400

const checked = (text: string, place: string): string => {
  const fail = (why: string, hint: string): never => {
    throw new UsageError(`${place} ${JSON.stringify(text)}: ${why}`, hint)
  }
  if (/["'\\]/.test(text) || text.includes('--') || !/^[!-~]+$/.test(text))
    fail('a quote, backslash, blank, control character or -- would change other parameters', 'write name=value')
  const [, name = ''] = /^([A-Za-z][\w.:-]*)(?:=.*)?$/.exec(text) ?? []
  if (name === '') fail('not a kernel parameter', "write name=value, for example 'zswap.enabled=0'")
  const refused = REFUSED.find(({ names }) => isOneOf(plain(name), names))
  if (refused) fail(`${name} cannot be set: ${refused.why}`, 'leave it out')
  return text
}

/** Parameters of `--param`, or of another place, checked: none may break what the harness needs of a guest. */
export const parametersFrom = (texts: readonly string[], place = '--param'): string[] => {
  const parameters = texts.map((text) => checked(text, place))
  if (parameters.length > MOST || parameters.join(' ').length > MOST_BYTES)
    throw new UsageError(
      `${place}: more than ${MOST} parameters or ${MOST_BYTES} characters`,
      'the kernel cuts off a longer command line',
    )
  return parameters
}

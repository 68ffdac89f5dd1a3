// SPDX-License-Identifier: MIT
import { showGuilty } from '../../splat/bucket/show.ts'
import type { Frame, Splat } from '../../splat/model.ts'

const MAX_FRAMES = 24
const MAX_LINES = 200

interface FrameProps {
  readonly frame: Frame
  readonly guilty: boolean
  /** A frame of the code that only reports the fault. */
  readonly above: boolean
}

const FrameRow = ({ frame, guilty, above }: FrameProps) => (
  <>
    {frame.inlined.map((inner) => (
      <li key={inner.function} class={above ? 'inlined above' : 'inlined'}>
        <code>{inner.function}</code> <span class="muted">inlined</span>{' '}
        {inner.location === null ? null : <span class="at">{inner.location}</span>}
      </li>
    ))}
    <li class={guilty ? 'guilty' : above ? 'above' : frame.unreliable ? 'guess' : undefined}>
      <code>{frame.function}</code>
      {frame.module === null ? null : <span class="muted"> [{frame.module}]</span>}{' '}
      {frame.location === null ? (
        <span class="at muted">{frame.offset === null ? '' : `+0x${frame.offset.toString(16)}`}</span>
      ) : (
        <span class="at">{frame.location}</span>
      )}
    </li>
  </>
)

const Stack = ({ name, frames, guilty }: { name: string; frames: readonly Frame[]; guilty?: string | null }) => {
  if (frames.length === 0) return null
  const sure = frames.filter(({ unreliable }) => !unreliable)
  const shown = sure.length > 0 ? sure : frames
  const at = shown.findIndex((frame) => frame.function === guilty)
  return (
    <div class="stack">
      <h5>{name}</h5>
      <ol>
        {shown.slice(0, MAX_FRAMES).map((frame, index) => (
          <FrameRow key={index} frame={frame} guilty={index === at} above={index < at} />
        ))}
        {shown.length > MAX_FRAMES ? <li class="muted">and {shown.length - MAX_FRAMES} more</li> : null}
        {shown.length < frames.length ? (
          <li class="muted">{frames.length - shown.length} more that the unwinder only guessed</li>
        ) : null}
      </ol>
    </div>
  )
}

const context = (splat: Splat): string =>
  [
    splat.task === null ? '' : `task ${splat.task}${splat.pid === null ? '' : `/${splat.pid}`}`,
    splat.workqueue === null ? '' : `workqueue ${splat.workqueue}`,
    splat.cpu === null ? '' : `CPU ${splat.cpu}`,
    splat.access?.kind
      ? `${splat.access.kind}${splat.access.size === null ? '' : ` of ${splat.access.size} bytes`}`
      : '',
    splat.timeS === null ? '' : `at ${splat.timeS.toFixed(1)} s`,
    `console line ${splat.line}`,
  ]
    .filter((part) => part !== '')
    .join(' · ')

/** One report of the kernel: its stacks with source lines, and its console lines. */
export const SplatView = ({ splat }: { splat: Splat }) => (
  <div class="splat">
    <p class="splat-title">
      <span class="family">{splat.family}</span> {splat.title}
    </p>
    <p class="muted">{context(splat)}</p>
    <p class="muted">
      bucket: <code>{splat.bucket}</code>
    </p>
    {showGuilty(splat.guilty).map((line) => (
      <p key={line} class="muted">
        {line}
      </p>
    ))}
    {splat.corrupted === null ? null : <p class="warn">This report cannot be trusted: {splat.corrupted}</p>}
    {splat.consequenceOf === null ? null : <p class="warn">It follows from report {splat.consequenceOf + 1}.</p>}
    <Stack name="call trace" frames={splat.frames} guilty={splat.function} />
    <Stack name="allocated by" frames={splat.allocStack} />
    <Stack name="freed by" frames={splat.freeStack} />
    <details>
      <summary>console lines</summary>
      <pre>{splat.lines.slice(0, MAX_LINES).join('\n')}</pre>
    </details>
  </div>
)

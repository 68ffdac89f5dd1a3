// SPDX-License-Identifier: MIT
import { bucketOf } from '../bucket/bucket.ts'
import type { LogRecord } from '../lines/record.ts'
import type { Splat } from '../model.ts'
import { fingerprint } from './build.ts'

const NAME = { family: 'unexpected-reboot', kind: 'banner', title: 'unexpected kernel reboot' } as const

/** The splat of an unexpected reboot; `kernel` is the one that ran before. */
export const rebootSplat = (record: LogRecord, kernel: string | undefined): Splat => ({
  ...NAME,
  function: null,
  corrupted: null,
  access: null,
  task: null,
  pid: null,
  cpu: null,
  kernel: kernel ?? null,
  workqueue: null,
  frames: [],
  allocStack: [],
  freeStack: [],
  timeS: null,
  line: record.line,
  consequenceOf: null,
  bucket: bucketOf({ ...NAME, function: null, lines: [] }),
  fingerprint: fingerprint([NAME.family, NAME.kind, NAME.title]),
  guilty: null,
  lines: [record.raw ?? record.text],
})
